"""The doctor on the simulator's wire: each finding is produced by the platform itself, found, and mended."""

import asyncio
import re
from dataclasses import replace
from typing import Any

from weloop.entrypoints.doctor import examine, is_well, render
from weloop.entrypoints.settings import Settings
from wxsim.faults import FaultRule
from wxsim.world.contacts import add_directly
from wxsim.world.following import note_follower

WECOM, ACCOUNT = "wecom", "official_account"


async def _findings(product: Any, kind: str, *, ask: bool = True) -> dict[str, Any]:
    """The findings of one account by check."""
    account_id = product.accounts[kind]["id"]
    if ask:
        reports = await product.call("POST", f"/api/doctor/accounts/{account_id}")
    else:
        reports = await product.call("GET", "/api/doctor/accounts")
    report = next(each for each in reports if each["account_id"] == account_id)
    return {finding["check"]: finding for finding in report["findings"]}


async def _sim(product: Any, method: str, path: str, body: object) -> None:
    async with product.http.request(method, product.simulator.url + path, json=body) as answer:
        assert answer.status == 200, await answer.text()


async def _change_app(product: Any, **changes: object) -> None:
    [corp] = product.simulator.world.corps.values()
    [app] = corp.apps.values()
    await _sim(product, "PATCH", f"/sim/corps/{corp.corpid}/apps/{app.agentid}", changes)


def _states(found: dict[str, Any]) -> dict[str, str]:
    return {check: finding["state"] for check, finding in found.items()}


async def test_a_corp_that_is_set_up_well(product: Any) -> None:
    found = await _findings(product, WECOM)
    assert list(found) == [
        "credentials",
        "address",
        "customer_contact",
        "visible_range",
        "kf",
        "clock",
        "callback",
        "unionid",
        "sidebar",
    ]
    assert _states(found) == {
        **dict.fromkeys(
            ("credentials", "address", "customer_contact", "visible_range", "kf", "clock", "callback"), "good"
        ),
        "unionid": "open",  # nobody is known yet
        "sidebar": "open",  # nobody has opened it
    }
    [corp] = product.simulator.world.corps.values()
    enabled = sum(member.contact_enabled for member in corp.members.values())
    assert f"可见 {len(corp.members)} 名成员，其中 {enabled} 名" in found["visible_range"]["cause"]["zh"]


async def test_an_address_that_is_not_trusted_is_named_and_a_change_of_it_is_told(product: Any) -> None:
    await _change_app(product, trusted_ips=["203.0.113.1"])
    found = (await _findings(product, WECOM))["address"]
    assert (found["state"], found["outcome"], found["errcode"], found["copy_text"]) == (
        "problem",
        "refused",
        60020,
        "127.0.0.1",
    )
    assert "企业可信IP" in found["fix"]["zh"]

    await _change_app(product, trusted_ips=None)
    found = (await _findings(product, WECOM))["address"]
    assert (found["state"], found["outcome"]) == ("good", "known")

    await product.fetch("UPDATE account_examination SET egress_address = '203.0.113.200'")
    await _change_app(product, trusted_ips=["203.0.113.200"])
    found = (await _findings(product, WECOM))["address"]
    assert (found["state"], found["outcome"]) == ("problem", "changed")
    assert "203.0.113.200 → 127.0.0.1" in found["cause"]["zh"]
    await _change_app(product, trusted_ips=None)
    assert (await _findings(product, WECOM))["address"]["outcome"] == "known", "it is let in: the alert is over"


async def test_an_official_account_whose_allow_list_lacks_us(product: Any) -> None:
    [account] = product.simulator.world.accounts.values()
    await _sim(product, "PATCH", f"/sim/official-accounts/{account.appid}", {"trusted_ips": []})
    found = await _findings(product, ACCOUNT)
    assert (found["address"]["errcode"], found["address"]["copy_text"]) == (40164, "127.0.0.1")
    assert "API IP 白名单" in found["address"]["fix"]["zh"]
    assert found["credentials"]["state"] == "open"
    state = await product.call("GET", f"/api/accounts/{product.accounts[ACCOUNT]['id']}")
    assert state["state"] == "failed", "the accounts page says the same"


