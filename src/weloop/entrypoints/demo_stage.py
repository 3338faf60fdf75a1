"""Setting the stage of the demo's story over the product's own API: a code at every article's foot, and the group's.

What is there already is found by its name and left alone, so that a killed set-up goes on where it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from weloop.contracts.errors import SetupError
from weloop.entrypoints.json_caller import JsonCaller

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.1
PAGE = 100
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
        """Have every code, and tell the world where each stands."""
        script = await self._world.call("GET", "/sim/story/script")
        account = await self._wecom()
        takers = [name for name in script["crowd"]["members"] if name not in script["crowd"]["full"]]
        await self._put_up(
            script["doors"], {door["id"]: door["mechanism"] for door in script["doors"]}, account, takers
        )
        group_code = await self._group_code(account, script)
        await self._world.call("PUT", "/sim/story/doors", {"doors": [], "group_code": group_code})

    async def change_footers(self, mechanism: str) -> int:
        """Give the articles that run again codes of that kind; answers how many changed."""
        script, story = await self._world.call("GET", "/sim/story/script"), await self._world.call("GET", "/sim/story")
        again = [door for door in script["doors"] if door["id"] in script["forward"]["articles"]]
        changed = [door for door in again if story["doors"].get(door["id"], {}).get("mechanism") != mechanism]
        takers = [name for name in script["crowd"]["members"] if name not in script["crowd"]["full"]]
        await self._put_up(changed, {door["id"]: mechanism for door in changed}, await self._wecom(), takers)
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
                await self._product.call("POST", "/api/sources", {**wanted, "skip_verify": True, "welcome": welcome})
        codes = await _until(lambda: self._ready_codes(set(names.values())), "The codes of the demo's articles")
        placed = [
            {"id": door["id"], "code": codes[names[door["id"]]], "mechanism": mechanisms[door["id"]]} for door in doors
        ]
        await self._world.call("PUT", "/sim/story/doors", {"doors": placed})

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
