"""The demo's set-up, a process that ends: connects the simulator over the product's own API and shows the link."""

import asyncio
import os
import sys
import time
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from weloop.access.api import create_one_time_link
from weloop.contracts.errors import SetupError
from weloop.entrypoints.database import open_unit
from weloop.entrypoints.demo import Mark, read_mark
from weloop.entrypoints.demo_users import ADMIN, have_users
from weloop.entrypoints.http_client import JsonClient
from weloop.entrypoints.parts import TOLD
from weloop.entrypoints.settings import Settings, load_settings
from weloop.entrypoints.supervisor import say_on_terminal as say
from weloop.kit.clock import set_world_clock

LINKS = 2
WAIT_SECONDS = 60.0
POLL_SECONDS = 0.02


def main() -> None:
    """Set the demo up. Can be run again at every start; what is there already is left alone."""
    settings = load_settings()
    try:
        _show(settings, set_up(settings))
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(TOLD)


def set_up(settings: Settings) -> str:
    """Have users, accounts and something to begin with in a product and a simulator that run; a one-time link's token.

    Raises SetupError when one of them does not answer, or refuses.
    """
    mark = read_mark(settings.home)
    simulator, product = JsonClient(settings.simulator_url or ""), JsonClient(settings.base_url)
    clock = _wait(lambda: simulator.call("GET", "/sim/clock"), "The simulator")
    tokens = asyncio.run(_prepare_database(settings.dsn, mark, clock))
    _wait(lambda: product.call("GET", "/healthz"), "The product")
    product.call("GET", f"/enter/{tokens[0]}")
    product.add_header("X-CSRF-Token", product.call("GET", "/api/session")["csrf"])
    _connect_accounts(settings, mark, simulator, product)
    _offer_scripts(product)
    if not os.environ.get("WELOOP_HISTORY"):  # the story brings codes of its own
        _offer_source(product)
    return tokens[1]


def _wait(ask: Callable[[], Any], name: str) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return ask()
        except OSError as error:
            if time.monotonic() > deadline:
                raise SetupError(f"{name} does not answer") from error
            time.sleep(POLL_SECONDS)


async def _prepare_database(dsn: str, mark: Mark, clock: dict[str, Any]) -> list[str]:
    """The demo's users, the world's clock, and one-time links."""
    async with open_unit(dsn) as unit:
        user_id = await have_users(unit, mark["password"])
        await set_world_clock(unit.connection, datetime.fromtimestamp(clock["now"], UTC), float(clock["rate"]))
        return [await create_one_time_link(unit, user_id) for _ in range(LINKS)]


def _connect_accounts(settings: Settings, mark: Mark, simulator: JsonClient, product: JsonClient) -> None:
    known = {account["app_id"]: account for account in product.call("GET", "/api/accounts")}
    world = simulator.call("GET", "/sim/accounts")
    for corp in world["corps"]:
        for app in corp["apps"]:
            say(f"Connecting {corp['name']}")
            wanted = _wecom(settings, corp, app)
            path = f"/sim/corps/{corp['corpid']}/apps/{app['agentid']}"
            account = _connect(wanted, known.get(corp["corpid"]), mark, simulator, f"{path}/callback", product)
            sidebar = f"{settings.base_url}/h5/open?to=/sidebar&account={account['id']}"
            simulator.call("PATCH", path, {"toolbar_url": sidebar})
    for account in world["official_accounts"]:
        say(f"Connecting {account['name']}")
        wanted = _official_account(settings, account)
        path = f"/sim/official-accounts/{account['appid']}/callback"
        _connect(wanted, known.get(account["appid"]), mark, simulator, path, product)
    _note_video_channels(world["video_channels"], product)


def _note_video_channels(wanted: list[dict[str, Any]], product: JsonClient) -> None:
    """Channels accounts are only noted: nothing of them can be connected."""
    known = {each["finder_id"] for each in product.call("GET", "/api/video-channels")}
    for each in wanted:
        if each["finder_id"] not in known:
            product.call("POST", "/api/video-channels", each)


def _wecom(settings: Settings, corp: dict[str, Any], app: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "wecom",
        "name": corp["name"],
        "app_id": corp["corpid"],
        "agent_id": app["agentid"],
        "api_base": f"{settings.simulator_url}/qyapi.weixin.qq.com",
        "secret": app["secret"],
    }


