"""A card on the staff phone, over the real wire: sent once, tapped, heard once, its button replaced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from weloop.contracts.commands import Command
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import write_commands
from weloop.staff.api import (
    AskCard,
    CardButton,
    StaffMorning,
    accepted_text,
    replace_buttons,
    send_ask_card,
    send_morning_cards,
    taken_text,
)
from wxsim.faults import FaultRule
from wxsim.world.cards import press
from wxsim.world.demo import AGENTID, CORPID

CARD = AskCard(
    task_id="lead-7-1",
    title="新线索：赵建国",
    desc="MQL · 评分 86",
    rows=[("公司", "江北轴承"), ("电话", "")],
    buttons=[CardButton("接单", "lead:7:accept")],
    page="/leads/7",
)


@asynccontextmanager
async def writing(product: Any) -> AsyncIterator[UnitOfWork]:
    """A unit of work whose commands reach the outbox."""
    engine = create_engine(product.database, size=1)
    async with Units(engine, WorldClock(), {Command: write_commands}).begin() as unit:
        yield unit
    await engine.dispose()


def bubbles(product: Any, userid: str) -> list[dict[str, str]]:
    corp = product.simulator.world.corps[CORPID]
    chat = product.simulator.world.staff_phone(corp, corp.members[userid]).chats.get(f"app:{CORPID}:{AGENTID}")
    return [message.body for message in chat.messages] if chat else []


def tap(product: Any, userid: str) -> bool:
    world = product.simulator.world
    corp = world.corps[CORPID]
    return press(world, corp, corp.apps[AGENTID], corp.members[userid], CARD.task_id, CARD.buttons[0].key)


async def test_a_card_is_answered_and_replaced(product: Any) -> None:
    account = product.accounts["wecom"]["id"]
    for _ in range(2):
        async with writing(product) as unit:
            send_ask_card(unit, account, ["linxiao", "chenyu"], CARD)
    await product.quiet()
    for userid in ("linxiao", "chenyu"):
        [shown] = bubbles(product, userid)
        assert shown["title"] == "新线索：赵建国"
        assert shown["url"] == f"{product.url}/h5/open?account={account}&to=/leads/7"

    product.simulator.simulator.faults.rules.append(FaultRule("duplicate", "*template_card_event"))
    assert tap(product, "linxiao")
    assert tap(product, "chenyu")
    await product.quiet()
    answered = await product.fetch(
        "SELECT data FROM event WHERE kind = 'StaffCardAnswered' ORDER BY data::jsonb ->> 'staff' DESC"
    )
    assert len(answered) == 2, "each tap is one event, though each callback came twice"

    now = datetime(2026, 11, 25, 6, 5, tzinfo=UTC)
    for userid, text in (("linxiao", accepted_text("林晓", now)), ("chenyu", taken_text("林晓"))):
        [code] = await product.fetch(
            "SELECT data::jsonb ->> 'response_code' AS code FROM event"
            " WHERE kind = 'StaffCardAnswered' AND data::jsonb ->> 'staff' = $1",
            userid,
        )
        for _ in range(2):
            async with writing(product) as unit:
                replace_buttons(unit, account, [userid], code["code"], text)
    await product.quiet()
    assert bubbles(product, "linxiao")[0]["replaced"] == "已接单 · 林晓 14:05"
    assert bubbles(product, "chenyu")[0]["replaced"] == "已被林晓接单"
    assert not tap(product, "chenyu")
    failed = await product.fetch("SELECT name, state FROM command WHERE state NOT IN ('sent', 'queued')")
    assert [dict(each) for each in failed if "Card" in each["name"]] == []


async def test_a_lost_answer_does_not_send_a_card_twice(product: Any) -> None:
    account = product.accounts["wecom"]["id"]
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("http", "*message/send", value=502, after=True, times=1))
    async with writing(product) as unit:
        send_ask_card(unit, account, ["linxiao"], CARD)
    await product.quiet()
    assert len(bubbles(product, "linxiao")) == 1
    [row] = await product.fetch("SELECT state FROM command WHERE name = 'SendStaffCard'")
    assert row["state"] == "uncertain", "nobody knows, so a person decides"


async def test_the_morning_card_comes_once_and_only_before_noon(product: Any) -> None:
    account = product.accounts["wecom"]["id"]
    mornings = [
        StaffMorning("linxiao", "林晓", 12, 3, ["陈立", "王工", "", "周敏", "赵建国"]),
        StaffMorning("chenyu", "陈屿", 2, 0),
        StaffMorning("wangjing", "王静", 0, 0),
    ]
    day = datetime(2026, 11, 25, tzinfo=UTC)
    for hour in (0.5, 0.6, 4.1):  # 8:30, 8:36 and 12:06 in Beijing
        async with writing(product) as unit:
            unit.now = day + timedelta(hours=hour)
            sent = send_morning_cards(unit, account, mornings)
        assert sent == (2 if hour < 4 else 0)
    rows = await product.fetch("SELECT body::jsonb #>> '{content,title}' AS title FROM command")
    assert sorted(row["title"] for row in rows if row["title"]) == ["今日待办 12 · 逾期 3", "今日待办 2"]
