"""The work of one journey claim loop: claim due runs, advance them, write all of it in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Row

from weloop.access.api import record_act
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_identities, find_persons
from weloop.inbox.api import find_waiting
from weloop.inbox.api import next_due as next_event
from weloop.journeys import counts, repository
from weloop.journeys.counts import GOAL, HERE, JOURNEY, Deltas
from weloop.journeys.engine import LATE, READY, Effects, Run, StepFailed, advance
from weloop.journeys.facts import Insiders, load_facts, no_insiders
from weloop.journeys.handlers import end_runs, to_run
from weloop.journeys.hindsight import is_fresh, look_back
from weloop.journeys.moves import move
from weloop.journeys.ratios import FIRST
from weloop.journeys.schedules import let_in_due
from weloop.journeys.sending import key_of
from weloop.journeys.shelf import Version, load_versions
from weloop.journeys.sweeps import sweep
from weloop.journeys.terms import tell_segments
from weloop.kit.claims import NextDue, at_once
from weloop.kit.db import is_away, to_json
from weloop.kit.unit import UnitOfWork, Units

log = structlog.get_logger(__name__)

BATCH = 500
MAX_TRIES = 6
FIRST_BACKOFF = timedelta(seconds=2)
"""Doubles: a step is tried six times within about a minute, then its run is parked."""
SHORTEST = timedelta(seconds=1)
"""The shortest wait that there is."""
UNHEARD = timedelta(seconds=1)
"""Until a run is looked at again whose person's events are still to be handled."""
FOLD_EVERY = 256
"""Batches, when there is no rest between them: with a thousand journeys each fold writes thousands of counts."""
STOPPED, PAUSED_BY_FAILURES = "stopped", "journey_paused_by_failures"
UNREADABLE = "version_unreadable"


class JourneyRunner:
    """Runs what is due."""

    def __init__(self, units: Units, find_insiders: Insiders = no_insiders) -> None:
        self._units = units
        self._find_insiders = find_insiders
        self._batches = 0
        """Since counts were folded."""
        self._is_moving = False
        """Whether people were moved at the last tidying: there may be more of them."""

    async def work(self) -> int:
        """Advance one batch; answers how many runs were taken, or how much there was to tidy."""
        rows: Sequence[Row[Any]] = ()
        try:
            async with self._units.begin() as unit:
                rows = await repository.claim(unit.connection, unit.now, BATCH)
                await _advance_all(unit, rows, self._find_insiders)
        except Exception as error:
            if not rows or is_away(error):
                raise
            log.warning("journeys.batch_failed", runs=len(rows), exc_info=True)
            await self._advance_singly(rows)
        if rows:
            self._batches += 1
        if not rows or self._batches >= FOLD_EVERY:
            return len(rows) + await self._tidy()
        return len(rows)

    async def next_due(self) -> NextDue:
        """When the next run falls due, or at once while people are moved."""
        if self._is_moving:
            return at_once(True)
        async with self._units.glance() as connection:
            return NextDue(await repository.next_due(connection))

    async def _advance_singly(self, rows: Iterable[Row[Any]]) -> None:
        """One run must not hold up the others: try each in a transaction of its own."""
        for row in rows:
            try:
                async with self._units.begin() as unit:
                    claimed = await repository.claim_one(unit.connection, row.run_id, unit.now)
                    await _advance_all(unit, claimed, self._find_insiders)
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("journeys.run_failed", run_id=row.run_id)
                async with self._units.begin() as unit:
                    claimed = await repository.claim_one(unit.connection, row.run_id, unit.now)
                    await _put_off(unit, [(to_run(each), type(error).__name__) for each in claimed])

    async def _tidy(self) -> int:
        """Go through a chunk of runs that are moved, ended or let go, and of members who come in by a schedule; fold
        counts. Answers how much that was.
        """
        self._batches = 0
        async with self._units.begin() as unit:
            moved = await move(unit)
        self._is_moving = moved > 0
        async with self._units.begin() as unit:
            swept = await sweep(unit)
        async with self._units.begin() as unit:
            folded, paused = await counts.fold(unit)
            for journey_id in paused:
                record_act(unit, None, PAUSED_BY_FAILURES, f"journey:{journey_id}")
                log.warning("journeys.paused", journey_id=journey_id, reason="failures")
            if folded:
                unit.publish("journeys")
        async with self._units.begin() as unit:
            entered = await let_in_due(unit)
        return swept + moved + entered + (folded if folded == counts.FOLDED else 0)


