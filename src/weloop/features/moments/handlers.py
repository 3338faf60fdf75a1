"""What posts make of the outcomes of their commands: made, published by whom, what it brought, cancelled.

A post is followed by a chain of looks, each a command that waits in the outbox until it is due and, when it has ended
in whatever way, brings the next. Looks carry the number that the post had; one of an older number changes nothing, so
that an outcome that comes twice, or late, starts no second chain.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.features.moments import repository
from weloop.features.moments.models import MomentRow
from weloop.features.moments.rules import MemberState, State, load_limits, next_job_look
from weloop.features.moments.service import TOPIC, follow_up, key_of
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks.api import next_look
from weloop.outbox.api import REST, failure_of, find_members, keep_members

Take = Callable[[UnitOfWork, MomentRow, Event], Awaitable[None]]
_OPEN = (State.PLANNED, State.FAILED, State.UNCERTAIN)
"""States in which an outcome of making it says something new: a person may have what failed tried again."""


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of our commands. An outcome that comes twice changes nothing more."""
    ours = [event for event in events if event.data.get("command") in _TAKERS]
    results = [event for event in events if event.data.get("command") == CommandName.FETCH_MOMENT_RESULT]
    if not ours and not results:
        return
    rows = await repository.lock_moments(unit.session, {int(str(event.data["ref"])) for event in (*ours, *results)})
    await _take_results(unit, results)
    for event in ours:
        row = rows.get(int(str(event.data["ref"])))
        if row is not None and event.data["command"] == CommandName.CREATE_MOMENT_TASK:
            row = await _part_of(unit, row, str(event.data["key"]))
        if row is not None:
            await _TAKERS[str(event.data["command"])](unit, row, event)
    await unit.session.flush()
    unit.publish(TOPIC)


async def _part_of(unit: UnitOfWork, row: MomentRow, key: str) -> MomentRow | None:
    """The part of a post that a command has made; whatever was divided on the way there becomes a post of its own."""
    while True:
        rest = await _rest_of(unit, row)
        if key == key_of(row):
            while rest is not None:
                rest = await _rest_of(unit, rest)
            return row
        if rest is None:
            return None
        row = rest


async def _rest_of(unit: UnitOfWork, row: MomentRow) -> MomentRow | None:
    """The rest of a post that was divided when it left."""
    whole, part = row.part_of or row.id, row.part + 1
    known = (await repository.find_parts(unit.connection, [whole])).get((whole, part))
    if known is not None:
        return await repository.get_moment(unit.session, known, lock=True)
    members = await find_members(unit, f"{key_of(row)}{REST}")
    if not members:
        return None
    copied = {name: getattr(row, name) for name in _COPIED}
    rest = MomentRow(**copied, members=members, state=State.PLANNED, part_of=whole, part=part)
    row.members = [each for each in row.members if each not in members]
    unit.session.add(rest)
    await unit.session.flush()
    return rest


_COPIED = (
    "account_id",
    "kind",
    "text",
    "attachments",
    "tags",
    "planned_at",
    "version",
    "created_by",
    "created_at",
    "updated_at",
    "planned_by",
)


async def _take_made(unit: UnitOfWork, row: MomentRow, event: Event) -> None:
    jobid = str(_result(event).get("jobid", ""))
    if row.state not in _OPEN or (jobid and jobid == row.jobid):
        return
    # Tried again, it may have left for fewer.
    row.members = await find_members(unit, key_of(row)) or row.members
    if event.kind is EventKind.COMMAND_SENT:
        row.state, row.jobid, row.failure = State.ASKED, jobid, None
        row.asked_at, row.ended_at = event.occurred_at, None
        _look(unit, row, next_job_look(row.asked_at, unit.now))
        return
    row.state = State.UNCERTAIN if event.kind is EventKind.COMMAND_UNCERTAIN else State.FAILED
    row.failure, row.ended_at = failure_of(event.data), unit.now


async def _take_job(unit: UnitOfWork, row: MomentRow, event: Event) -> None:
    """Whether the task is there. The platform forgets its job after a day."""
    if row.state != State.ASKED or not _is_latest(row, event) or row.asked_at is None:
        return
    told = _result(event)
    if not told.get("done"):
        following = next_job_look(row.asked_at, unit.now)
        if following is None:
            await _fail(unit, row, {"code": "moment_job_lost", "params": {}})
        else:
            _look(unit, row, following)
    elif told.get("moment_id"):
        row.platform_id = str(told["moment_id"])
        # The platform may write a userid in other letters.
        left_out = {str(each).lower() for each in told.get("invalid") or ()}
        invalid = {each for each in row.members if each.lower() in left_out}
        states = [(each, str(MemberState.INVALID if each in invalid else MemberState.ASKED)) for each in row.members]
        await repository.put_members(unit.connection, row.id, states)
        if invalid:
            await keep_members(unit, key_of(row), set(row.members) - invalid)
        _look(unit, row, unit.now)
    else:
        params = {name: told[name] for name in ("errcode", "reason") if told.get(name)}
        await _fail(unit, row, {"code": "platform_rejected", "params": params})


