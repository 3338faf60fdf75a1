"""Leads out of a file, a batch at a time: with the member the file names, in the open pool, or shared out.

Nobody has just arrived: cards go out in waves of working time, and no clock begins before its card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from weloop.contracts.events import EventKind
from weloop.identity.api import find_friends, find_persons
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.arrivals import ADD_FRIEND_WITHIN, Arrival, make_leads
from weloop.leads.events import tell
from weloop.leads.handlers import rescore
from weloop.leads.handout import Handout
from weloop.leads.models import Lead, LeadNote, LeadTask
from weloop.leads.rules import load_policy


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody whom a file names. ``staff``: the member who shall have them, "": nobody is named. ``key``: once."""

    key: str
    identity_id: int
    state: str = ""
    staff: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """The lead that was made; without one why: ``open`` (they are one), ``lately`` (they were)."""

    lead_id: int | None
    why: str | None


async def enter_leads(
    unit: UnitOfWork, account_id: int, entries: Sequence[Entry], *, pooled: bool, user_id: int | None = None
) -> dict[str, Entered]:
    """Leads of persons whom identity knows, by key; who is a lead, or was one lately, makes none.

    ``pooled``: whom the file gives no member waits in the open pool; else they are shared out as leads are.
    """
    persons = await find_persons(unit, {each.identity_id for each in entries})
    friends = await find_friends(unit, set(persons.values()))
    by_key = {each.key: each for each in entries}
    arrivals = [_arrival(unit, account_id, each, persons[each.identity_id], friends) for each in entries]
    lately = await repository.find_closed(unit.connection, set(persons.values()), unit.now - load_policy().again_after)
    made = await make_leads(unit, arrivals, partial(_put, by_key, pooled))
    _write_notes(unit, made, by_key, user_id)
    await unit.session.flush()
    await rescore(unit, made)
    ids = {lead.origin_key: lead.id for lead in made}
    return {
        each.key: Entered(ids[each.key], None)
        if each.key in ids
        else Entered(None, "lately" if persons[each.identity_id] in lately else "open")
        for each in entries
    }


def _arrival(
    unit: UnitOfWork, account_id: int, entry: Entry, person: int, friends: Mapping[tuple[int, int], Sequence[str]]
) -> Arrival:
    """A friend stays with a member who has them, rather the one the file names."""
    theirs = friends.get((account_id, person), ())
    staff = entry.staff if entry.staff in theirs else next(iter(theirs), None)
    return Arrival(account_id, person, entry.identity_id, "import", entry.key, entry.state, unit.now, staff)


def _put(
    entries: Mapping[str, Entry], pooled: bool, handout: Handout, lead: Lead, arrival: Arrival, last: str | None
) -> None:
    handout.in_waves = True
    entry = entries[lead.origin_key]
    data = {"origin": lead.origin, "state": lead.state or None, "staff": arrival.staff}
    tell(handout.unit, lead, EventKind.LEAD_CREATED, "created", data)
    if arrival.staff is not None:
        lead.is_friend = True
        handout.give(lead, arrival.staff, "friend")
        return
    if entry.staff in handout.duties:
        handout.give(lead, entry.staff, "imported")
    elif not pooled and (owner := handout.choose([last] if last else [])) is not None:
        handout.give(lead, owner, "sticky" if owner == last else "pool")
    due = (lead.due_at or handout.unit.now) + ADD_FRIEND_WITHIN
    handout.unit.session.add(LeadTask(lead_id=lead.id, kind="add_friend", due_at=due))


def _write_notes(unit: UnitOfWork, leads: Sequence[Lead], entries: Mapping[str, Entry], user_id: int | None) -> None:
    for lead in leads:
        note = entries[lead.origin_key].note
        if note:
            unit.session.add(LeadNote(lead_id=lead.id, at=unit.now, user_id=user_id, note=note))
