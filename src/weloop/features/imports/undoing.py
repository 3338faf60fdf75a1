"""Undoing an import, a batch at a time: first its leads, then its persons. Whatever somebody has touched stays."""

from dataclasses import replace

from weloop.contracts.events import EventKind
from weloop.features.imports import repository
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.rules import Kept, State, load_limits
from weloop.identity.api import Traces, find_traces, forget
from weloop.inbox.api import find_waiting
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import find_with_leads, withdraw_leads


async def undo_batch(unit: UnitOfWork, row: PeopleImport) -> None:
    """Take back some rows. All leads go first: persons with a lead that stays are left alone."""
    size = load_limits().batch
    leads = await repository.next_leads(unit.connection, row.id, size)
    if leads:
        stays = await withdraw_leads(unit, leads, row.id)
        await repository.settle_leads(unit.connection, row.id, leads, stays, Kept.LEAD)
        return
    if not await _undo_persons(unit, row, size):
        row.state, row.undone_at, row.ended_at = State.UNDONE, unit.now, unit.now


async def _undo_persons(unit: UnitOfWork, row: PeopleImport, size: int) -> int:
    rows = await repository.next_rows(unit.connection, row.id, row.place, size)
    if not rows:
        return 0
    traces = await find_traces(unit, {each for found in rows for each in found.identities}, row.started_at or unit.now)
    waiting = await find_waiting(unit, traces.made, EventKind.LEAD_WITHDRAWN)
    traces = replace(traces, met=traces.met | {traces.made[each] for each in waiting})
    leads = await find_with_leads(unit, set(traces.person_of.values()))
    stay = traces.met | leads
    gone = {each for each, person in traces.made.items() if person not in stay}
    # What the rows of people who stay have said, stays too, and what replaced the words of another import.
    others = await repository.find_in_others(unit.connection, row.id, traces.person_of)
    said = [
        found.event_id
        for found in rows
        if traces.person_of.get(found.identity_id) not in stay and found.identity_id not in others
    ]
    kept = [(row.id, found.number, _why(traces, leads, found.identities)) for found in rows]
    await forget(unit, gone, said)
    await repository.write_kept(unit.connection, [each for each in kept if each[2] is not None])
    row.place = rows[-1].number
    return len(rows)


def _why(traces: Traces, leads: set[int], identities: list[int]) -> str | None:
    """Why a row's person stays; None where they go, or have gone with an earlier row."""
    persons = {traces.person_of[each] for each in identities if each in traces.person_of}
    if persons & leads:
        return Kept.LEAD
    if persons & traces.met:
        return Kept.MET
    return Kept.KNOWN if any(each in traces.person_of and each not in traces.made for each in identities) else None