async def _fail(unit: UnitOfWork, row: MomentRow, failure: dict[str, Any]) -> None:
    """It was not made, so nobody posts it."""
    row.state, row.failure, row.ended_at = State.FAILED, failure, unit.now
    await keep_members(unit, key_of(row), ())


async def _take_task(unit: UnitOfWork, row: MomentRow, event: Event) -> None:
    """Who has published it; what it brought them is asked next, and who has when some time has passed."""
    if not _is_latest(row, event) or row.asked_at is None:
        return
    if event.kind is EventKind.COMMAND_SENT:
        told = [each for each in _result(event).get("members") or () if isinstance(each, Mapping)]
        known = {each.lower(): each for each in row.members}
        published = [known.get(str(each["staff"]).lower(), str(each["staff"])) for each in told if each["published"]]
        await repository.put_members(
            unit.connection, row.id, [(each, str(MemberState.PUBLISHED)) for each in published]
        )
        await _ask_figures(unit, row, row.asked_at)
        if row.state != State.ASKED:
            # Somebody was faster than its end: that counts.
            await _keep_published(unit, row)
            if not published:
                return
    following = _next_look(row.asked_at, unit.now)
    if following is not None:
        _look(unit, row, following)
    elif row.state == State.ASKED:
        await _end(unit, row)


async def _ask_figures(unit: UnitOfWork, row: MomentRow, asked_at: datetime) -> None:
    """Ask what it brought those whose figures are older than a quarter of its age; of the last look, whose are old."""
    is_last = row.state != State.ASKED or _next_look(asked_at, unit.now) is None
    age = timedelta() if is_last else (unit.now - asked_at) / 4
    for staff in await repository.list_unread(unit.connection, row.id, unit.now - age):
        unit.enqueue(follow_up(row, CommandName.FETCH_MOMENT_RESULT, f"result:{row.looks}:{staff}", staff=staff))


def _next_look(asked_at: datetime, now: datetime) -> datetime | None:
    return next_look(asked_at, now, load_limits()["look"]["watch_days"])


async def _end(unit: UnitOfWork, row: MomentRow) -> None:
    """It is over. Who has not published it shall not do so when nobody expects it any more."""
    row.state, row.ended_at = State.DONE, unit.now
    if len(await _keep_published(unit, row)) < len(row.members):
        unit.enqueue(follow_up(row, CommandName.CANCEL_MOMENT_TASK, "end"))


async def _keep_published(unit: UnitOfWork, row: MomentRow) -> list[str]:
    published = await repository.list_published(unit.connection, row.id)
    await keep_members(unit, key_of(row), published)
    return published


async def _take_results(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """What posts brought their members, all of a batch at once; where that could not be read, the next look asks."""
    figures = {}
    for event in sorted(events, key=lambda each: each.occurred_at):
        if event.kind is EventKind.COMMAND_SENT:
            told, post = _result(event), int(str(event.data["ref"]))
            figures[post, str(told["staff"])] = (told["visible"], told["likes"], told["comments"], event.occurred_at)
    if figures:
        await repository.put_figures(unit.connection, [(*key, *told) for key, told in figures.items()])


async def _take_cancelled(unit: UnitOfWork, row: MomentRow, event: Event) -> None:
    """Whoever has not published it cannot any more, or the platform refused that. What is published stays."""
    if row.state == State.DONE:
        _look(unit, row, unit.now)
    if row.state != State.ASKED:
        return
    if event.kind is not EventKind.COMMAND_SENT:
        row.cancelled_at, row.failure = None, failure_of(event.data)
        return
    row.state, row.ended_at, row.failure = State.CANCELLED, unit.now, None
    await _keep_published(unit, row)
    _look(unit, row, unit.now)


def _look(unit: UnitOfWork, row: MomentRow, due: datetime | None) -> None:
    """The next look: whether it is made, then who has published it."""
    row.looks += 1
    name = CommandName.FETCH_MOMENT_TASK if row.platform_id else CommandName.FETCH_MOMENT_JOB
    unit.enqueue(follow_up(row, name, f"look:{row.looks}", due=due))


def _is_latest(row: MomentRow, event: Event) -> bool:
    return str(event.data["key"]) == f"{key_of(row)}:look:{row.looks}"


def _result(event: Event) -> Mapping[str, Any]:
    result = event.data.get("result")
    return result if isinstance(result, Mapping) else {}


_TAKERS: Mapping[str, Take] = {
    CommandName.CREATE_MOMENT_TASK: _take_made,
    CommandName.FETCH_MOMENT_JOB: _take_job,
    CommandName.FETCH_MOMENT_TASK: _take_task,
    CommandName.CANCEL_MOMENT_TASK: _take_cancelled,
}
HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    (
        (
            EventKind.COMMAND_SENT,
            EventKind.COMMAND_FAILED,
            EventKind.COMMAND_REFUSED,
            EventKind.COMMAND_UNCERTAIN,
        ),
        take_outcomes,
    ),
)
