"""The migrations and the modules' tables say the same."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.audience.repository import find_due, take_touches
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.entrypoints.migrate import run_migrations
from weloop.journeys.api import JourneyRunner
from weloop.journeys.counts import fold, read_counts
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine, run
from weloop.kit.unit import Units
from weloop.migrations.tables import is_ours, metadata
from weloop.outbox.api import write_commands


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"include_name": is_ours, "compare_server_default": True})
    return compare_metadata(context, metadata)


async def test_migrated_database_has_exactly_the_declared_tables(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


@pytest.fixture
async def empty(server: str) -> AsyncIterator[str]:
    """Address of a database without tables."""
    name = f"old_{id(server)}"
    address, _, query = server.partition("?")
    dsn = f"{address.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield dsn
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def old(empty: str) -> str:
    """Address of a database as it was before journeys had versions."""
    await run_migrations(empty, "0023")
    return empty


async def test_welcome_rules_of_before_become_journeys_and_what_was_under_way_goes_on(old: str) -> None:
    connection = await asyncpg.connect(old)
    await connection.execute(
        """
        INSERT INTO journey (key, account_id, entry_state, nodes, active, updated_at) VALUES
            ('source:1', 3, 'expo', '[{"type": "send_welcome", "content": {"text": "hello", "attachments": []}}]', true,
             '2026-11-01Z'),
            ('source:2', 3, 'old', '[{"type": "send_welcome", "content": {"text": "x"}}]', false, '2026-11-01Z');
        INSERT INTO journey_run (journey_id, entry_key, account_id, identity_id, node, state, due, entered_at, context,
                                 trace_id) VALUES
            (1, 'done', 3, 7, 1, 2, '2026-11-01Z', '2026-11-01Z', '{}', ''),
            (1, 'waits', 3, 8, 0, 0, '2026-11-01Z', '2026-11-01Z', '{"welcome_code": "CODE"}', '');
        INSERT INTO journey_step (run_id, node, result, at) VALUES (1, 0, 'enqueued', '2026-11-01Z');
        """
    )
    await run_migrations(old)
    engine = create_engine(old)
    enqueued: list[Command] = []

    async def keep(_unit: object, commands: Sequence[Command]) -> None:
        enqueued.extend(commands)

    runner = JourneyRunner(Units(engine, WorldClock(), {Command: keep}))
    while await runner.work():
        pass
    await engine.dispose()
    [command] = enqueued
    assert (command.body, command.ref, command.account_id, command.subject_id) == (
        {"welcome_code": "CODE", "text": "hello", "attachments": []},
        "expo",
        3,
        8,
    )
    rows = await connection.fetch("SELECT key, status FROM journey ORDER BY id")
    assert [tuple(row) for row in rows] == [("source:1", "live"), ("source:2", "stopped")]
    rows = await connection.fetch(
        "SELECT r.entry_key, s.result FROM journey_run r JOIN journey_step s ON s.run_id = r.id"
    )
    assert {tuple(row) for row in rows} == {("done", "enqueued"), ("waits", "enqueued")}
    assert await connection.fetchval("INSERT INTO journey (name, status, created_at, updated_at) VALUES"
                                     " ('', 'draft', '2026-11-01Z', '2026-11-01Z') RETURNING id") == 3  # fmt: skip
    await connection.close()


async def test_changes_of_counts_that_are_not_folded_yet_stay(empty: str) -> None:
    await run_migrations(empty, "0042")
    connection = await asyncpg.connect(empty)
    await connection.execute(
        """
        INSERT INTO journey_count_delta (journeys, versions, nodes, whats, ns, day) VALUES
            ('{1, 1, 1, 2}', '{3, 3, 3, 4}', '{0, 1, -1, 0}', '{here, here, ended_finished, here}', '{-5, 4, 1, 9}',
             '2026-11-01'),
            ('{1}', '{3}', '{0}', '{here}', '{7}', '2026-11-02')
        """
    )
    await connection.close()
    await run_migrations(empty)
    engine = create_engine(empty)
    units = Units(engine, WorldClock(), {})
    seen = []
    for folded in (False, True):
        async with units.begin() as unit:
            if folded:
                await fold(unit)
            seen.append([tuple(row) for row in await read_counts(unit, [3])])
    await engine.dispose()
    assert seen == [[(3, -1, "ended_finished", 1), (3, 0, "here", 2), (3, 1, "here", 4)]] * 2


async def test_what_waits_and_what_is_under_way_goes_on_after_the_upgrade(empty: str) -> None:
    """Commands with and without a name for later wishes, a broadcast, a segment over time, somebody to be judged."""
    await run_migrations(empty, "0042")
    connection = await asyncpg.connect(empty)
    await connection.execute(
        """
        INSERT INTO command (key, name, account_id, body, delivery, lane, state, subject_id, due, coalesce, trace_id,
                             created_at)
        SELECT key, 'FetchProfile', 1, '{}', 'at_least_once', 1, state, 7, '2026-11-01Z', name, '', '2026-11-01Z'
        FROM (VALUES ('a', 'queued', NULL), ('b', 'queued', NULL), ('c', 'queued', 'x'), ('d', 'sent', NULL))
            AS v (key, state, name);
        INSERT INTO broadcast (name, kind, account_id, audience, content, state, version, created_by, created_at,
                               updated_at)
        VALUES ('', 'mass_task', 1, '{}', '{}', 'sending', 1, 1, '2026-11-01Z', '2026-11-01Z');
        INSERT INTO segment (name, note, rule, state, timed, revision, size, drift, created_at, updated_at, refresh_at)
        VALUES ('', '', '{}', 'ready', true, 1, 0, 0, '2026-11-01Z', '2026-11-01Z', '2026-11-01Z');
        INSERT INTO segment_touch (mark, identity_id) VALUES ('PageViewed', 7);
        """
    )
    await connection.close()
    await run_migrations(empty)
    engine = create_engine(empty)
    units = Units(engine, WorldClock(), {Command: write_commands})
    wishes = [Command(each, CommandName.FETCH_PROFILE, 1, {}, Delivery.AT_LEAST_ONCE, coalesce=name)
              for each, name in (("e", "x"), ("f", "y"), ("g", "y"), ("h", None))]  # fmt: skip
    async with units.begin() as unit:
        for each in wishes:
            unit.enqueue(each)
    async with units.begin() as unit:
        assert [row.key for row in await run(unit.connection, "SELECT key FROM command ORDER BY 1")] == [*"abcdfh"]
        [row] = await run(unit.connection, "SELECT priority, state FROM broadcast")
        assert tuple(row) == ("normal", "sending")
        assert await find_due(unit.connection) == (True, datetime(2026, 11, 1, tzinfo=UTC))
        assert len(await take_touches(unit.connection, unit.now, 9)) == 1
    await engine.dispose()
