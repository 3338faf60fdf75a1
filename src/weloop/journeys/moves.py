"""Moving people from one version of a journey to another, node by node as somebody said: in chunks, a transaction each.

Who waits at a node of the same type waits on; all others begin their new node at once. Who is parked is let go by it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from weloop.contracts.conditions import walk
from weloop.identity.api import find_identities, find_persons
from weloop.inbox.api import read_events_of
from weloop.journeys import repository
from weloop.journeys.acts import TASK_KIND
from weloop.journeys.counts import HERE, Deltas
from weloop.journeys.definition import Trigger
from weloop.journeys.engine import END, READY, WAITING, Fit
from weloop.journeys.errors import MoveInvalid, VersionUnreadable
from weloop.journeys.models import VersionRow
from weloop.journeys.shelf import Version, load_versions
from weloop.kit.db import columns, run, to_json
from weloop.kit.unit import UnitOfWork

CHUNK = 5_000
MOVED = "moved"
"""What the trace says of it; the step's ``detail`` names the version and the node that were left."""


async def plan_move(unit: UnitOfWork, old: VersionRow, new: VersionRow, nodes: Mapping[str, str]) -> None:
    """Have a worker move who stands at these nodes {old: new}. MoveInvalid if there is no such node, or if people there
    have a task out with a member of staff: they wait for what comes of it. VersionUnreadable if nobody could do it.
    """
    olds, news = (_places(version) for version in (old, new))
    tasks = {node["id"] for node in old.definition["nodes"] if node["type"] == TASK_KIND}
    for node, target in nodes.items():
        if node not in olds or node in tasks or target not in news:
            raise MoveInvalid(number=old.number, node=target if node in olds and node not in tasks else node)
    if nodes:
        if not await load_versions(unit, [old.id]):
            raise VersionUnreadable
        await run(
            unit.connection,
            """
            INSERT INTO journey_move (journey_id, from_version, to_version, olds, news)
            VALUES ($1, $2, $3, $4::smallint[], $5::smallint[])
            """,
            old.journey_id,
            old.id,
            new.id,
            [olds[node] for node in nodes],
            [news[target] for target in nodes.values()],
        )


def _places(version: VersionRow) -> dict[str, int]:
    return {node["id"]: number for number, node in enumerate(version.definition["nodes"])}


async def forget_moves(unit: UnitOfWork, journey_id: int) -> None:
    """Leave everybody where they are."""
    await run(unit.connection, "DELETE FROM journey_move WHERE journey_id = $1", journey_id)


async def move(unit: UnitOfWork) -> int:
    """Do one chunk of one move; answers how many runs were in it. Moves of one journey follow one another. One whose
    versions this release cannot read waits for a release that can, and holds up no other journey.
    """
    tasks = await run(
        unit.connection,
        """
        SELECT id, journey_id, from_version, to_version, olds, news, after FROM journey_move AS m
        WHERE NOT EXISTS (SELECT FROM journey_move AS e WHERE e.journey_id = m.journey_id AND e.id < m.id)
        ORDER BY id FOR UPDATE SKIP LOCKED
        """,
    )
    versions = await load_versions(unit, {each for task in tasks for each in (task.from_version, task.to_version)})
    task = next((each for each in tasks if {each.from_version, each.to_version} <= versions.keys()), None)
    if task is None:
        return 0
    found = await run(
        unit.connection,
        """
        SELECT run_id FROM journey_position
        WHERE version_id = $1 AND node = ANY ($2::smallint[]) AND run_id > $3 ORDER BY run_id LIMIT $4
        """,
        task.from_version,
        task.olds,
        task.after,
        CHUNK,
    )
    unit.publish("journeys")
    if not found:
        await run(unit.connection, "DELETE FROM journey_move WHERE id = $1", task.id)
        return 1
    runs = [row.run_id for row in found]
    await _move_runs(unit, task, runs, versions)
    await run(unit.connection, "UPDATE journey_move SET after = $2 WHERE id = $1", task.id, runs[-1])
    return len(runs)


@dataclass(frozen=True, slots=True)
class _Way:
    """From one version to another. ``fits``: where the cases of the old waits are in the new version."""

    old: Version
    new: Version
    nodes: Mapping[int, int]
    fits: Mapping[Fit, Fit]