def _official_account(settings: Settings, account: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "official_account",
        "name": account["name"],
        "app_id": account["appid"],
        "original_id": account["original_id"],
        "api_base": f"{settings.simulator_url}/api.weixin.qq.com",
        "secret": account["secret"],
    }


def _connect(
    wanted: dict[str, Any],
    known: dict[str, Any] | None,
    mark: Mark,
    simulator: JsonClient,
    callback_path: str,
    product: JsonClient,
) -> dict[str, Any]:
    """Have the account in the product, its callback in the simulator, and both checked; answers the account."""
    seals = {"callback_token": mark["callback_token"], "aes_key": mark["aes_key"]}
    if known is None:
        known = product.call("POST", "/api/accounts", {**wanted, **seals})
    elif known["api_base"] != wanted["api_base"] or known["state"] != "ready":
        known = product.call(
            "PATCH", f"/api/accounts/{known['id']}", {"api_base": wanted["api_base"], "secret": wanted["secret"]}
        )
    callback = {"url": known["callback_url"], "token": mark["callback_token"], "aes_key": mark["aes_key"]}
    simulator.call("PUT", callback_path, {**callback, "mode": "safe"})
    checked = product.call("POST", f"/api/accounts/{known['id']}/check")
    if checked["state"] != "ready":
        raise SetupError(f"The account {known['name']} does not work: {checked['failure']}")
    if known["kind"] == "wecom":
        product.call("POST", f"/api/accounts/{known['id']}/staff-sync")
    return known


WELCOME = {
    "text": "您好，我是山屿云的顾问。这是您要的《轴承厂设备保养案例》，有问题直接在这里问我。",
    "attachments": [
        {
            "type": "link",
            "title": "轴承厂：停机时间怎样减少一半",
            "url": "https://example.com/bearing",
            "desc": "虚构案例 · 12 页",
        }
    ],
}


SCRIPTS = (
    ("开场白", "初次问候", "{{name}}您好，我是山屿云的{{staff}}。看到您领取了资料，方便说说厂里现在怎样管设备保养吗？"),
    (
        "开场白",
        "约演示",
        "{{name}}您好，{{company}}这样的规模，一次 20 分钟的演示就能看清楚。明天上午或下午，您哪边方便？",
    ),
    ("跟进", "发资料", "{{name}}，这是您要的资料，有问题直接在这里问我。"),
)


def _offer_scripts(product: JsonClient) -> None:
    """A few scripts for the chat sidebar."""
    if not product.call("GET", "/api/scripts"):
        for category, name, text in SCRIPTS:
            product.call("POST", "/api/scripts", {"category": category, "name": name, "text": text})


def _offer_source(product: JsonClient) -> None:
    """One ready contact way, so that the first scan in the simulator leads somewhere."""
    if product.call("GET", "/api/sources")["total"]:
        return
    accounts = [account for account in product.call("GET", "/api/accounts") if account["kind"] == "wecom"]
    members = product.call("GET", f"/api/staff?account_id={accounts[0]['id']}")
    users = [member["userid"] for member in members if member["contact_enabled"]]
    wanted = {"name": "示例 · 案例文末码", "account_id": accounts[0]["id"], "users": users, "skip_verify": True}
    made = product.call("POST", "/api/sources", {**wanted, "welcome": WELCOME})
    deadline = time.monotonic() + WAIT_SECONDS
    while product.call("GET", f"/api/sources/{made['id']}")["status"] == "creating" and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _show(settings: Settings, token: str) -> None:
    link = f"{settings.base_url}/enter/{token}"
    seconds = time.time() - float(os.environ.get("WELOOP_BEGUN") or time.time())
    say(f"Ready after {seconds:.1f} s; Ctrl-C stops it")
    sys.stdout.write(
        f"\n  WeLoop 微环    {link}\n"
        f"                 (opens once, for 10 minutes; later sign in at {settings.base_url} "
        f"as {ADMIN} with password {read_mark(settings.home)['password']})\n"
        f"  Simulator      {settings.simulator_url}/console\n\n"
    )
    sys.stdout.flush()
    if os.environ.get("WELOOP_BROWSER") and _has_screen():
        webbrowser.open(link)


def _has_screen() -> bool:
    """Without a screen ``webbrowser`` would open a text browser in this terminal."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    main()