async def _advance_all(unit: UnitOfWork, rows: Sequence[Row[Any]], find_insiders: Insiders) -> None:
    if not rows:
        return
    rows = await _leave_unheard(unit, await _sort_out(unit, rows))
    versions = await load_versions(unit, {row.version_id for row in rows})
    unreadable = [(to_run(row), UNREADABLE) for row in rows if row.version_id not in versions]
    if unreadable:
        await _put_off(unit, unreadable)
        rows = [row for row in rows if row.version_id in versions]
    runs = [to_run(row) for row in rows]
    fresh = [run for run in runs if is_fresh(run, versions[run.version_id])]
    if fresh:
        ended = await look_back(unit, fresh, {row.run_id: row for row in rows}, versions)
        runs = [run for run in runs if run.id not in ended]
    needs = [(run.identity_id, versions[run.version_id].program.steps[run.node].needs_of(run)) for run in runs]
    if any(need for _, need in needs):
        facts = await load_facts(unit, needs, find_insiders)
        for run in runs:
            run.facts = facts.of(run.identity_id)
    await _save(unit, runs, versions)


async def _sort_out(unit: UnitOfWork, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Those that may go on: the runs of paused journeys are held, those of stopped ones end."""
    if all(row.status == "live" for row in rows):
        return rows
    paused = {row.journey_id for row in rows if row.status == "paused"}
    # Asked again under a lock: who lets the journey go on looks for held runs after this transaction.
    status = await repository.lock_status(unit.connection, paused) if paused else {}
    held = [row.run_id for row in rows if status.get(row.journey_id) == "paused"]
    if held:
        await repository.hold(unit.connection, held, repository.PAUSED)
    stopped = [row for row in rows if status.get(row.journey_id, row.status) == "stopped"]
    deltas = Deltas()
    await end_runs(unit, stopped, STOPPED, deltas)
    await deltas.write(unit)
    return [row for row in rows if status.get(row.journey_id, row.status) not in ("paused", "stopped")]


async def _leave_unheard(unit: UnitOfWork, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Without those whose wait is over while the log holds something of their persons that is not handled yet: their
    answer may be in it, when workers come back from an outage.
    """
    over = {row.run_id: row.identity_id for row in rows if _wait_may_be_over(row, unit.now)}
    if not over or await next_event(unit) is None:
        return rows
    person_of = await find_persons(unit, set(over.values()))
    identities = await find_identities(unit, set(person_of.values()))
    waiting = {identities[each] for each in await find_waiting(unit, identities.keys(), but="")}
    unheard = {identity for identity, person in person_of.items() if person in waiting}
    left = [run_id for run_id, identity_id in over.items() if identity_id in unheard]
    if not left:
        return rows
    await repository.put_off(unit.connection, left, unit.now + UNHEARD)
    return [row for row in rows if over.get(row.run_id) not in unheard]


def _wait_may_be_over(row: Row[Any], now: datetime) -> bool:
    """Whether the wait of a run has run out, or one could that it comes to at once because it begins late."""
    if row.until is not None:
        return bool(row.until <= now)
    return bool(row.state == READY and SHORTEST <= now - row.due <= LATE)


async def _save(unit: UnitOfWork, runs: Sequence[Run], versions: Mapping[int, Version]) -> None:
    contexts = [run.context for run in runs]
    effects, deltas, failed = _play(runs, versions, unit.now)
    await _write_runs(unit, runs, contexts)
    if effects.steps:
        steps = [(*step[:4], None if step[4] is None else to_json(step[4])) for step in effects.steps]
        await repository.save_steps(unit.connection, steps, unit.now)
        await _count_draws(unit, runs, versions, effects, deltas)
    await _write_ends(unit, runs, effects, deltas)
    if failed:
        await repository.deliver(unit.connection, [(run.id, to_json(run.mail), None) for run, _ in failed if run.mail])
        await _put_off(unit, failed)
    await deltas.write(unit)
    for command in effects.commands:
        unit.enqueue(command)
    for run, seq, wanted, personal in effects.asks:
        unit.append(_asked(unit, run, seq, wanted, personal))
    for skipped, seq, reason in effects.skipped:
        unit.append(_skipped(unit, skipped, seq, reason))


def _play(
    runs: Sequence[Run], versions: Mapping[int, Version], now: datetime
) -> tuple[Effects, Deltas, list[tuple[Run, str]]]:
    """Advance all of them: what they did, how that counts, and which failed, with why."""
    effects, deltas, failed = Effects(), Deltas(), []
    for run in runs:
        node, done = run.node, len(effects.steps)
        try:
            advance(run, versions[run.version_id].program, now, effects)
        except Exception as error:
            failed.append((run, error.reason if isinstance(error, StepFailed) else type(error).__name__))
            if not isinstance(error, StepFailed):
                log.exception("journeys.step_failed", run_id=run.id, node=run.node)
        _count(run, node, effects.steps[done:], deltas)
    return effects, deltas, failed


async def _write_runs(unit: UnitOfWork, runs: Sequence[Run], before: Sequence[JsonObject | None]) -> None:
    """Where those that go on stand, and what they know where that is no more what it was ``before``."""
    positions = [(r.id, r.node, r.seq, r.state, r.due, r.until, r.since_at, r.since_id) for r in runs if not r.outcome]
    if positions:
        await repository.save_positions(unit.connection, positions)
    changed = [
        (run.id, to_json(run.context or {}))
        for run, context in zip(runs, before, strict=True)
        if run.context is not context and not run.outcome
    ]
    if changed:
        await repository.save_contexts(unit.connection, changed)


async def _count_draws(
    unit: UnitOfWork, runs: Sequence[Run], versions: Mapping[int, Version], effects: Effects, deltas: Deltas
) -> None:
    """Where somebody may come through a split more than once, count beside for whom it drew for the first time."""
    drawing = {run.id: run for run in runs if versions[run.version_id].repeated}
    if not drawing:
        return
    draws = {}
    for run_id, _, node, result, _ in effects.steps:
        run = drawing.get(run_id)
        if run is not None and node in versions[run.version_id].repeated:
            draws[run.unit, run.version_id, node] = run.journey_id, result
    for row in await repository.note_draws(unit.connection, draws) if draws else ():
        journey_id, result = draws[row.unit, row.version_id, row.node]
        deltas.add(journey_id, row.version_id, row.node, f"{FIRST}{result}")


async def _write_ends(unit: UnitOfWork, runs: Sequence[Run], effects: Effects, deltas: Deltas) -> None:
    """Who reached the goal, and whose run is over."""
    reached = {run.id: at for run, at in reversed(effects.goals)}
    if reached:
        for row in await repository.reach_goals(unit.connection, list(reached.items())):
            deltas.add(row.journey_id, row.version_id, JOURNEY, GOAL)
    ended = sorted((run.id, run.outcome) for run in runs if run.outcome)
    if ended:
        await repository.end(unit.connection, ended, unit.now)
    told = [(run.journey_id, run.identity_id) for run in runs if run.outcome or run.id in reached]
    if told:
        await tell_segments(unit, told)


def _count(run: Run, node: int, steps: Iterable[tuple[Any, ...]], deltas: Deltas) -> None:
    """That a run left a node and came to another, and what each node did."""
    changes = [f"{step[2]}:{step[3]}" for step in steps]
    if run.outcome:
        changes += (f"{node}:-{HERE}", f"{JOURNEY}:ended_{run.outcome}")
    elif run.node != node:
        changes += (f"{node}:-{HERE}", f"{run.node}:{HERE}")
    if changes:
        deltas.add_way(run.journey_id, run.version_id, " ".join(changes))


async def _put_off(unit: UnitOfWork, failed: Sequence[tuple[Run, str]]) -> None:
    """Try these later; who was tried often enough is parked, with what went wrong in the trace."""
    rows, steps, deltas = [], [], Deltas()
    for run, error in failed:
        tries = run.tries + 1
        parked = tries >= MAX_TRIES
        due = unit.now if parked else unit.now + FIRST_BACKOFF * float(2 ** (tries - 1))
        rows.append((run.id, tries, repository.PARKED if parked else 0, due, error))
        if parked:
            steps.append((run.id, run.seq, run.node, to_json({"error": error})))
            deltas.add(run.journey_id, run.version_id, run.node, "parked")
    if rows:
        await repository.save_failures(unit.connection, rows)
    if steps:
        await repository.park_steps(unit.connection, steps, unit.now)
        unit.publish("journeys")
    await deltas.write(unit)


def _asked(unit: UnitOfWork, run: Run, seq: int, wanted: JsonObject, personal: JsonObject) -> NewEvent:
    known: JsonObject = {"from_journey": run.journey_id, "run_id": str(run.id), "seq": seq}
    return NewEvent(
        account_id=run.account_id,
        kind=EventKind.JOURNEY_ASKED,
        dedupe=key_of(run.id, seq),
        occurred_at=unit.now,
        identity_id=run.identity_id,
        data={**known, **{name: value for name, value in wanted.items() if value is not None}},
        personal=personal,
        trace_id=run.trace_id,
    )


def _skipped(unit: UnitOfWork, run: Run, seq: int, reason: str) -> NewEvent:
    return NewEvent(
        account_id=run.account_id,
        kind=EventKind.WELCOME_SKIPPED,
        dedupe=f"welcome_skipped:{run.id}:{seq}",
        occurred_at=unit.now,
        identity_id=run.identity_id,
        data={"ref": str(run.look("event.state") or ""), "reason": reason},
        trace_id=run.trace_id,
    )
