"""What occurred after somebody came in and was handled before: heard once, when the run is first advanced.

Whichever way somebody came in, the entry was committed by then: what is handled later finds the run by itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.contracts.events import Event, EventKind
from weloop.identity.api import find_identities, find_persons
from weloop.inbox.api import find_subjects, read_events_of
from weloop.journeys.counts import Deltas
from weloop.journeys.engine import READY, Run
from weloop.journeys.facts import load_facts
from weloop.journeys.handlers import OPTED_OUT, end_runs, find_goals, reach_goals, to_event, write_letters
from weloop.journeys.shelf import Version, look_into
from weloop.kit.unit import UnitOfWork

FEW = 1_000
"""Most entries are seconds old: so many events since then are looked through for their persons, instead of each person
for events."""


def is_fresh(run: Run, version: Version) -> bool:
    """Whether a run is advanced for the first time, and what its person does, or wants no more, concerns it."""
    return run.seq == 0 and run.state == READY and (version.hopes or version.opt_out_ends)


async def look_back(
    unit: UnitOfWork, runs: Sequence[Run], positions: Mapping[int, Row[Any]], versions: Mapping[int, Version]
) -> set[int]:
    """Give fresh runs, which are locked, the letters that they missed, count their goals, and end those of who wants no
    more marketing since; answers all that ended. What is handled later as well is told once: letters by their ids,
    goals by their moments.
    """
    concerned = {number: versions[number] for number in {run.version_id for run in runs}}
    kinds = {kind for version in concerned.values() for what, kind in version.listeners if what != "entry"}
    kinds |= {str(EventKind.CONSENT_WITHDRAWN)}
    since = min(run.since_at for run in runs)
    lately = await find_subjects(unit.connection, kinds, since, FEW)
    if not lately and lately is not None:
        return set()
    fresh = {run.identity_id for run in runs}
    person_of = await find_persons(unit, fresh | (lately or set()))
    persons = {person_of[each] for each in fresh & person_of.keys()}
    if lately is not None:
        persons &= {person_of[each] for each in lately & person_of.keys()}
    identities = await find_identities(unit, persons) if persons else {}
    rows = await read_events_of(unit.connection, identities, kinds, since) if identities else ()
    if not rows:
        return set()
    asks = frozenset().union(*(version.asks for version in concerned.values()))
    facts = await load_facts(unit, [(row.identity_id, asks) for row in rows])
    events = [to_event(row) for row in rows]
    looks = {event.id: look_into(event, facts.of(event.identity_id or 0), is_sealed=True) for event in events}
    by_person: defaultdict[int, dict[int, Event]] = defaultdict(dict)
    for event in events:
        by_person[identities[event.identity_id or 0]][event.id] = event
    opted_out = set()
    for run in runs:
        version = versions[run.version_id]
        missed = by_person[person_of[run.identity_id]] if run.identity_id in person_of else {}
        letters, _ = write_letters(run, version, missed, looks)
        if letters:
            run.mail = [*(run.mail or ()), *map(dict, letters)]
        if version.opt_out_ends and any(_ends(run, event) for event in missed.values()):
            opted_out.add(run.id)
    goals, over = await find_goals(unit, events, concerned, identities, looks)
    mine = {run.id: goals[run.id] for run in runs if run.id in goals}
    ended = await reach_goals(unit, mine, over & {run.id for run in runs}, positions)
    if opted_out - ended:
        deltas = Deltas()
        await end_runs(unit, [positions[each] for each in sorted(opted_out - ended)], OPTED_OUT, deltas)
        await deltas.write(unit)
    return ended | opted_out


def _ends(run: Run, event: Event) -> bool:
    is_later = (run.since_at, run.since_id) < (event.occurred_at, event.id)
    return event.kind is EventKind.CONSENT_WITHDRAWN and is_later
