"""What runs ask of other modules, done in the order in which it happened to the person; each once, with its outcome."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

from weloop.accounts.api import find_app_ids
from weloop.audience.api import set_attributes, tag_persons
from weloop.contracts.errors import WeLoopError
from weloop.contracts.events import Event, EventKind, NewEvent
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_identities, find_persons, find_reach
from weloop.journeys import repository
from weloop.journeys.acts import CONFIRMED, TASK_KIND
from weloop.journeys.counts import Deltas
from weloop.journeys.entries import Arrival, enter
from weloop.journeys.handlers import end_runs_of
from weloop.journeys.messages import NOTIFY
from weloop.journeys.notifying import find_members, notify
from weloop.journeys.program import HOPS
from weloop.journeys.sending import COMMAND_PREFIX, key_of
from weloop.journeys.shelf import load_versions
from weloop.kit.db import to_json
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import Actor, Reason, Stage, advance, assign, find_standings, lock_lead_of, put_back
from weloop.mass_tasks.api import Priority, Wish, end_of_slot, load_limits, put_content, wish
from weloop.tasks.api import NewTask, put_tasks

DONE, NO_LEAD, NOT_LIVE, ENTERED_TOO_DEEP = "done", "no_lead", "not_live", "too_many_hops"
LEFT, NOT_INSIDE = "left", "not_inside"
WAITS, NO_RELATION, NO_FRIEND = "at_platform", "no_relation", "no_friend"
MOST_HOPS = 10
"""Journeys that let in each other end somewhere."""
SYSTEM = Actor("journey")
Do: TypeAlias = Callable[[UnitOfWork, Event, int], Awaitable[str]]
"""(unit of work, what is asked, person) → the outcome."""


async def do_asked(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Do what is asked. What cannot be done as things are has the reason for its outcome; what is replayed was done."""
    if unit.replays:
        return
    person_of = await find_persons(unit, {event.identity_id or 0 for event in events})
    tasks, outcomes = [], []
    messages = [event for event in events if event.data["act"] == CONFIRMED]
    notices = [event for event in events if event.data["act"] == NOTIFY]
    for event in events:
        person = person_of.get(event.identity_id or 0)
        if event.data["act"] == TASK_KIND:
            tasks.append(event)
        elif event.data["act"] not in (CONFIRMED, NOTIFY) and person is not None:
            try:
                outcome = await _ACTS[str(event.data["act"])](unit, event, person)
            except WeLoopError as error:
                outcome = error.instance_code
            outcomes.append((*_place(event), outcome))
    if tasks:
        await unit.session.flush()
        await _put_tasks(unit, tasks, person_of)
    if messages:
        outcomes += await _wish(unit, messages, person_of)
    if notices:
        outcomes += await notify(unit, notices, person_of)
    if outcomes:
        deltas = Deltas()
        for row in await repository.note_done(unit.connection, outcomes):
            deltas.add(row.journey_id, row.version_id, row.node, row.outcome)
        await deltas.write(unit)


def _place(event: Event) -> tuple[int, int]:
    return int(str(event.data["run_id"])), int(str(event.data["seq"]))


async def _put_tasks(unit: UnitOfWork, events: Sequence[Event], person_of: Mapping[int, int]) -> None:
    """Put up the tasks of runs that still wait for them; which nobody can do have ended already."""
    standing = await repository.find_standing(unit.connection, {_place(event) for event in events})
    # Of who was erased nothing is left to say.
    asked = {key_of(*_place(event)): event for event in events if _place(event) in standing and event.personal}
    persons = {person_of[event.identity_id or 0] for event in asked.values() if event.identity_id in person_of}
    members = await find_members(unit, asked.values(), person_of, await find_standings(unit, persons))
    tasks = []
    for key, event in asked.items():
        data: Mapping[str, Any] = event.data
        tasks.append(
            NewTask(
                key=key,
                account_id=data["account_id"],
                members=members[event.id],
                identity_id=event.identity_id or 0,
                title=str(event.personal["title"]),
                note=str(event.personal["note"]),
                script_id=data.get("script_id"),
                within=timedelta(hours=data["within_hours"]),
            )
        )
    for key in sorted(await put_tasks(unit, tasks)):
        event = asked[key]
        unit.append(
            NewEvent(
                account_id=event.account_id,
                kind=EventKind.TASK_DONE,
                dedupe=f"nobody:{key}",
                occurred_at=unit.now,
                identity_id=event.identity_id,
                data={"kind": TASK_KIND, "outcome": "nobody", "ref": key},
            )
        )


