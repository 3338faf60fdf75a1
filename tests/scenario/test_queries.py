"""Hot pages ask the database a fixed number of questions, however many rows they show."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from wxsim.world.group_chats import BY_CODE, create_group_chat, join
from wxsim.world.scanning import scan

TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()
WEEK = f"/api/weekly?monday={TODAY - timedelta(days=TODAY.weekday())}"
PAGES = (
    "/api/persons?size=100",
    "/api/persons?size=100&search=客户&kind=external_contact&resolved=true",
    "/api/sources?size=100",
    "/api/group-chats?size=100",
    "/api/group-chats/1/members?size=100",
    "/api/join-ways?size=100",
    "/api/overview",
    "/api/paths",
    "/api/paths/1/report",
    "/api/paths/1/hops/friend_group/persons?size=100",
    "/api/leads?size=100&order=next&late=false",
    "/api/leads/1",
    "/api/leads/figures",
    "/api/dead-letters?kind=command&size=100",
    "/api/staff/duties",
    "/api/baseline",
    WEEK,
)
MOST = 21
"""Signing the request in takes two of them; the first page asks ten modules."""
MOST_OF_WEEK = 45
"""The weekly report holds a path's report, of two stretches, and asks eight modules besides."""
LIST = re.compile(r"IN \([^)]*\)")
OF_A_REQUEST = "RequestResponseCycle.run_asgi"
"""The task in which the server answers a request; the worker's loops ask in tasks of their own."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """Statements that requests run meanwhile, without those of the worker's loops in the same process."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        task = asyncio.current_task()
        if task is not None and getattr(task.get_coro(), "__qualname__", "") == OF_A_REQUEST:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def _grow(product: Any, sources: int, people: int) -> None:
    world = product.simulator.world
    [corp] = world.corps.values()
    staff = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    body = {"account_id": product.accounts["wecom"]["id"], "users": staff, "skip_verify": True}
    for number in range(sources):
        made = await product.call(
            "POST", "/api/sources", {**body, "name": f"展会 {number}", "welcome": {"text": "您好", "attachments": []}}
        )
        await product.quiet()
        code = (await product.call("GET", f"/api/sources/{made['id']}"))["qr_code"]
        chat = create_group_chat(world, corp, corp.members["linxiao"], f"交流{number}群")
        await product.quiet()
        group = {"name": f"群码 {number}", "account_id": body["account_id"], "chats": [chat.chat_id]}
        await product.call("POST", "/api/join-ways", group)
        for each in range(people):
            person = world.create_person(f"客户 {number} {each}")
            scan(world, person, code)
            join(world, corp, next(iter(corp.group_chats.values())), person, BY_CODE, state="some")
    await product.quiet()


async def _ask(product: Any) -> dict[str, list[str]]:
    """What each page asked the database, shortened to be read in a failure."""
    # A session is noted as in use once a minute, by whichever page comes first then.
    await product.fetch("UPDATE session SET seen_at = now() + interval '1 hour'")
    found = {}
    for path in PAGES:
        with counted() as statements:
            await product.call("GET", path)
        found[path] = [LIST.sub("IN (…)", " ".join(each.split()))[:100] for each in statements]
    return found


def _differ(few: list[str], many: list[str]) -> list[str]:
    return sorted((Counter(few) - Counter(many) | Counter(many) - Counter(few)).elements())


async def test_more_rows_are_no_more_questions(product: Any) -> None:
    await product.call("POST", "/api/paths", {"name": "主路径", "template": "b2b"})
    await _grow(product, sources=1, people=1)
    few = await _ask(product)
    await _grow(product, sources=3, people=6)
    many = await _ask(product)
    assert {path: each for path in PAGES if (each := _differ(few[path], many[path]))} == {}
    assert len(few.pop(WEEK)) <= MOST_OF_WEEK
    assert min(len(each) for each in few.values()) >= 2, "every page is counted"
    assert {path: len(each) for path, each in few.items() if len(each) > MOST} == {}
