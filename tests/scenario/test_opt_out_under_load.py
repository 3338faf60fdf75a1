"""退订 while marketing to several hundred is in flight over two accounts and the inbox is full: what is claimed after
the word was handled brings nothing to any identity of the person, and the word does not wait behind the backlog."""

from datetime import datetime, timedelta
from typing import Any

from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.events import Lane
from weloop.kit.clock import WorldClock, machine_now
from weloop.kit.db import create_engine
from weloop.kit.unit import Units
from weloop.outbox.api import write_commands
from wxsim.world.demo import ENTITY, add_account
from wxsim.world.following import follow, write

from .conftest import _connect_one

PEOPLE, LEAVERS, WAVES, BACKLOG = 30, 6, 4, 12
"""30 people at two accounts get 5 messages at each: 300. Each writes 12 long messages first: 360 wait in the inbox."""


async def _gather(product: Any) -> tuple[list[Any], list[Any]]:
    """People who follow both accounts and are one person each."""
    world = product.simulator.world
    second = add_account(world, "wxfedcba9876543210", "山屿云订阅提醒（虚构）", open_platform=ENTITY)
    await _connect_one(
        product,
        {"kind": "official_account", "name": second.name, "app_id": second.appid, "original_id": second.original_id,
         "api_base": product.simulator.official_account_base, "secret": second.secret},
        f"/sim/official-accounts/{second.appid}/callback",
    )  # fmt: skip
    accounts = list(world.accounts.values())
    people = [world.create_person() for _ in range(PEOPLE)]
    for person in people:
        for account in accounts:
            follow(world, account, person)
            write(world, account, person, "请问有选型手册吗，我们正在比较几家供应商")
    await product.quiet()
    return accounts, people


async def _followers(product: Any) -> list[Any]:
    found: list[Any] = await product.fetch(
        """
        SELECT i.id, i.value, i.person_id, a.id AS account_id FROM identity AS i
        JOIN account AS a ON a.app_id = i.scope WHERE i.kind = 'follower' ORDER BY i.id
        """
    )
    return found


async def _enqueue(product: Any, followers: list[Any], wave: int, due: datetime) -> None:
    engine = create_engine(product.database, size=1)
    async with Units(engine, WorldClock(), {Command: write_commands}).begin() as unit:
        for row in followers:
            unit.enqueue(
                Command(
                    f"news:{wave}:{row['id']}",
                    CommandName.SEND_SERVICE_MESSAGE,
                    row["account_id"],
                    {"openid": row["value"], "text": f"新品 {wave}"},
                    Delivery.AT_MOST_ONCE,
                    lane=Lane.BULK,
                    subject_id=row["id"],
                    due=due,
                    queue=f"broadcast:{row['account_id']}",
                )
            )
    await engine.dispose()


async def test_nothing_leaves_after_a_word_whatever_is_in_flight(product: Any, record_property: Any) -> None:
    rules = await product.call("GET", "/api/contact-rules")
    values = {**rules["values"], "marketing_quiet": ["00:00", "00:00"], "marketing_per_week": 14}
    values["marketing_gap_hours"] = 0
    await product.call("PUT", "/api/contact-rules", {"revision": rules["revision"], "values": values})
    accounts, people = await _gather(product)
    followers = await _followers(product)
    assert len({row["person_id"] for row in followers}) == PEOPLE, "both accounts know the same people"

    now = machine_now()
    for wave in range(WAVES):
        await _enqueue(product, followers, wave, now + timedelta(seconds=wave))
    world = product.simulator.world
    for number in range(BACKLOG):
        for person in people:
            write(world, accounts[number % 2], person, "再补充一下我们的情况：团队二十人，年内要上线，预算还没有定下来")
    for number, person in enumerate(people[:LEAVERS]):
        write(world, accounts[number % 2], person, "退订")

    seen: dict[int, datetime] = {}
    waiting: list[int] = []

    async def all_heard() -> bool:
        rows = await product.fetch(
            """
            SELECT i.person_id, (SELECT count(*) FROM inbox_pending) AS waiting FROM consent_entry AS c
            JOIN identity AS i ON i.id = c.identity_id
            """
        )
        for row in rows:
            if row["person_id"] not in seen:
                # What is claimed from now on was committed after the word.
                seen[row["person_id"]] = machine_now()
                waiting.append(row["waiting"])
        return len(seen) == LEAVERS

    await product.until(all_heard)
    await _enqueue(product, followers, WAVES, machine_now())
    await product.quiet()

    rows = await product.fetch(
        """
        SELECT i.person_id, c.key, c.state, a.started_at FROM command AS c JOIN identity AS i ON i.id = c.subject_id
        LEFT JOIN command_attempt AS a ON a.command_id = c.id WHERE c.key LIKE 'news:%'
        """
    )
    told = await product.fetch(
        """
        SELECT i.person_id, e.recorded_at FROM consent_entry AS c JOIN event AS e ON e.id = c.event_id
        JOIN identity AS i ON i.id = c.identity_id
        """
    )
    leavers = [row for row in rows if row["person_id"] in seen]
    late = [row["key"] for row in leavers if row["started_at"] and row["started_at"] > seen[row["person_id"]]]
    assert late == []
    last = f"news:{WAVES}:"
    assert {row["state"] for row in leavers if row["key"].startswith(last)} == {"refused"}, "at both accounts"
    assert {row["state"] for row in rows if row["person_id"] not in seen} == {"sent"}
    record_property(
        "seconds from a word to its effect",
        max((seen[row["person_id"]] - row["recorded_at"]).total_seconds() for row in told),
    )
    record_property("events that waited then", max(waiting))