async def test_an_app_that_lacks_rights(product: Any) -> None:
    await _change_app(product, kf_api=False)
    found = await _findings(product, WECOM)
    assert (found["kf"]["state"], found["kf"]["outcome"], found["kf"]["errcode"]) == ("open", "refused", 48002)
    assert "可调用接口的应用" in found["kf"]["fix"]["zh"], "but there is nothing to mend"
    assert found["customer_contact"]["state"] == "good"

    await _change_app(product, kf_api=True, contact_api=False)
    found = await _findings(product, WECOM)
    assert found["kf"]["state"] == "good"
    assert (found["customer_contact"]["state"], found["customer_contact"]["errcode"]) == ("problem", 48002)
    assert "可调用接口的应用" in found["customer_contact"]["fix"]["zh"]
    assert (found["credentials"]["state"], found["address"]["state"]) == ("good", "good")
    assert found["visible_range"]["state"] == "open"

    await _change_app(product, contact_api=True, visible=[])
    found = await _findings(product, WECOM)
    assert (found["customer_contact"]["state"], found["visible_range"]["outcome"]) == ("good", "nobody")
    [corp] = product.simulator.world.corps.values()
    corp.members["linxiao"].contact_enabled = False
    await _change_app(product, visible=["linxiao"])
    found = (await _findings(product, WECOM))["visible_range"]
    assert (found["state"], found["outcome"]) == ("problem", "disabled")


async def test_a_wrong_secret_and_a_platform_that_is_silent(product: Any) -> None:
    account_id = product.accounts[ACCOUNT]["id"]
    [account] = product.simulator.world.accounts.values()
    await product.call("PATCH", f"/api/accounts/{account_id}", {"secret": "0" * 32})
    found = (await _findings(product, ACCOUNT))["credentials"]
    assert (found["outcome"], found["errcode"]) == ("secret", 40125)
    base = product.accounts[ACCOUNT]["api_base"].replace(str(product.simulator.url), "http://127.0.0.1:1")
    await product.call("PATCH", f"/api/accounts/{account_id}", {"secret": account.secret, "api_base": base})
    found = await _findings(product, ACCOUNT)
    assert (found["credentials"]["outcome"], found["clock"]["outcome"]) == ("silent", "untold")


async def test_an_account_that_the_platform_does_not_know_and_never_called(product: Any) -> None:
    wanted = {"kind": "official_account", "name": "未接好", "app_id": "wx0000000000000000", "secret": "0" * 32}
    wanted |= {"api_base": product.simulator.official_account_base, "callback_token": "callbackToken1"}
    account = await product.call("POST", "/api/accounts", wanted)
    [report] = [
        each for each in await product.call("POST", "/api/doctor/accounts") if each["account_id"] == account["id"]
    ]
    found = {finding["check"]: finding for finding in report["findings"]}
    assert (found["credentials"]["outcome"], found["credentials"]["errcode"]) == ("app_id", 40013)
    assert (found["callback"]["outcome"], found["callback"]["copy_text"]) == ("never", account["callback_url"])


async def test_clocks_that_differ(product: Any) -> None:
    rules = product.simulator.simulator.faults.rules
    for seconds, outcome in ((600, "slow"), (-600, "fast")):
        rules[:] = [FaultRule("skew", "*/get_api_domain_ip", value=seconds)]
        found = (await _findings(product, WECOM))["clock"]
        assert (found["state"], found["outcome"]) == ("problem", outcome)
        [told] = re.findall(r"\d+", found["cause"]["zh"])
        assert abs(int(told) - 600) < 60, "as far as a call that takes its time can tell"


