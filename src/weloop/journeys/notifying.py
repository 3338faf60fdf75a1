"""Members who are asked to do something about persons, and told something of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from weloop.contracts.events import Event
from weloop.identity.api import find_friends, find_names
from weloop.journeys.sending import key_of
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import Standing, find_standings
from weloop.staff.api import find_duties, next_start, send_notice_card

NOBODY = "nobody"
NAMELESS = "客户"


async def find_members(
    unit: UnitOfWork, events: Collection[Event], person_of: Mapping[int, int], owners: Mapping[int, Standing]
) -> Mapping[int, list[str]]:
    """By event the members whom it may mean, the first one before all others: who is named; else the owner of the
    person's lead, then those whom the person added, the last one first; then who does it instead.
    """
    persons = {person_of[event.identity_id or 0] for event in events if event.identity_id in person_of}
    friends = await find_friends(unit, persons)
    found = {}
    for event in events:
        data: Mapping[str, Any] = event.data
        person = person_of.get(event.identity_id or 0, 0)
        members: list[str | None] = [data.get("staff")]
        if members[0] is None:
            lead = owners.get(person)
            members = [lead.staff if lead is not None else None, *friends.get((data["account_id"], person), ())]
        found[event.id] = [each for each in (*members, data.get("instead")) if each]
    return found


async def notify(unit: UnitOfWork, events: Sequence[Event], person_of: Mapping[int, int]) -> list[tuple[int, int, str]]:
    """Tell members, each when their shift begins; answers (run id, seq, outcome) of what no member can be told. What
    became of the others is told by the command: see ``handlers.count_sends``.
    """
    # Of who was erased nothing is left to say.
    events = [event for event in events if event.personal and event.identity_id in person_of]
    leads = await find_standings(unit, {person_of[event.identity_id or 0] for event in events})
    members = await find_members(unit, events, person_of, leads)
    names = await find_names(unit, {event.identity_id for event in events if event.identity_id is not None})
    duties = {
        account_id: await find_duties(unit, account_id)
        for account_id in sorted({int(str(event.data["account_id"])) for event in events})
    }
    lost = []
    for event in events:
        place = (int(str(event.data["run_id"])), int(str(event.data["seq"])))
        account_id = int(str(event.data["account_id"]))
        known = duties[account_id]
        duty = next((known[each] for each in members[event.id] if each in known), None)
        start = None if duty is None else next_start(duty.shift, unit.now)
        if duty is None or start is None:
            lost.append((*place, NOBODY))
            continue
        named, lead = names.get(event.identity_id or 0), leads.get(person_of[event.identity_id or 0])
        # Only its owner may open a lead on the phone.
        page = f"/leads/{lead.lead_id}" if lead is not None and lead.staff == duty.userid else ""
        send_notice_card(
            unit,
            account_id,
            [duty.userid],
            key_of(*place),
            (named and named.name) or NAMELESS,
            str(event.personal["text"]),
            page,
            due=start,
            about=event.identity_id,
        )
    return lost
