"""How people become leads: who adds a member by a code of ours, who leaves a number, whom somebody enters by hand."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from weloop.codes.api import find_codes
from weloop.contracts.errors import Conflict
from weloop.contracts.events import Event, EventKind, NewEvent, state_of
from weloop.contracts.identities import IdentityRef, Profile
from weloop.identity.api import find_faces, find_friends, find_persons
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.events import TOPIC, tell
from weloop.leads.handout import Handout
from weloop.leads.models import Lead, LeadTask
from weloop.leads.rules import Due, load_policy
from weloop.leads.service import end, note_friend

NAMING = frozenset({EventKind.PROFILE_FETCHED, EventKind.IDENTIFIED})
"""Events that tell what somebody is called."""
ADD_FRIEND_WITHIN = timedelta(hours=4)
"""When to have added who left a number only."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who may become a lead. ``staff``: the member who has them as a friend; None: nobody has."""

    account_id: int
    person_id: int
    identity_id: int
    origin: str
    key: str
    state: str
    at: datetime
    staff: str | None = None


Put: TypeAlias = Callable[[Handout, Lead, Arrival, str | None], None]
"""Puts a new lead where it belongs, given the member who had the person's last one."""


async def welcome_contacts(unit: UnitOfWork, events: Sequence[Event]) -> set[int]:
    """Make leads of those who added a member by a known code; answers the persons concerned."""
    added = [event for event in events if event.kind is EventKind.CONTACT_ADDED and event.identity_id is not None]
    if not added:
        return set()
    persons = await find_persons(unit, {event.identity_id or 0 for event in added})
    known = await find_codes(unit, {state_of(event.data) for event in added} - {""})
    arrivals = {
        person: Arrival(
            event.account_id,
            person,
            event.identity_id or 0,
            "contact",
            f"contact:{event.id}",
            state_of(event.data),
            event.occurred_at,
            str(event.data.get("staff") or "") or None,
        )
        for event in reversed(added)
        if (person := persons.get(event.identity_id or 0)) is not None
    }
    await _befriend(unit, arrivals)
    await make_leads(unit, [each for each in arrivals.values() if each.state in known])
    return set(arrivals)


async def _befriend(unit: UnitOfWork, arrivals: dict[int, Arrival]) -> None:
    """Open leads of people who have now added a member: theirs, unless another already works it."""
    for lead in await repository.lock_open(unit.session, arrivals):
        staff = arrivals[lead.person_id].staff
        if staff is None or lead.is_friend:
            continue
        if lead.staff == staff or lead.accepted_at is None:
            lead.is_friend = True
            if lead.due_what == Due.RETURN:
                lead.due_at = lead.due_what = None
            for task in await repository.open_tasks(unit.session, [lead.id]):
                if task.kind == "add_friend":
                    end(unit, lead, task, "added")
        if lead.staff != staff and lead.accepted_at is None:
            handout = await Handout.open(unit, lead.account_id)
            handout.give(lead, staff, "friend")
            await handout.close()


async def name_contacts(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Names have come: the cards that only waited for them go out."""
    told = [event.identity_id or 0 for event in events if event.kind in NAMING]
    persons = await find_persons(unit, told)
    waiting = [lead for lead in await repository.lock_open(unit.session, set(persons.values())) if lead.staff]
    for account_id in sorted({lead.account_id for lead in waiting if lead.due_what == Due.RELEASE}):
        handout = await Handout.open(unit, account_id)
        for lead in waiting:
            if lead.account_id == account_id and handout.is_expected(lead):
                handout.release(lead)
        await handout.close()


async def part_contacts(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Who is no friend any more is nobody's friend as a lead, too."""
    ended = [e for e in events if e.kind in (EventKind.CONTACT_LOST, EventKind.CONTACT_REMOVED)]
    persons = await find_persons(unit, {event.identity_id or 0 for event in ended})
    friends = await find_friends(unit, set(persons.values()))
    for lead in await repository.lock_open(unit.session, set(persons.values())):
        note_friend(lead, lead.staff, friends)
        unit.publish(TOPIC)


async def make_leads(unit: UnitOfWork, arrivals: Collection[Arrival], put: Put | None = None) -> list[Lead]:
    """Make leads of those who are none and were none lately, and put them to members by ``put``; the new ones.

    Who comes twice, or has an open lead, or one that was closed lately, makes no row.
    """
    if not arrivals:
        return []
    lately = unit.now - load_policy().again_after
    recent = await repository.find_closed(unit.connection, {each.person_id for each in arrivals}, lately)
    rows = [
        (each.account_id, each.person_id, each.identity_id, each.origin, each.key, each.state, each.at)
        for each in arrivals
        if each.person_id not in recent
    ]
    ids = await repository.insert_leads(unit.connection, rows)
    leads = list(await repository.lock_leads(unit.session, ids))
    by_key = {each.key: each for each in arrivals}
    persons = {lead.person_id for lead in leads}
    owners = await repository.find_last_owners(unit.connection, persons)
    named = {person for person, face in (await find_faces(unit, persons)).items() if face.name}
    for account_id in sorted({lead.account_id for lead in leads}):
        handout = await Handout.open(unit, account_id)
        handout.expect_names(persons - named)
        for lead in leads:
            if lead.account_id == account_id:
                (put or _put)(handout, lead, by_key[lead.origin_key], owners.get(lead.person_id))
        await handout.close()
    return leads


def _put(handout: Handout, lead: Lead, arrival: Arrival, last: str | None) -> None:
    """A friend is the member's; else the last owner is asked first (sticky), then the pool."""
    data = {"origin": lead.origin, "state": lead.state or None, "staff": arrival.staff}
    tell(handout.unit, lead, EventKind.LEAD_CREATED, "created", data)
    if arrival.staff is not None:
        lead.is_friend = True
        handout.give(lead, arrival.staff, "friend")
        return
    owner = handout.choose([last] if last else [])
    if owner is not None:
        handout.give(lead, owner, "sticky" if owner == last else "pool")
    handout.unit.session.add(LeadTask(lead_id=lead.id, kind="add_friend", due_at=handout.unit.now + ADD_FRIEND_WITHIN))


async def enter_lead(
    unit: UnitOfWork, account_id: int, subject: IdentityRef, profile: Profile, key: str, origin: str = "manual"
) -> Lead:
    """A lead of somebody known by a number only; Conflict where they are a lead already."""
    person = (await find_persons(unit, [subject.id])).get(subject.id, subject.id)
    made = await make_leads(unit, [Arrival(account_id, person, subject.id, origin, key, "", unit.now)])
    if not made:
        raise Conflict("this person is a lead already", code="lead_exists")
    unit.append(
        NewEvent(
            account_id=account_id,
            kind=EventKind.IDENTIFIED,
            dedupe=f"lead:{made[0].id}:identified",
            occurred_at=unit.now,
            subject=subject,
            data={"method": "entered"},
            profile=profile,
        )
    )
    return made[0]


async def adopt_person(unit: UnitOfWork, account_id: int, person_id: int, identity_id: int, key: str) -> Lead:
    """A lead of somebody we know; of a friend, with the member who has them."""
    friends = (await find_friends(unit, [person_id])).get((account_id, person_id), [])
    arrival = Arrival(account_id, person_id, identity_id, "manual", key, "", unit.now, friends[0] if friends else None)
    made = await make_leads(unit, [arrival])
    if not made:
        raise Conflict("this person is a lead already", code="lead_exists")
    return made[0]
