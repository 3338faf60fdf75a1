"""The claim loop of tasks: makes the next task of one member, or looks at tasks that are not confirmed."""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from weloop.accounts.api import find_app_ids
from weloop.contracts.commands import Command, CommandName, Delivery, MessageClass, Occasion
from weloop.contracts.events import Lane
from weloop.kit.claims import NextDue
from weloop.kit.clock import beijing_date
from weloop.kit.db import is_away
from weloop.kit.unit import UnitOfWork, Units
from weloop.mass_tasks import repository
from weloop.mass_tasks.moments import next_day, next_hours, next_look
from weloop.mass_tasks.rules import TaskLimits, TaskState, Why, WishState, load_limits
from weloop.mass_tasks.service import key_of, load_counted, task_command, tell
from weloop.outbox.api import Allow, Counted, Defer, Refuse, judge

log = structlog.get_logger(__name__)

LOOKS = 200
AGAIN = timedelta(minutes=1)
"""Until a member is looked at again of whom a task could not be made."""
Step = namedtuple("Step", "key origin state reason")


class MassTaskMaker:
    """Any number of processes may run it: a member is locked while their task is made."""

    def __init__(self, units: Units, others: Counted = load_counted) -> None:
        self._units = units
        self._others = others

    async def work(self) -> int:
        """Make one task or look at a batch; answers how much there was. Who cannot be asked holds up nobody."""
        member = None
        try:
            async with self._units.begin() as unit:
                member = await repository.claim_member(unit.connection, unit.now)
                if member is None:
                    return await _look(unit)
                await _ask(unit, member.account_id, member.staff, load_limits(), self._others)
        except Exception as error:
            if member is None or is_away(error):
                raise
            log.exception("mass_tasks.member_failed", account_id=member.account_id)
            async with self._units.begin() as unit:
                await repository.put_off_member(unit.connection, member.account_id, member.staff, unit.now + AGAIN)
        return 1

    async def next_due(self) -> NextDue:
        """When the next member or task is due."""
        async with self._units.glance() as connection:
            return NextDue(await repository.next_due(connection))


async def _ask(unit: UnitOfWork, account_id: int, staff: str, limits: TaskLimits, others: Counted) -> None:
    """One task of the member, or when there will be one."""
    connection, today = unit.connection, beijing_date(unit.now)
    expired = await repository.expire(connection, account_id, staff, unit.now)
    tell(unit, [Step(row.key, row.origin, WishState.FAILED, Why.EXPIRED) for row in expired])
    content_id = await repository.find_content(connection, account_id, staff, unit.now)
    later: datetime | None = None
    if content_id is not None:
        hours = next_hours(unit.now, limits)
        if hours > unit.now:
            later = hours
        elif await repository.count_tasks(connection, account_id, staff, today) >= limits.per_member_day:
            later = next_day(unit.now, limits)
        else:
            await _make(unit, account_id, staff, content_id, limits, others)
    await repository.put_off_member(connection, account_id, staff, later)


async def _make(
    unit: UnitOfWork, account_id: int, staff: str, content_id: int, limits: TaskLimits, others: Counted
) -> None:
    wishes = await repository.take_wishes(unit.connection, account_id, staff, content_id, unit.now, limits.customers)
    classes = await _judge(unit, wishes, account_id, others)
    wishes = [row for row in wishes if row.id in classes]
    if not wishes:
        return
    customers = sorted({row.identity_id: row.external_userid for row in wishes}.items())
    task_id = await repository.insert_task(
        unit.connection, account_id, staff, content_id, beijing_date(unit.now), len(customers), unit.now
    )
    await repository.set_asked(unit.connection, task_id, [(row.id, classes[row.id]) for row in wishes], unit.now)
    content = await repository.load_content(unit.connection, content_id)
    unit.enqueue(
        Command(
            key=key_of(task_id),
            name=CommandName.CREATE_MASS_TASK,
            account_id=account_id,
            body={
                "staff": staff,
                "customers": [external_userid for _, external_userid in customers],
                "text": content.words,
                "attachments": content.attachments,
            },
            delivery=Delivery.AT_MOST_ONCE,
            lane=Lane.BULK,
            ref=str(task_id),
            expires_at=unit.now + timedelta(days=limits.lapse_days),
            occasion=Occasion(campaign_id=_campaign_of(wishes, classes)),
        )
    )


