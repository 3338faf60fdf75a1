"""What people do with journeys: draft, publish, pause, stop; let somebody in; help a parked run on."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from weloop.access.api import CurrentUser, record_act
from weloop.audience.api import hold_segments
from weloop.contracts.documents import plain_document
from weloop.contracts.json import JsonObject
from weloop.identity.api import choose_identities, find_persons
from weloop.journeys import reading, repository, schedules, sweeps
from weloop.journeys.counts import HERE, Deltas
from weloop.journeys.engine import END
from weloop.journeys.entries import Refused, arrival_by_hand, enter
from weloop.journeys.errors import (
    JourneyChanged,
    JourneyInvalid,
    JourneyNotFound,
    JourneyStopping,
    MoveInvalid,
    RunNotFound,
    RunNotParked,
    VersionUnreadable,
    WrongStatus,
)
from weloop.journeys.handlers import end_runs
from weloop.journeys.models import JourneyRow, VersionRow
from weloop.journeys.moves import forget_moves, plan_move
from weloop.journeys.publishing import WebhookAccounts, examine, put_version
from weloop.journeys.shelf import load_versions
from weloop.journeys.validation import Fault
from weloop.kit.unit import UnitOfWork

TOPIC = "journeys"
MAX_DRAFT_BYTES = 512 * 1024
CLOSED = "closed_by_hand"


async def create_journey(unit: UnitOfWork, user: CurrentUser, name: str, draft: Mapping[str, Any]) -> JourneyRow:
    """A draft. It may be wrong still; publishing says where."""
    row = JourneyRow(
        name=name,
        status="draft",
        draft=plain_document(draft, MAX_DRAFT_BYTES),
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.session.refresh(row)
    _note(unit, user, "journey_created", row)
    return row


async def get_journey(unit: UnitOfWork, journey_id: int, *, lock: bool = False) -> JourneyRow:
    """One journey that people made; JourneyNotFound. Those that another module keeps are not shown."""
    query = select(JourneyRow).where(JourneyRow.id == journey_id, JourneyRow.key.is_(None))
    if not 0 < journey_id < 2**31:
        raise JourneyNotFound
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise JourneyNotFound
    return row


async def change_journey(
    unit: UnitOfWork,
    user: CurrentUser,
    journey_id: int,
    revision: int,
    name: str | None,
    draft: Mapping[str, Any] | None,
) -> JourneyRow:
    """Change the draft; who is inside, and who comes in, notices nothing before it is published."""
    row = await get_journey(unit, journey_id, lock=True)
    _check_revision(row, revision)
    row.name = name or row.name
    row.draft = plain_document(draft, MAX_DRAFT_BYTES) if draft is not None else row.draft
    row.revision += 1
    row.updated_at = unit.now
    _note(unit, user, "journey_changed", row)
    return row


async def delete_journey(unit: UnitOfWork, user: CurrentUser, journey_id: int) -> None:
    """Delete a draft that nobody ever entered."""
    row = await get_journey(unit, journey_id, lock=True)
    if row.version_id is not None:
        raise WrongStatus(status=row.status)
    await unit.session.delete(row)
    _note(unit, user, "journey_deleted", row)


async def check_draft(unit: UnitOfWork, draft: Mapping[str, Any], find_webhooks: WebhookAccounts) -> Sequence[Fault]:
    """What is wrong with a draft."""
    _, _, faults = await examine(unit, plain_document(draft, MAX_DRAFT_BYTES), find_webhooks)
    return faults


async def publish(
    unit: UnitOfWork,
    user: CurrentUser,
    journey_id: int,
    revision: int,
    find_webhooks: WebhookAccounts,
    moves: Mapping[int, Mapping[str, str]] | None = None,
) -> VersionRow:
    """Make the draft the version that people enter. A stopped journey lives again by that, a paused one goes on.

    ``moves``: by the number of an older version, from which of its nodes people go to which of the new one; all others
    stay on theirs.
    """
    row = await get_journey(unit, journey_id, lock=True)
    _check_revision(row, revision)
    if await sweeps.is_ending(unit, journey_id):
        raise JourneyStopping
    await hold_segments(unit)
    definition, webhooks, faults = await examine(unit, row.draft or {}, find_webhooks)
    if definition is None:
        raise JourneyInvalid(node=faults[0].node, count=len(faults))
    was_paused, row.archived_at = row.status == "paused", None
    version = await put_version(unit, row, definition, webhooks, user.id)
    if was_paused:
        await sweeps.begin(unit, row.id, sweeps.RELEASE)
    for number, nodes in sorted((moves or {}).items()):
        await plan_move(unit, await _get_version(unit, row.id, number, before=version.number), version, nodes)
    _note(unit, user, "journey_published", row, {"number": version.number})
    return version


async def _get_version(unit: UnitOfWork, journey_id: int, number: int, *, before: int) -> VersionRow:
    query = select(VersionRow).where(VersionRow.journey_id == journey_id, VersionRow.number == number)
    found = await unit.session.scalar(query.where(VersionRow.number < before))
    if found is None:
        raise MoveInvalid(number=number)
    return found


def _check_revision(row: JourneyRow, revision: int) -> None:
    if revision != row.revision:
        raise JourneyChanged(revision=row.revision)


async def pause(unit: UnitOfWork, user: CurrentUser, journey_id: int) -> JourneyRow:
    """Let nobody in, and let all inside stand still; what was enqueued still goes out."""
    row = await _in_status(unit, journey_id, "live")
    row.status, row.reason, row.updated_at = "paused", None, unit.now
    _note(unit, user, "journey_paused", row)
    return row


async def resume(unit: UnitOfWork, user: CurrentUser, journey_id: int) -> JourneyRow:
    """Let it go on. Waits that ran out meanwhile end now, and of the times of its schedule that passed, one is made up
    for.
    """
    row = await _in_status(unit, journey_id, "paused")
    row.status, row.reason, row.updated_at = "live", None, unit.now
    row.tried = row.failed = 0
    await sweeps.begin(unit, row.id, sweeps.RELEASE)
    _note(unit, user, "journey_resumed", row)
    return row


async def stop(unit: UnitOfWork, user: CurrentUser, journey_id: int) -> JourneyRow:
    """End it for all inside; what was enqueued still goes out."""
    row = await _in_status(unit, journey_id, "live", "paused")
    row.status, row.reason, row.updated_at = "stopped", None, unit.now
    await sweeps.begin(unit, row.id, sweeps.END_ALL)
    await forget_moves(unit, row.id)
    await schedules.forget(unit, row.id)
    _note(unit, user, "journey_stopped", row)
    return row


async def archive(unit: UnitOfWork, user: CurrentUser, journey_id: int) -> JourneyRow:
    """Put a journey away that nobody can enter."""
    row = await _in_status(unit, journey_id, "draft", "stopped")
    row.archived_at = row.archived_at or unit.now
    _note(unit, user, "journey_archived", row)
    return row


async def unarchive(unit: UnitOfWork, user: CurrentUser, journey_id: int) -> JourneyRow:
    """Take it out again."""
    row = await get_journey(unit, journey_id, lock=True)
    row.archived_at = None
    _note(unit, user, "journey_unarchived", row)
    return row


async def _in_status(unit: UnitOfWork, journey_id: int, *wanted: str) -> JourneyRow:
    row = await get_journey(unit, journey_id, lock=True)
    if row.status not in wanted:
        raise WrongStatus(status=row.status)
    return row


async def let_in(
    unit: UnitOfWork, user: CurrentUser, journey_id: int, persons: Collection[int], occasion: str
) -> tuple[int, dict[int, str]]:
    """Let these persons in, as the journey's policy says: how many came in, and why each other did not.

    The same ``occasion`` twice lets nobody in twice, nor does a number of before beside the person's own.
    """
    row = await _in_status(unit, journey_id, "live")
    version = (await load_versions(unit, [row.version_id or 0])).get(row.version_id or 0)
    if version is None:
        raise VersionUnreadable
    identities = await choose_identities(unit, persons)
    arrivals = [
        arrival_by_hand(version, identities[person], person, occasion, unit.now) for person in sorted(identities)
    ]
    made, refused = await enter(unit, arrivals)
    known = await find_persons(unit, persons)
    reasons: dict[int, str] = {person: "unknown" for person in persons if person not in known}
    reasons |= {arrivals[number].person_id: reason for number, reason in _named(refused)}
    _note(unit, user, "journey_entered", row, {"count": len(made)})
    return len(made), reasons


def _named(refused: Mapping[int, Refused]) -> list[tuple[int, str]]:
    return [(number, str(reason)) for number, reason in refused.items()]


async def retry(unit: UnitOfWork, user: CurrentUser, run_id: int) -> None:
    """Try the step of a parked run again."""
    await _only(unit, run_id)
    if not await retry_runs(unit, user, [run_id]):
        raise RunNotParked


async def retry_runs(unit: UnitOfWork, user: CurrentUser, runs: Collection[int]) -> int:
    """Try the steps of those of these runs that are parked again; answers how many they are."""
    parked = await _lock_parked(unit, runs)
    if parked:
        await repository.go_on(unit.connection, [row.run_id for row in parked], unit.now)
        _note_runs(unit, user, "journey_step_retried", parked)
    return len(parked)


async def skip(unit: UnitOfWork, user: CurrentUser, run_id: int) -> None:
    """Lead a parked run past its step."""
    found = await _only(unit, run_id)
    if found.version_id not in await load_versions(unit, [found.version_id]):
        raise VersionUnreadable
    if not await skip_runs(unit, user, [run_id]):
        raise RunNotParked


async def skip_runs(unit: UnitOfWork, user: CurrentUser, runs: Collection[int]) -> int:
    """Lead those of these runs that are parked past their steps; answers how many they are. Of a version that cannot
    be read nobody knows what comes next: its runs stay.
    """
    parked = await _lock_parked(unit, runs)
    versions = await load_versions(unit, {row.version_id for row in parked})
    parked = [row for row in parked if row.version_id in versions]
    if not parked:
        return 0
    target = {row.run_id: versions[row.version_id].program.steps[row.node].skip_to for row in parked}
    deltas = Deltas()
    for row in parked:
        deltas.add(row.journey_id, row.version_id, row.node, "skipped")
        if target[row.run_id] != END:
            deltas.add(row.journey_id, row.version_id, row.node, HERE, -1)
            deltas.add(row.journey_id, row.version_id, target[row.run_id], HERE)
    steps = [(row.run_id, row.seq, row.node, "skipped", None) for row in parked]
    await repository.save_steps(unit.connection, steps, unit.now)
    await end_runs(unit, [row for row in parked if target[row.run_id] == END], "finished", deltas)
    led = [(run_id, node) for run_id, node in target.items() if node != END]
    if led:
        await repository.lead_to(unit.connection, led, unit.now)
    await deltas.write(unit)
    _note_runs(unit, user, "journey_step_skipped", parked)
    return len(parked)


async def end_run(unit: UnitOfWork, user: CurrentUser, run_id: int) -> None:
    """End one run; one that has ended stays as it is."""
    run = await _only(unit, run_id)
    deltas = Deltas()
    await end_runs(unit, await repository.lock_positions(unit.connection, [run_id]), CLOSED, deltas)
    await deltas.write(unit)
    record_act(unit, user.id, "journey_run_ended", f"journey:{run.journey_id}", {"run": str(run_id)})


async def _only(unit: UnitOfWork, run_id: int) -> Row[Any]:
    found = await reading.get_run(unit.connection, run_id)
    if found is None:
        raise RunNotFound
    return found


async def _lock_parked(unit: UnitOfWork, runs: Collection[int]) -> list[Row[Any]]:
    return [row for row in await repository.lock_positions(unit.connection, runs) if row.hold == repository.PARKED]


def _note_runs(unit: UnitOfWork, user: CurrentUser, act: str, runs: Sequence[Row[Any]]) -> None:
    """One line for each journey, with the run if it is one alone."""
    for journey_id, count in Counter(row.journey_id for row in runs).items():
        detail: JsonObject = {"run": str(runs[0].run_id)} if len(runs) == 1 else {"count": count}
        record_act(unit, user.id, act, f"journey:{journey_id}", detail)
    unit.publish(TOPIC)


def _note(
    unit: UnitOfWork, user: CurrentUser, act: str, row: JourneyRow, detail: Mapping[str, int] | None = None
) -> None:
    more: JsonObject = {"name": row.name, **(detail or {})}
    record_act(unit, user.id, act, f"journey:{row.id}", more)
    unit.publish(TOPIC)