async def _move_runs(unit: UnitOfWork, task: Row[Any], runs: Collection[int], versions: Mapping[int, Version]) -> None:
    old, new = versions[task.from_version], versions[task.to_version]
    nodes = dict(zip(task.olds, task.news, strict=True))
    way = _Way(old, new, nodes, _find_fits(old, new, nodes))
    # Meanwhile a run may have gone on, or ended: what it is now stands in the locked row.
    locked = await repository.lock_positions(unit.connection, runs)
    rows = [row for row in locked if row.version_id == task.from_version and row.node in nodes]
    if not rows:
        return
    contexts = await _fill_contexts(unit, way, rows)
    await _save(unit, [_position(row, way, contexts.get(row.run_id), unit.now) for row in rows], way)
    number = (await run(unit.connection, "SELECT number FROM journey_version WHERE id = $1", task.from_version))[0][0]
    deltas, steps = Deltas(), []
    for row in rows:
        left = {"version_id": task.from_version, "number": number, "node": old.program.steps[row.node].id}
        steps.append((row.run_id, row.seq, nodes[row.node], MOVED, to_json(left)))
        deltas.add(task.journey_id, task.from_version, row.node, HERE, -1)
        deltas.add(task.journey_id, task.from_version, row.node, MOVED)
        deltas.add(task.journey_id, task.to_version, nodes[row.node], HERE)
    await repository.save_steps(unit.connection, steps, unit.now)
    await deltas.write(unit)


def _find_fits(old: Version, new: Version, nodes: Mapping[int, int]) -> dict[Fit, Fit]:
    """Letters that came already name their wait by the number of node and case: the same case at the same place."""
    by_id = {step.id: number for number, step in enumerate(new.program.steps)}
    places = {(node, _wanted(trigger)): (node, case) for (node, case), trigger in reversed(list(new.waits.items()))}
    found: dict[Fit, Fit] = {}
    for (node, case), trigger in old.waits.items():
        target = nodes.get(node, by_id.get(old.program.steps[node].id, END))
        if (target, _wanted(trigger)) in places:
            found[node, case] = places[target, _wanted(trigger)]
    return found


def _wanted(trigger: Trigger) -> str:
    return to_json(trigger.model_dump(mode="json", include={"kind", "account_id", "where"}))


async def _fill_contexts(unit: UnitOfWork, way: _Way, rows: Sequence[Row[Any]]) -> dict[int, dict[str, Any]]:
    """What the new version reads of the event that brought a run in, and the old one did not keep: out of the log."""
    wanted = set(way.new.kept) - set(way.old.kept)
    if not wanted:
        return {}
    events = await run(
        unit.connection,
        "SELECT id, entry_event, began_at FROM journey_run WHERE id = ANY ($1::bigint[]) AND entry_event IS NOT NULL",
        [row.run_id for row in rows],
    )
    if not events:
        return {}
    run_of = {row.entry_event: row.id for row in events}
    subjects = {row.identity_id for row in rows}
    persons = set((await find_persons(unit, subjects)).values())
    identities = subjects | (await find_identities(unit, persons)).keys()
    kinds = {kind for what, kind in way.old.listeners if what == "entry"}
    since = min(row.began_at for row in events)
    filled = {}
    for row in await read_events_of(unit.connection, identities, kinds, since):
        if row.id in run_of:
            values = {name: walk(row.data, name.partition(".")[2]) for name in wanted}
            filled[run_of[row.id]] = {name: value for name, value in values.items() if value is not None}
    return filled


def _position(row: Row[Any], way: _Way, more: Mapping[str, Any] | None, now: datetime) -> tuple[Any, ...]:
    """(run_id, node, state, due, until, mail, context, hold) at the new place."""
    node = way.nodes[row.node]
    steps = (way.old.program.steps[row.node], way.new.program.steps[node])
    stays = row.state == WAITING and steps[0].type == steps[1].type and row.hold != repository.PARKED
    mail = [
        {**letter, "fits": fits}
        for letter in row.mail or ()
        if (fits := [list(way.fits[key]) for fit in letter["fits"] if (key := tuple(fit)) in way.fits])
    ]
    return (
        row.run_id,
        node,
        WAITING if stays else READY,
        row.due if stays else now,
        row.until if stays else None,
        to_json(mail) if mail else None,
        to_json({**(row.context or {}), **more}) if more else None,
        0 if row.hold == repository.PARKED else row.hold,
    )


async def _save(unit: UnitOfWork, rows: Sequence[tuple[Any, ...]], way: _Way) -> None:
    within = way.new.goal_within
    version_id = way.new.program.version_id
    await run(
        unit.connection,
        """
        UPDATE journey_position AS p SET version_id = $9, listens = $10, node = u.node, seq = p.seq + 1,
            state = u.state, due = u.due, until = u.until, mail = u.mail, context = coalesce(u.context, p.context),
            hold = u.hold, tries = 0, error = NULL
        FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[],
                    $7::jsonb[], $8::smallint[]) AS u (run_id, node, state, due, until, mail, context, hold)
        WHERE p.run_id = u.run_id
        """,
        *columns(rows, 8),
        version_id,
        way.new.listens,
    )
    await run(
        unit.connection,
        """
        WITH u AS MATERIALIZED (
            SELECT id FROM journey_run WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE
        )
        UPDATE journey_run AS r SET version_id = $2,
            goal_until = CASE WHEN r.goal_at IS NULL THEN r.began_at + $3::interval ELSE r.goal_until END
        FROM u WHERE r.id = u.id
        """,
        [row[0] for row in rows],
        version_id,
        within,
    )