async def _wish(unit: UnitOfWork, events: Sequence[Event], person_of: Mapping[int, int]) -> list[tuple[int, int, str]]:
    """Wish messages of the members whom the persons added last; answers (run id, seq, outcome) of those that nobody
    can send. What becomes of the others is told later: see ``handlers.follow_wishes``.
    """
    # Of who was erased nothing is left to say.
    events = [event for event in events if event.personal and event.identity_id in person_of]
    scopes = await find_app_ids(unit, {int(str(event.data["account_id"])) for event in events})
    by_account: defaultdict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_account[int(str(event.data["account_id"]))].append(event)
    due, wishes, lost = end_of_slot(unit.now, load_limits()), [], []
    for account_id, asked in sorted(by_account.items()):
        persons = {person_of[event.identity_id or 0] for event in asked}
        reach = await find_reach(unit, scopes.get(account_id, ""), persons, followers=False)
        contents = await _put_contents(unit, asked)
        for event in asked:
            friend, data = reach.get(person_of[event.identity_id or 0]), cast("dict[str, Any]", event.data)
            if friend is None:
                lost.append((*_place(event), NO_FRIEND))
                continue
            wishes.append(
                Wish(
                    key=key_of(*_place(event)),
                    origin=f"{COMMAND_PREFIX}:{data['from_journey']}",
                    account_id=account_id,
                    staff=friend.staff,
                    identity_id=friend.identity_id,
                    external_userid=friend.value,
                    content_id=contents[event.id],
                    due=due,
                    expires_at=datetime.fromisoformat(data["expires_at"]),
                    campaign_id=data.get("campaign_id"),
                    advert=data["advert"],
                    priority=Priority(data.get("priority", Priority.NORMAL)),
                )
            )
    await wish(unit, wishes)
    return lost


async def _put_contents(unit: UnitOfWork, events: Sequence[Event]) -> Mapping[int, int]:
    """By event the id of what it says, each once."""
    ids: dict[tuple[str, str], int] = {}
    found = {}
    for event in events:
        words, attachments = str(event.personal["text"]), cast("list[JsonObject]", event.data.get("attachments") or [])
        said = (words, to_json(attachments))
        if said not in ids:
            ids[said] = await put_content(unit, words, attachments)
        found[event.id] = ids[said]
    return found


async def _bring(unit: UnitOfWork, event: Event, person: int) -> str:
    lead = await lock_lead_of(unit, person)
    if lead is None:
        return NO_LEAD
    reason = event.data.get("reason")
    await advance(unit, lead, SYSTEM, Stage(str(event.data["to"])), None if reason is None else Reason(str(reason)))
    return DONE


async def _score(unit: UnitOfWork, event: Event, person: int) -> str:
    """The leads' own handler counts the points of the event."""
    return NO_LEAD if await lock_lead_of(unit, person) is None else DONE


async def _assign(unit: UnitOfWork, event: Event, person: int) -> str:
    lead = await lock_lead_of(unit, person)
    if lead is None:
        return NO_LEAD
    staff = event.data.get("staff")
    if staff is None:
        await put_back(unit, lead)
    else:
        await assign(unit, lead, str(staff))
    return DONE


async def _tag(unit: UnitOfWork, event: Event, person: int) -> str:
    """Of a platform's tag: once the platform says so it is told as ``PersonTagged``."""
    found = await tag_persons(unit, [person], [int(str(event.data["tag_id"]))], on=bool(event.data["on"]))
    if person in found.waiting:
        return WAITS
    return NO_RELATION if person in found.unreached else DONE


async def _note(unit: UnitOfWork, event: Event, person: int) -> str:
    await set_attributes(unit, [person], {str(event.data["key"]): event.data.get("value")}, "journey")
    return DONE


async def _enter(unit: UnitOfWork, event: Event, person: int) -> str:
    data: Mapping[str, Any] = event.data
    journey_id, hops = data["journey_id"], data.get("hops", 0) + 1
    if hops > MOST_HOPS:
        return ENTERED_TOO_DEEP
    found = await repository.find_entered(unit.connection, [journey_id])
    versions = await load_versions(unit, found.values())
    version = versions.get(found.get(journey_id, 0))
    if version is None:
        return NOT_LIVE
    key = key_of(*_place(event)).replace(":", "_")
    arrival = Arrival(
        version=version,
        account_id=event.account_id,
        identity_id=event.identity_id or 0,
        person_id=person,
        base=f"person_{person}" if version.entry.per == "person" else f"asked_{key}",
        name=key,
        since=(event.occurred_at, event.id),
        context={HOPS: hops},
        trace_id=event.trace_id,
    )
    _, refused = await enter(unit, [arrival])
    return refused.get(0, DONE)


async def _leave(unit: UnitOfWork, event: Event, person: int) -> str:
    identities = await find_identities(unit, [person])
    ended = await end_runs_of(unit, identities, LEFT, int(str(event.data["journey_id"])))
    return DONE if ended else NOT_INSIDE


_ACTS: Mapping[str, Do] = {
    "tag": _tag,
    "attribute": _note,
    "lead_stage": _bring,
    "lead_score": _score,
    "assign_owner": _assign,
    "enter_journey": _enter,
    "leave_journey": _leave,
}