def _campaign_of(wishes: Sequence[Any], classes: Mapping[int, str | None]) -> int | None:
    """The campaign of a task whose customers all asked for what it is about."""
    if any(each not in (None, MessageClass.SERVICE) for each in classes.values()):
        return None
    return next((row.campaign_id for row in wishes if classes[row.id] is not None), None)


async def _judge(unit: UnitOfWork, wishes: Sequence[Any], account_id: int, others: Counted) -> dict[int, str | None]:
    """By id those that may go out now; the rest waits, or never will.

    What several wish of one customer is one message: one number, an advertisement if anybody says so. It leaves if one
    of them may; that one's class is what it counts by, the others have none.
    """
    numbers: dict[int, int] = {}
    for row in wishes:
        numbers.setdefault(row.identity_id, -row.id)
    adverts = {row.identity_id for row in wishes if row.advert}
    messages = [(numbers[row.identity_id], _message(row, account_id, row.identity_id in adverts)) for row in wishes]
    judged = await judge(unit, messages, others=others)
    leading = {row.identity_id: row for row in reversed(wishes) if isinstance(judged[row.key].verdict, Allow)}
    classes: dict[int, str | None] = {}
    late, never = [], []
    for row in wishes:
        verdict = judged[row.key].verdict
        if row.identity_id in leading:
            classes[row.id] = str(judged[row.key].message_class) if leading[row.identity_id] is row else None
        elif isinstance(verdict, Defer):
            late.append((row.id, verdict.until, " ".join(reason.gate for reason in verdict.reasons)))
        elif isinstance(verdict, Refuse):
            never.append((row, str(verdict.reasons[0].gate)))
    await repository.put_off(unit.connection, late)
    await repository.set_failed(unit.connection, [(row.id, gate) for row, gate in never])
    tell(unit, [Step(row.key, row.origin, WishState.FAILED, gate) for row, gate in never])
    return classes


def _message(row: Any, account_id: int, advert: bool) -> Command:
    return Command(
        key=row.key,
        name=CommandName.SEND_MASS_MESSAGE,
        account_id=account_id,
        body={},
        delivery=Delivery.AT_MOST_ONCE,
        subject_id=row.identity_id,
        expires_at=row.expires_at,
        occasion=Occasion(campaign_id=row.campaign_id, advert=advert),
    )


async def _look(unit: UnitOfWork) -> int:
    """Ask the platform about tasks that are due for a look; end what nobody will be heard of any more."""
    rows = await repository.claim_looks(unit.connection, unit.now, LOOKS)
    corps = await find_app_ids(unit, {row.account_id for row in rows}) if rows else {}
    for row in rows:
        if row.state == TaskState.DONE:
            tell(unit, await repository.end_task_wishes(unit.connection, row.id, WishState.FAILED, Why.UNTOLD))
            await repository.set_task(unit.connection, row.id, look_at=None)
            continue
        unit.enqueue(fetch_task(row, corps.get(row.account_id, ""), row.looks))
        following = next_look(row.asked_at, unit.now, load_limits().lapse_days) if row.state == TaskState.OPEN else None
        await repository.set_task(unit.connection, row.id, look_at=following, looks=row.looks + 1)
    return len(rows)


def fetch_task(row: Any, corp: str, look: int, cursor: str = "") -> Command:
    """A look at a task; ``cursor``: the page of its results."""
    body = {"msgid": row.msgid, "staff": row.staff, "scope": corp, "cursor": cursor}
    return task_command(CommandName.FETCH_MASS_TASK, row, body, f"look:{look}:{cursor}")
