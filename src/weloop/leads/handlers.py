"""What leads make of events: arrivals, what people do, friendships that end, cards that are answered."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from weloop.contracts.events import Event, EventKind
from weloop.identity.api import find_friends, find_identities, find_persons
from weloop.inbox.api import EventHandler, read_events_of
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.archive import HANDLERS as ARCHIVE_HANDLERS
from weloop.leads.arrivals import NAMING, name_contacts, part_contacts, welcome_contacts
from weloop.leads.cards import ACCEPT, lead_of
from weloop.leads.models import Lead
from weloop.leads.proofs import HANDLERS as PROOF_HANDLERS
from weloop.leads.rules import OPEN, Reason, Stage, furthest
from weloop.leads.scoring import Score, is_qualified, load_scoring, score
from weloop.leads.service import Actor, accept, advance, note_friend
from weloop.staff.api import accepted_text, find_names, replace_buttons, taken_text

SYSTEM = Actor("score")
_PARTING = frozenset({EventKind.CONTACT_LOST, EventKind.CONTACT_REMOVED})


async def follow_people(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Make leads of who arrives and score again whoever did something."""
    persons = set((await find_persons(unit, {e.identity_id for e in events if e.identity_id is not None})).values())
    if any(event.aliases for event in events):
        await fold_moves(unit, frozenset(persons))
    arrived = await welcome_contacts(unit, events)
    if any(event.kind in NAMING for event in events):
        await name_contacts(unit, events)
    if any(event.kind in _PARTING for event in events):
        await part_contacts(unit, events)
    await unit.session.flush()
    await rescore(unit, await repository.lock_open(unit.session, persons | arrived))


async def rescore(unit: UnitOfWork, leads: Collection[Lead]) -> None:
    """Score open leads anew from the log; who qualifies by that becomes an MQL."""
    scores = await score_leads(unit, leads)
    for lead in leads:
        found = scores[lead.id]
        lead.fit, lead.engagement, lead.scored_at = found.fit, found.engagement, unit.now
        unit.publish("leads")
        if lead.stage == Stage.LEAD and is_qualified(load_scoring(), found, need_confirmed=lead.need):
            await advance(unit, lead, SYSTEM, Stage.MQL)


async def score_leads(unit: UnitOfWork, leads: Collection[Lead]) -> dict[int, Score]:
    """The score of each lead now, with its reasons; two queries for all."""
    scoring = load_scoring()
    persons = await find_identities(unit, {lead.person_id for lead in leads})
    did: defaultdict[int, list[tuple[EventKind, object, object]]] = defaultdict(list)
    if persons:
        kinds = {str(kind) for kind in scoring.kinds}
        for row in await read_events_of(unit.connection, persons, kinds, unit.now - scoring.window):
            did[persons[row.identity_id]].append((EventKind(row.kind), row.occurred_at, row.data))
    return {lead.id: score(scoring, lead.profile or {}, did[lead.person_id], unit.now) for lead in leads}  # type: ignore[arg-type]


async def answer_cards(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """A member pressed 接单: theirs, or too late. The card says which."""
    for event in events:
        lead_id = lead_of(str(event.data.get("task_id") or ""))
        if event.data.get("key") != ACCEPT or lead_id is None:
            continue
        lead = await repository.lock_lead(unit.session, lead_id)
        if lead is not None and lead.account_id == event.account_id:
            await _answer(unit, event, lead, str(event.data.get("staff") or ""))
        else:
            _answer_withdrawn(unit, event, lead_id)


def _answer_withdrawn(unit: UnitOfWork, event: Event, lead_id: int) -> None:
    staff, code = str(event.data.get("staff") or ""), str(event.data.get("response_code") or "")
    replace_buttons(unit, event.account_id, [staff], code, "线索已撤回", ref=f"lead:{lead_id}")


async def _answer(unit: UnitOfWork, event: Event, lead: Lead, staff: str) -> None:
    names = await find_names(unit, event.account_id, [staff, lead.staff or ""])
    if lead.staff == staff and Stage(lead.stage) in OPEN:
        await accept(unit, lead, Actor("card", staff))
    if lead.staff == staff and lead.accepted_at is not None:
        text = accepted_text(names.get(staff, staff), lead.accepted_at)
    else:
        text = taken_text(names.get(lead.staff or "", lead.staff or "他人"))
    replace_buttons(
        unit, event.account_id, [staff], str(event.data.get("response_code") or ""), text, ref=f"lead:{lead.id}"
    )


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Leads follow their identities to other persons; of two open leads of one person the furthest stays."""
    person_of = await find_identities(unit, persons)
    leads = await repository.lock_of_identities(unit.session, person_of)
    moved = [lead for lead in leads if lead.person_id != person_of[lead.identity_id]]
    if not moved:
        return
    targets = {person_of[lead.identity_id] for lead in moved}
    here = await repository.lock_open(unit.session, targets)
    open_leads: defaultdict[int, dict[int, Lead]] = defaultdict(dict)
    for lead in (*here, *leads):
        if lead.closed_at is None:
            open_leads[person_of.get(lead.identity_id, lead.person_id)][lead.id] = lead
    for of_person in open_leads.values():
        stays = furthest({lead.id: (lead.stage, lead.created_at) for lead in of_person.values()})
        for lead in of_person.values():
            if lead.id != stays:
                await advance(unit, lead, Actor("merge"), Stage.LOST, Reason.DUPLICATE)
    await unit.session.flush()
    friends = await find_friends(unit, targets)
    for lead in moved:
        lead.person_id = person_of[lead.identity_id]
        note_friend(lead, lead.staff, friends)
    await unit.session.flush()
    unit.publish("leads")


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    (tuple(sorted(load_scoring().kinds | _PARTING | NAMING)), follow_people),
    ((EventKind.STAFF_CARD_ANSWERED,), answer_cards),
    *PROOF_HANDLERS,
    *ARCHIVE_HANDLERS,
)
"""To be registered with the inbox."""
