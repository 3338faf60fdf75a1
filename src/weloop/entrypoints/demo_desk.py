"""What members of staff do in the product as the demo's story goes on, done over the product's own API.

That they take a lead they say on their phones, in the simulator. Everything here may be done twice.
"""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from weloop.entrypoints.json_caller import JsonCaller, Refused

SITE = "官网（虚构）"
PAGES: Mapping[str, tuple[str, str]] = {
    "/": ("首页", ""),
    "/product": ("产品", ""),
    "/cases/bearing": ("轴承厂案例", "case"),
    "/pricing": ("价格", "price"),
    "/pricing/calculator": ("价格计算器", "price"),
    "/download/handbook": ("下载手册", ""),
}
"""Name and category of the website's pages."""
REPORTED, REPORTED_AT_ONCE = ("view", "track"), 50
"""Deeds that website, app and mini program report, and how many of them go out in one call."""
CHIPS = {
    "mql": {"need": True},
    "sql": {"need": True, "role": True, "time": True},
}
TALKS = {
    "mql": "确认有停机统计的需求，约下周演示。",
    "sql": "设备部经理参加演示，计划两个月内上线。",
}
PRICE = 86_000
"""Yuan a year: what the company sells."""


class Desk:
    """The desk of all members of one story."""

    def __init__(self, product: JsonCaller) -> None:
        self._product = product
        self._site: dict[str, str] = {}
        self._leads: dict[str, int] = {}
        """By external_userid. Nobody of the story becomes a lead twice."""

    async def open(self) -> None:
        """Connect the company's website, once; its server key is kept in memory, so a new process makes a new one."""
        sites = await self._product.call("GET", "/api/sites")
        site = next((each for each in sites if each["name"] == SITE), None)
        site = site or await self._product.call("POST", "/api/sites", {"name": SITE})
        wanted = {"kind": "server", "name": "演示", "origins": []}
        key = (await self._product.call("POST", f"/api/sites/{site['id']}/keys", wanted))["key"]
        self._site = {"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"}

    async def do(self, acts: Sequence[Mapping[str, Any]]) -> None:
        """Do what the story hands over; what is reported from outside comes first. No two concern one person."""
        await self.report(acts)
        does = {"contact": self._contact, "advance": self._advance}
        done = [does[act["deed"]](act) for act in acts if act["deed"] in does]
        for refused in await asyncio.gather(*done, return_exceptions=True):
            if refused is not None:
                raise refused

    async def report(self, acts: Sequence[Mapping[str, Any]], first: int | None = None) -> None:
        """People whom website, app or mini program know by their unionid look at pages or do something.

        ``first``: number of the first act among those behind the story, None for those of one moment.
        """
        mark = "" if first is None else "b"
        told = [(act, f"{mark}{act['at']}:{n}") for n, act in enumerate(acts, first or 0) if act["deed"] in REPORTED]
        if told and not self._site:
            await self.open()
        for start in range(0, len(told), REPORTED_AT_ONCE):
            batch = [
                message for act, number in told[start : start + REPORTED_AT_ONCE] for message in _messages(act, number)
            ]
            await self._product.call("POST", "/v1/batch", {"batch": batch}, self._site)

    async def _contact(self, act: Mapping[str, Any]) -> None:
        if act["what"]:
            await self._on_lead(act, ("POST", "contacted", None))
            await self._on_lead(act, ("POST", "stage", {"to": "lost", "reason": act["what"]}))
        else:
            await self._on_lead(act, _note("已发资料，对方说先内部看看。", act["at"], 20))

    async def _advance(self, act: Mapping[str, Any]) -> None:
        stage = act["what"]
        if stage in CHIPS:
            await self._on_lead(act, ("PUT", "chips", CHIPS[stage]), _note(TALKS[stage], act["at"], 9))
            return
        body: dict[str, Any] = {"to": stage}
        if stage == "lost":
            body["reason"] = "price"
        else:
            body["amount"] = PRICE
        await self._on_lead(act, ("POST", "stage", body))

    async def _on_lead(self, act: Mapping[str, Any], *calls: tuple[str, str, Mapping[str, Any] | None]) -> None:
        """On the person's lead, if they are one; a lead that is closed stays as it is."""
        contact = act["external_userid"]
        if contact not in self._leads:
            found = (await self._product.call("GET", f"/api/leads?contact={contact}"))["items"]
            if found:
                self._leads[contact] = found[0]["id"]
        for method, what, body in calls if contact in self._leads else ():
            try:
                await self._product.call(method, f"/api/leads/{self._leads[contact]}/{what}", body)
            except Refused as error:
                if error.status != 409:
                    raise


def _messages(act: Mapping[str, Any], number: str) -> tuple[dict[str, Any], ...]:
    """Who it was, and what the site tells of the act; the state code of the way in goes with it where it is known."""
    known = {"type": "identify", "messageId": f"i:{number}", "traits": {"unionid": act["unionid"]}}
    told = {
        "messageId": f"p:{number}",
        "timestamp": datetime.fromtimestamp(act["at"], UTC).isoformat(),
        "properties": {"state": act["state"]} if act["state"] else {},
    }
    if act["deed"] == "track":
        told |= {"type": "track", "event": act["what"]}
    else:
        name, category = PAGES.get(act["what"], (act["what"], ""))
        told |= {"type": "page", "name": name, "category": category}
    return tuple({"userId": act["person"], **each} for each in (known, told))


def _note(text: str, moment: float, days: int) -> tuple[str, str, Mapping[str, Any]]:
    """A follow-up whose next one is due so many days after ``moment``, in the morning."""
    next_at = datetime.fromtimestamp(moment - moment % 86_400 + days * 86_400 + 2 * 3_600, UTC)
    return "POST", "notes", {"note": text, "next_at": next_at.isoformat()}
