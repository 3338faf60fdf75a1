"""What runs ask of other modules, done in the order in which it happened to the person; each once, with its outcome."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

from weloop.accounts.api import find_app_ids
from weloop.audience.api import set_attributes, tag_persons
from weloop.contracts.errors import WeLoopError
from weloop.contracts.events import Event, EventKind, NewEvent
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_identities, find_persons, find_reach, lock_persons
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
Do: TypeAlias = Callable[[UnitOfWork, Mapping[int, Event]], Awaitable[Mapping[int, str]]]
"""(unit of work, by person what is asked, which is the same) → by person the outcome."""


async def do_asked(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Do what is asked. What cannot be done as things are has the reason for its outcome; what is replayed was done."""
    if unit.replays:
        return
    person_of = await find_persons(unit, {event.identity_id or 0 for event in events})
    tasks = [event for event in events if event.data["act"] == TASK_KIND]
    messages = [event for event in events if event.data["act"] == CONFIRMED]
    notices = [event for event in events if event.data["act"] == NOTIFY]
    others = (TASK_KIND, CONFIRMED, NOTIFY)
    acts = [event for event in events if event.data["act"] not in others and event.identity_id in person_of]
    outcomes = await _act(unit, acts, person_of) if acts else []
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


async def _act(unit: UnitOfWork, events: Sequence[Event], person_of: Mapping[int, int]) -> list[tuple[int, int, str]]:
    """Do acts in rounds: of each person the next, and what is the same of many persons at once. Answers
    (run id, seq, outcome).
    """
    left: dict[int, deque[Event]] = defaultdict(deque)
    for event in events:
        left[person_of[event.identity_id or 0]].append(event)
    await _lock(unit, events, person_of)
    outcomes = []
    while left:
        alike: defaultdict[str, dict[int, Event]] = defaultdict(dict)
        for person, queue in sorted(left.items()):
            event = queue.popleft()
            alike[_kind_of(event)][person] = event
        left = {person: queue for person, queue in left.items() if queue}
        for asked in alike.values():
            try:
                found = await _ACTS[str(next(iter(asked.values())).data["act"])](unit, asked)
            except WeLoopError as error:
                found = dict.fromkeys(asked, error.instance_code)
            outcomes += [(*_place(event), found[person]) for person, event in asked.items()]
    return outcomes


async def _lock(unit: UnitOfWork, events: Sequence[Event], person_of: Mapping[int, int]) -> None:
    """Lock at once, in the order in which all do, what acts would lock one after the other in the order of events."""
    by_act: defaultdict[str, set[int]] = defaultdict(set)
    for event in events:
        by_act[str(event.data["act"])].add(person_of[event.identity_id or 0])
    if leaving := by_act["leave_journey"]:
        runs = await repository.find_open(unit.connection, await find_identities(unit, leaving))
        await repository.lock_positions(unit.connection, runs)
    if noted := set().union(*(by_act[act] for act in _TOGETHER)):
        await lock_persons(unit, noted)


def _kind_of(event: Event) -> str:
    """Equal for acts that are done at once."""
    fields = _TOGETHER.get(str(event.data["act"]))
    return str(event.id) if fields is None else to_json([event.data["act"], *map(event.data.get, fields)])


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


async def _tag(unit: UnitOfWork, asked: Mapping[int, Event]) -> Mapping[int, str]:
    """Of a platform's tag: once the platform says so it is told as ``PersonTagged``."""
    data = next(iter(asked.values())).data
    found = await tag_persons(unit, asked.keys(), [int(str(data["tag_id"]))], on=bool(data["on"]))
    return {
        person: WAITS if person in found.waiting else NO_RELATION if person in found.unreached else DONE
        for person in asked
    }


async def _note(unit: UnitOfWork, asked: Mapping[int, Event]) -> Mapping[int, str]:
    data = next(iter(asked.values())).data
    await set_attributes(unit, asked.keys(), {str(data["key"]): data.get("value")}, "journey")
    return dict.fromkeys(asked, DONE)


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


def _singly(do: Callable[[UnitOfWork, Event, int], Awaitable[str]]) -> Do:
    """What is done for one person after the other."""

    async def each(unit: UnitOfWork, asked: Mapping[int, Event]) -> Mapping[int, str]:
        return {person: await do(unit, event, person) for person, event in asked.items()}

    return each


_ACTS: Mapping[str, Do] = {
    "tag": _tag,
    "attribute": _note,
    "lead_stage": _singly(_bring),
    "lead_score": _singly(_score),
    "assign_owner": _singly(_assign),
    "enter_journey": _singly(_enter),
    "leave_journey": _singly(_leave),
}
_TOGETHER = {"tag": ("tag_id", "on"), "attribute": ("key", "value")}
"""Acts that are done for many persons at once, and the fields by which they are the same."""
