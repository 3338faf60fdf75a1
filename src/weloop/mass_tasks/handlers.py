"""What tasks make of events: asked, confirmed, lapsed, cancelled; and what became of each customer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from weloop.accounts.api import find_app_ids
from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks import repository
from weloop.mass_tasks.maker import fetch_task
from weloop.mass_tasks.moments import LATER, SETTLE, is_followed, next_look
from weloop.mass_tasks.rules import TaskState, Why, WishState, load_limits
from weloop.mass_tasks.service import task_command, tell
from weloop.outbox.api import failure_of, settle_command

_OPEN = {TaskState.OPEN, TaskState.CANCELLED, TaskState.UNCERTAIN}
_ASKED = {TaskState.CREATING, TaskState.UNCERTAIN, TaskState.FAILED}
Take = Callable[[UnitOfWork, Any, Event], Awaitable[None]]


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of our commands. An outcome that comes twice changes nothing more."""
    ours = [event for event in events if event.data.get("command") in _TAKERS]
    if not ours:
        return
    tasks = await repository.lock_tasks(unit.connection, {int(str(event.data["ref"])) for event in ours})
    for event in ours:
        task = tasks.get(int(str(event.data["ref"])))
        if task is not None:
            await _TAKERS[str(event.data["command"])](unit, task, event)


async def _take_made(unit: UnitOfWork, task: Any, event: Event) -> None:
    if task.state not in _ASKED:
        return
    if event.kind is EventKind.COMMAND_SENT:
        result = _result(event)
        await repository.set_task(
            unit.connection,
            task.id,
            state=TaskState.OPEN,
            msgid=str(result.get("msgid", "")),
            asked_at=event.occurred_at,
            look_at=next_look(event.occurred_at, unit.now, load_limits().lapse_days),
            failure=None,
        )
        if task.state != TaskState.CREATING:
            await repository.revive(unit.connection, [task.id])
        await _leave_out_strangers(unit, task.id, result.get("failed"))
        tell(unit, await repository.list_asked(unit.connection, task.id))
        return
    uncertain = event.kind is EventKind.COMMAND_UNCERTAIN
    state, wishes = (TaskState.UNCERTAIN, WishState.UNCERTAIN) if uncertain else (TaskState.FAILED, WishState.FAILED)
    failure = failure_of(event.data)
    await repository.set_task_failed(unit.connection, task.id, state, failure)
    tell(unit, await repository.end_task_wishes(unit.connection, task.id, wishes, str(failure["code"])))


async def _leave_out_strangers(unit: UnitOfWork, task_id: int, places: object) -> None:
    if not isinstance(places, list) or not places:
        return
    customers = await repository.list_customers(unit.connection, task_id)
    gone = [customers[place] for place in places if isinstance(place, int) and 0 <= place < len(customers)]
    rows = [(task_id, identity, str(WishState.FAILED), str(Why.NO_FRIEND)) for identity in gone]
    tell(unit, await repository.end_wishes(unit.connection, rows))


async def _take_look(unit: UnitOfWork, task: Any, event: Event) -> None:
    if task.state not in _OPEN:
        return
    if event.kind is not EventKind.COMMAND_SENT:
        days = load_limits().lapse_days
        is_last = task.state != TaskState.OPEN or next_look(task.asked_at, unit.now, days) is None
        if is_last and is_followed(task.asked_at, unit.now, days):
            await repository.set_task(unit.connection, task.id, look_at=unit.now + LATER)
            await settle_command(unit, str(event.data["key"]))
        return
    result = _result(event)
    if not result.get("confirmed"):
        await _not_confirmed(unit, task)
        return
    sent_at, cursor = result.get("sent_at"), str(result.get("next_cursor") or "")
    if cursor:
        corps = await find_app_ids(unit, {task.account_id})
        unit.enqueue(fetch_task(task, corps.get(task.account_id, ""), task.looks, cursor))
        return
    at = datetime.fromtimestamp(sent_at, UTC) if isinstance(sent_at, int) and sent_at else unit.now
    await repository.set_task(
        unit.connection, task.id, state=TaskState.DONE, confirmed_at=at, look_at=unit.now + SETTLE
    )


async def _not_confirmed(unit: UnitOfWork, task: Any) -> None:
    """Nothing yet; after a cancellation, or once it is too late, nothing ever."""
    late = next_look(task.asked_at, unit.now, load_limits().lapse_days) is None
    if task.state == TaskState.CANCELLED:
        if late:
            await repository.set_task(unit.connection, task.id, state=TaskState.LAPSED)
        why = Why.LAPSED if late else Why.CANCELLED
        tell(unit, await repository.end_task_wishes(unit.connection, task.id, WishState.FAILED, why))
    elif late:
        # What is confirmed after days would come when nobody expects it any more.
        unit.enqueue(task_command(CommandName.CANCEL_MASS_TASK, task, {"msgid": task.msgid}, "cancel"))


async def _take_cancelled(unit: UnitOfWork, task: Any, event: Event) -> None:
    """It is off the phone, or cannot be taken off. Whether the member was quicker is what one more look tells. What
    failed is tried again for some time: until then the member may confirm it."""
    if task.state != TaskState.OPEN:
        return
    failed = event.kind is not EventKind.COMMAND_SENT
    if failed and is_followed(task.asked_at, unit.now, load_limits().lapse_days):
        key = str(event.data["key"])
        again = task_command(CommandName.CANCEL_MASS_TASK, task, {"msgid": task.msgid}, _next_name(key))
        unit.enqueue(replace(again, due=unit.now + LATER))
        await settle_command(unit, key)
    else:
        await repository.set_task(unit.connection, task.id, state=TaskState.CANCELLED, look_at=unit.now)


def _next_name(key: str) -> str:
    """Of the cancellation after the one with this key: ``cancel``, ``cancel:2``, ``cancel:3``."""
    number = key.split(":")[3:]
    return f"cancel:{int(number[0]) + 1 if number else 2}"


async def take_results(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle MassMessageEnded: what became of customers, all of a batch at once."""
    rows = {
        (int(str(event.data["task_id"])), event.identity_id): str(event.data["outcome"])
        for event in events
        if event.identity_id is not None
    }
    ended = [
        (
            task_id,
            identity,
            str(WishState.SENT if outcome == "sent" else WishState.FAILED),
            "" if outcome == "sent" else outcome,
        )
        for (task_id, identity), outcome in sorted(rows.items())
    ]
    tell(unit, await repository.end_wishes(unit.connection, ended))


def _result(event: Event) -> Mapping[str, Any]:
    result = event.data.get("result")
    return result if isinstance(result, Mapping) else {}


_TAKERS: Mapping[str, Take] = {
    CommandName.CREATE_MASS_TASK: _take_made,
    CommandName.FETCH_MASS_TASK: _take_look,
    CommandName.CANCEL_MASS_TASK: _take_cancelled,
}
_OUTCOMES = (
    EventKind.COMMAND_SENT,
    EventKind.COMMAND_FAILED,
    EventKind.COMMAND_REFUSED,
    EventKind.COMMAND_UNCERTAIN,
)
HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    (_OUTCOMES, take_outcomes),
    ((EventKind.MASS_MESSAGE_ENDED,), take_results),
)
