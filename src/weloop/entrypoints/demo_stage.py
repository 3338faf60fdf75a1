"""Setting the stage of the demo's story over the product's own API: a code at every article's foot, and the group's.

What is there already is found by its name and left alone, so that a killed set-up goes on where it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from weloop.contracts.errors import SetupError
from weloop.entrypoints.json_caller import JsonCaller
from weloop.kit.clock import BEIJING

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.1
PAGE = 100
PATH_NAME = "获客主路径"
LEADER = "fangyuan"
GROUP_WAY = "设备管理交流群 · 入群码"
FOOTERS = {"take_away": "领取物文末码", "name_card": "名片文末码", "": "文中码"}
TAKE_AWAY = {
    "text": "您好，我是山屿云的顾问。这是您要的资料，有问题直接在这里问我。",
    "link": ("设备保养手册（虚构）", "12 页 · 点检表、备件表、换油周期"),
}
NAME_CARD = "您好，我是山屿云的顾问，有问题直接在这里问我。"


def footer_name(door: Mapping[str, Any], mechanism: str) -> str:
    """What a code is called on the page; the mechanism is part of it, since another one gets another code."""
    if not door["is_article"]:
        return str(door["title"])
    return f"{FOOTERS[mechanism]} · {door['title']}"[:100]


class Stage:
    """The codes of one story in one product."""

    def __init__(self, product: JsonCaller, world: JsonCaller) -> None:
        self._product = product
        self._world = world

    async def set_up(self) -> None:
        """Have every campaign and code, and tell the world where each code stands."""
        script, story = await self._world.call("GET", "/sim/story/script"), await self._world.call("GET", "/sim/story")
        await self._have_campaigns(script["campaigns"], datetime.fromtimestamp(story["begins_at"], UTC) + BEIJING)
        account = await self._wecom()
        takers = [name for name in script["crowd"]["members"] if name not in script["crowd"]["full"]]
        await self._have_path()
        await self._have_duties(account, script["crowd"])
        await self._put_up(
            script["doors"], {door["id"]: door["mechanism"] for door in script["doors"]}, account, takers
        )
        group_code = await self._group_code(account, script)
        await self._world.call("PUT", "/sim/story/doors", {"doors": [], "group_code": group_code})

    async def _have_path(self) -> None:
        if not await self._product.call("GET", "/api/paths"):
            await self._product.call("POST", "/api/paths", {"name": PATH_NAME, "template": "b2b"})

    async def _have_duties(self, account: int, crowd: Mapping[str, Any]) -> None:
        """How many customers each SDR may hold, and who leads them."""
        known = {each["userid"] for each in await self._product.call("GET", "/api/staff/duties")}
        duties = {userid: {"friend_limit": crowd["capacity"]} for userid in crowd["members"]}
        for userid, duty in {**duties, LEADER: {"is_leader": True, "weight": 0}}.items():
            if userid in known:
                await self._product.call("PUT", f"/api/staff/duties/{account}/{userid}", duty)

    async def fetch_existing(self) -> None:
        """Let the customers and followers come in who were there before the story."""
        begun = {each["account_id"] for each in await self._product.call("GET", "/api/existing-people")}
        for account in await self._product.call("GET", "/api/accounts"):
            if account["id"] not in begun:
                await self._product.call("POST", f"/api/existing-people/{account['id']}")

    async def change_footers(self, mechanism: str) -> int:
        """Give the articles that run again codes of that kind; answers how many changed."""
        script, story = await self._world.call("GET", "/sim/story/script"), await self._world.call("GET", "/sim/story")
        again = [door for door in script["doors"] if door["id"] in script["forward"]["articles"]]
        changed = [door for door in again if story["doors"].get(door["id"], {}).get("mechanism") != mechanism]
        takers = [name for name in script["crowd"]["members"] if name not in script["crowd"]["full"]]
        await self._put_up(changed, {door["id"]: mechanism for door in changed}, await self._wecom(), takers)
        return len(changed)

    async def follow_footers(self) -> int:
        """Show at the feet of the articles that run again what the product says stands there now; how many changed."""
        script, story = await self._world.call("GET", "/sim/story/script"), await self._world.call("GET", "/sim/story")
        addresses = {source["state_code"]: source["qr_code"] for source in await self._sources()}
        changed = []
        for door in script["doors"]:
            article = await self._find_article(door["title"]) if door["id"] in script["forward"]["articles"] else None
            codes = (await self._product.call("GET", f"/api/articles/{article}"))["code_list"] if article else []
            address = addresses.get(codes[0]["code"]) if codes else None
            if address and story["doors"].get(door["id"], {}).get("code") != address:
                changed.append({"id": door["id"], "code": address, "mechanism": codes[0]["mechanism"]})
        if changed:
            await self._world.call("PUT", "/sim/story/doors", {"doors": changed})
        return len(changed)

    async def _put_up(
        self, doors: Sequence[Mapping[str, Any]], mechanisms: Mapping[str, str], account: int, users: Sequence[str]
    ) -> None:
        names = {door["id"]: footer_name(door, mechanisms[door["id"]]) for door in doors}
        known = {source["name"]: source for source in await self._sources()}
        for door in doors:
            if names[door["id"]] not in known:
                welcome = _welcome(mechanisms[door["id"]] or ("" if door["is_article"] else "take_away"))
                wanted = {"name": names[door["id"]], "account_id": account, "users": list(users)}
                place = {**await self._place(door), "mechanism": mechanisms[door["id"]]}
                body = {**wanted, **place, "skip_verify": True, "welcome": welcome}
                await self._product.call("POST", "/api/sources", body)
        codes = await _until(lambda: self._ready_codes(set(names.values())), "The codes of the demo's articles")
        placed = [
            {"id": door["id"], "code": codes[names[door["id"]]], "mechanism": mechanisms[door["id"]]} for door in doors
        ]
        await self._world.call("PUT", "/sim/story/doors", {"doors": placed})

    async def _place(self, door: Mapping[str, Any]) -> dict[str, Any]:
        """The article at whose foot a door's code stands, and the campaign it belongs to."""
        script = await self._world.call("GET", "/sim/story/script")
        title = next((each["title"] for each in script["campaigns"] if door["id"] in each["doors"]), None)
        campaign = (await self._campaigns()).get(title) if title else None
        if not door["is_article"]:
            return {"campaign_id": campaign}
        article = int(await _until(lambda: self._find_article(door["title"]), "The articles of the demo"))
        await self._product.call("PATCH", f"/api/articles/{article}", {"campaign_id": campaign})
        return {"campaign_id": campaign, "article_id": article}

    async def _find_article(self, title: str) -> int | None:
        """An article's id, once the product has read the account's drafts."""
        names = await self._product.call("GET", "/api/articles/names")
        return next((int(each["id"]) for each in names if each["title"] == title), None)

    async def _have_campaigns(self, campaigns: Sequence[Mapping[str, Any]], begin: datetime) -> None:
        known = await self._campaigns()
        for each in campaigns:
            if each["title"] not in known:
                wanted = {"name": each["title"], "kind": each["kind"]}
                made = await self._product.call("POST", "/api/campaigns", wanted)
                for name, amount, day in each["costs"]:
                    spent_on = str((begin + timedelta(days=day)).date())
                    entry = {"name": name, "amount": amount, "spent_on": spent_on}
                    await self._product.call("POST", f"/api/campaigns/{made['id']}/costs", entry)

    async def _campaigns(self) -> dict[str, int]:
        """Ids by name."""
        found = await self._product.call("GET", "/api/campaigns/names")
        return {each["name"]: int(each["id"]) for each in found}

    async def _ready_codes(self, names: set[str]) -> dict[str, str] | None:
        """Addresses by name once all are made."""
        found = {each["name"]: each["qr_code"] for each in await self._sources() if each["name"] in names}
        return found if found.keys() == names and all(found.values()) else None

    async def _group_code(self, account: int, script: Mapping[str, Any]) -> str:
        chats = await _until(lambda: self._group_chats(len(script["groups"])), "The group chats of the demo")
        wanted = {group["name"] for group in script["groups"][:2]}
        ids = [chat["chat_id"] for chat in chats if chat["name"] in wanted]
        if not await self._find_way():
            body = {"name": GROUP_WAY, "account_id": account, "chats": ids, "auto_create": True}
            base = {"base_name": "山屿云 · 设备管理交流群 ", "base_id": 3}
            await self._product.call("POST", "/api/join-ways", {**body, **base})
        return str(await _until(self._find_code, "The group code of the demo"))

    async def _group_chats(self, count: int) -> list[dict[str, Any]] | None:
        """All of them, once each has been read."""
        found: list[dict[str, Any]] = (await self._product.call("GET", f"/api/group-chats?size={PAGE}"))["items"]
        return found if sum(chat["fetched_at"] is not None for chat in found) >= count else None

    async def _find_way(self) -> dict[str, Any] | None:
        ways = (await self._product.call("GET", f"/api/join-ways?size={PAGE}"))["items"]
        return next((way for way in ways if way["name"] == GROUP_WAY), None)

    async def _find_code(self) -> str | None:
        way = await self._find_way()
        return way["qr_code"] if way else None

    async def _sources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._product.call("GET", f"/api/sources?size={PAGE}"))["items"]
        return found

    async def _wecom(self) -> int:
        accounts = await self._product.call("GET", "/api/accounts")
        return next(int(account["id"]) for account in accounts if account["kind"] == "wecom")


def _welcome(mechanism: str) -> dict[str, Any]:
    if mechanism != "take_away":
        return {"text": NAME_CARD, "attachments": []}
    title, text = TAKE_AWAY["link"]
    link = {"type": "link", "title": title, "url": "https://example.com/handbook", "desc": text}
    return {"text": TAKE_AWAY["text"], "attachments": [link]}


async def _until(ask: Callable[[], Awaitable[Any]], what: str) -> Any:
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while not (answer := await ask()):
        if asyncio.get_running_loop().time() > deadline:
            raise SetupError(f"{what} did not become ready")
        await asyncio.sleep(POLL_SECONDS)
    return answer
