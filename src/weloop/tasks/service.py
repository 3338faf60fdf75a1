"""What becomes of staff tasks: they are put up once, end once, and their end is told to the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy.engine import Row

from weloop.contracts.errors import Conflict, NotFound
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentitiesForgotten
from weloop.identity.api import find_names
from weloop.kit.claims import NextDue
from weloop.kit.clock import BEIJING
from weloop.kit.unit import UnitOfWork, Units
from weloop.staff.api import add_working, find_duties, next_start, send_notice_card
from weloop.tasks import repository

TOPIC = "tasks"
KIND = "staff_task"
BATCH = 200
PAGE = "/tasks"
"""Of the phone: the member's open tasks."""
Answer: TypeAlias = Literal["done", "declined"]


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be put up. ``members``: who may do it, the first that is known does; ``within``: of working time."""

    key: str
    account_id: int
    members: Sequence[str]
    identity_id: int
    title: str
    note: str
    within: timedelta
    script_id: int | None = None


async def put_tasks(unit: UnitOfWork, tasks: Collection[NewTask]) -> set[str]:
    """Put these up and tell their members, who see them when their shift begins. The same key again changes nothing.

    Answers the keys of those that no known member with a shift can do.
    """
    nobody: set[str] = set()
    rows: list[tuple[Any, ...]] = []
    begins: dict[str, datetime] = {}
    for account_id in sorted({task.account_id for task in tasks}):
        duties = await find_duties(unit, account_id)
        for task in tasks:
            if task.account_id != account_id:
                continue
            duty = next((duties[each] for each in task.members if each in duties), None)
            start = None if duty is None else next_start(duty.shift, unit.now)
            due = None if duty is None else add_working(duty.shift, unit.now, task.within)
            if duty is None or start is None or due is None:
                nobody.add(task.key)
                continue
            begins[task.key] = start
            rows.append(
                (task.key, account_id, duty.userid, task.identity_id, task.title, task.note, due, task.script_id)
            )
    new = {row.key: row.id for row in await repository.put(unit.connection, rows, unit.now)} if rows else {}
    if new:
        names = await find_names(unit, {row[3] for row in rows})
        for key, account_id, staff, identity_id, title, _note, due, _script in rows:
            if key in new:
                person = names.get(identity_id)
                text = f"{(person and person.name) or '客户'} · {(due + BEIJING):%m-%d %H:%M} 前完成"
                card = f"task-{new[key]}"
                send_notice_card(unit, account_id, [staff], card, title, text, PAGE, due, begins[key], identity_id)
        unit.publish(TOPIC)
    return nobody


async def end_task(unit: UnitOfWork, task_id: int, outcome: Answer, holder: tuple[int, str] | None = None) -> None:
    """A member (``holder``: account and userid) or a user of the console says what came of a task. Again: nothing.

    NotFound for another member's; Conflict when it has ended otherwise.
    """
    ended = await repository.end(unit.connection, [task_id], outcome, unit.now, holder)
    if ended:
        _tell(unit, ended)
        return
    found = await repository.get(unit.connection, task_id)
    if found is None or holder not in (None, (found.account_id, found.staff)):
        raise NotFound("there is no such task", code="task_not_found")
    if found.outcome != outcome:
        raise Conflict("the task has ended", code="task_ended", outcome=found.outcome)


async def withdraw_tasks(unit: UnitOfWork, keys: Collection[str]) -> None:
    """Whoever asked for these wants them no more; nothing is told to the log."""
    if await repository.end(
        unit.connection, await repository.find_by_key(unit.connection, keys), "withdrawn", unit.now
    ):
        unit.publish(TOPIC)


async def forget_tasks(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Delete the tasks about whoever was erased."""
    await repository.forget(unit.connection, frozenset().union(*(each.identities for each in forgotten)))
    unit.publish(TOPIC)


def _tell(unit: UnitOfWork, ended: Collection[Row[Any]]) -> None:
    for row in ended:
        data = {"task_id": row.id, "kind": KIND, "staff": row.staff, "outcome": row.outcome, "ref": row.key}
        unit.append(
            NewEvent(
                account_id=row.account_id,
                kind=EventKind.TASK_DONE,
                dedupe=f"{KIND}:{row.id}",
                occurred_at=unit.now,
                identity_id=row.identity_id,
                data=data,
            )
        )
    unit.publish(TOPIC)


class TaskClocks:
    """The work of a claim loop: one batch of tasks whose time is over."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def work(self) -> int:
        """Let them expire; answers how many they were."""
        async with self._units.begin() as unit:
            due = await repository.find_due(unit.connection, unit.now, BATCH)
            if due:
                _tell(unit, await repository.end(unit.connection, due, "expired", unit.now))
        return len(due)

    async def next_due(self) -> NextDue:
        """When something happens to the next."""
        async with self._units.glance() as connection:
            return NextDue(await repository.next_due(connection))