async def test_the_way_from_the_platform_to_here_is_watched_live(product: Any) -> None:
    account_id = product.accounts[ACCOUNT]["id"]
    [account] = product.simulator.world.accounts.values()
    await product.call("POST", f"/api/doctor/accounts/{account_id}/callback-watch")
    assert (await _findings(product, ACCOUNT, ask=False))["callback"]["outcome"] == "waiting"
    async with product.http.get(product.url + "/api/live") as stream:
        assert await stream.content.readline() == b"retry: 2000\n"
        await _follow(product, account)

        async def is_seen() -> bool:
            return bool((await _findings(product, ACCOUNT, ask=False))["callback"]["outcome"] == "watched")

        await product.until(is_seen)
        async with asyncio.timeout(60):
            while await stream.content.readline() != b"data: doctor\n":
                pass


async def test_a_callback_whose_token_differs(product: Any) -> None:
    account_id = product.accounts[ACCOUNT]["id"]
    [account] = product.simulator.world.accounts.values()
    right = account.callback
    account.callback = replace(right, token="anotherToken")

    async def outcome() -> str:
        return str((await _findings(product, ACCOUNT, ask=False))["callback"]["outcome"])

    await _follow(product, account)

    async def is_refused() -> bool:
        return await outcome() == "token"

    await product.until(is_refused)
    await product.simulator.idle()  # the platform comes three times with what was refused
    account.callback = right
    await _follow(product, account)

    async def is_good() -> bool:
        return await outcome() == "good"

    await product.until(is_good)
    times = next(each for each in await product.call("GET", "/api/doctor/accounts") if each["account_id"] == account_id)
    assert times["received_at"] == times["verified_at"] is not None


async def test_how_many_people_a_unionid_joins(product: Any) -> None:
    world = product.simulator.world
    [corp], [account] = world.corps.values(), world.accounts.values()
    corp.open_platform = None
    people = [world.create_person(f"老客户 {number}") for number in range(3)]
    for person in people:
        note_follower(world, account, person, 1_700_000_000, "ADD_SCENE_SEARCH")
        add_directly(world, corp, corp.members["linxiao"], person)
    await product.quiet()
    await product.call("POST", f"/api/existing-people/{product.accounts[ACCOUNT]['id']}")
    await product.quiet()
    bound = (await _findings(product, ACCOUNT))["unionid"]
    assert (bound["state"], bound["cause"]["zh"]) == ("good", "100% 可打通：已知的 3 人中，3 人有 unionid。")
    unbound = (await _findings(product, WECOM))["unionid"]
    assert (unbound["state"], unbound["outcome"]) == ("problem", "none")
    assert "微信开发者ID" in unbound["fix"]["zh"]


async def test_the_command_line_says_what_the_page_says(product: Any, tmp_path: Any) -> None:
    await _change_app(product, contact_api=False)
    on_page = await _findings(product, WECOM)
    settings = Settings(home=tmp_path, port=0, WELOOP_DATABASE_URL=product.database)  # type: ignore[call-arg]
    parts = await asyncio.to_thread(examine, settings)
    assert not is_well(parts)
    said = render(parts, {"LANG": "zh_CN.UTF-8"})
    for check in ("customer_contact", "visible_range"):
        assert on_page[check]["cause"]["zh"] in said
    assert "48002" in said
    assert "PROBLEM  Customer contact" in render(parts, {"LANG": "en_US"})
    rows = await product.fetch("SELECT user_id FROM audit_entry WHERE act = 'account_checked' ORDER BY id DESC LIMIT 1")
    assert rows[0]["user_id"] is None


async def _follow(product: Any, account: Any) -> None:
    """Somebody new follows: the platform calls back."""
    person = product.simulator.world.create_person("新粉丝")
    body = {"person": person.id, "appid": account.appid}
    await _sim(product, "POST", f"/sim/people/{person.id}/follow", body)


async def test_a_verification_file_is_read_where_it_is_really_served(product: Any) -> None:
    name = "WW_verify_a1B2c3D4e5F6g7H8.txt"
    [stored] = await product.call("PUT", f"/api/verify-files/{name}", {"content": "a1B2c3D4e5F6g7H8"})
    async with product.http.get(stored["url"]) as answer:
        assert await answer.text() == "a1B2c3D4e5F6g7H8"
    machine = await product.call("GET", "/api/doctor/machine")
    found = next(each for each in machine if each["check"] == "verify_files")
    assert (found["state"], found["outcome"]) == ("good", "good")
