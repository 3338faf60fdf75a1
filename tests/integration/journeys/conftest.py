"""Journeys on the test's database: a clock that tests move, people, events through the handlers, workers by hand."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.entrypoints.bootstrap import build_writers
from weloop.inbox.api import SubjectKeys
from weloop.journeys.api import HANDLERS, JourneyRunner
from weloop.journeys.counts import read_counts
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import put_version
from weloop.journeys.validation import read
from weloop.kit.clock import WorldClock
from weloop.kit.db import run, to_json
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Beijing."""
HOOK, HOOK_ACCOUNT = 5, 9


class HandClock(WorldClock):
    """Stands where the test puts it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Stage:
    """Where the tests of journeys play."""

    units: Units
    clock: HandClock
    runner: JourneyRunner
    versions: dict[int, int] = field(default_factory=dict)
    """The newest version of each journey."""
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def publish(self, document: dict[str, Any], journey_id: int | None = None) -> int:
        """A live journey, or a new version of one; answers its id."""
        definition, faults = read(document)
        assert definition is not None, faults
        async with self.units.begin() as unit:
            now = unit.now
            row = await unit.session.get(JourneyRow, journey_id) if journey_id is not None else None
            if row is None:
                row = JourneyRow(name="流程", status="live", created_at=now, updated_at=now)
                unit.session.add(row)
                await unit.session.flush()
            version = await put_version(unit, row, definition, {HOOK: HOOK_ACCOUNT}, None)
            self.versions[row.id] = version.id
            return row.id

    async def person(self, *refs: IdentityRef, person_id: int | None = None) -> list[int]:
        """A person with these identities, or one of a number; answers the ids of the identities."""
        number = next(self.numbers)
        names = refs or (IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm{number:030d}"),)
        whose = person_id if person_id is not None else names[0].id
        async with self.units.begin() as unit:
            for ref in names:
                await run(
                    unit.connection,
                    """
                    INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
                    """,
                    ref.id,
                    ref.digest,
                    str(ref.kind),
                    ref.scope,
                    ref.value,
                    whose,
                    unit.now,
                )
        return [ref.id for ref in names]

    def event(self, kind: EventKind, identity_id: int, at: datetime | None = None, **data: Any) -> Event:
        """An event of somebody, now unless it is said."""
        personal = data.pop("personal", {})
        moment = at if at is not None else self.clock.now()
        return Event(
            next(self.numbers), 1, kind, moment, moment, None, identity_id, data, personal, (), None, f"t{identity_id}"
        )

    async def hear(self, *events: Event) -> None:
        """Hand events to the handlers, in one transaction."""
        async with self.units.begin() as unit:
            for kinds, handler in HANDLERS:
                wanted = [event for event in events if event.kind in kinds]
                if wanted:
                    await handler(unit, wanted)

    async def log(self, *events: Event, handle: bool = True) -> None:
        """Put events into the log as they were received, and hand them to the handlers."""
        for event in events:
            await self.ask(
                """
                INSERT INTO event (id, recorded_at, occurred_at, account_id, kind, identity_id, data, trace_id)
                OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, '')
                """,
                event.id,
                event.recorded_at,
                event.occurred_at,
                event.account_id,
                str(event.kind),
                event.identity_id,
                to_json(event.data),
            )
        if handle:
            await self.hear(*events)

    async def go(self, seconds: float = 0) -> None:
        """Let time pass, and work off what is due then, the earliest first."""
        goal = self.clock.at + timedelta(seconds=seconds)
        while True:
            while await self.runner.work():
                pass
            async with self.units.begin() as unit:
                rows = await run(unit.connection, "SELECT min(due) AS at FROM journey_position WHERE hold = 0")
            if rows[0].at is None or rows[0].at > goal:
                break
            self.clock.at = max(self.clock.at, rows[0].at)
        self.clock.at = goal

    async def ask(self, sql: str, *arguments: object) -> Sequence[Any]:
        """Look into the database."""
        async with self.units.begin() as unit:
            return await run(unit.connection, sql, *arguments)

    async def number(self, sql: str, *arguments: object) -> int:
        """One number."""
        return int((await self.ask(sql, *arguments))[0][0])

    async def results(self, run_id: int = 1) -> list[str]:
        """What the nodes of a run did."""
        rows = await self.ask("SELECT result FROM journey_step WHERE run_id = $1 ORDER BY seq", run_id)
        return [row.result for row in rows]

    async def counts(self, journey_id: int) -> dict[tuple[int, str], int]:
        """Counts by (node, what) of the newest version."""
        async with self.units.begin() as unit:
            return {(row.node, row.what): row.n for row in await read_counts(unit, [self.versions[journey_id]])}


@pytest.fixture
def clock() -> HandClock:
    """Moved by hand."""
    return HandClock()


@pytest.fixture
def stage(engine: AsyncEngine, clock: HandClock) -> Stage:
    """See :class:`Stage`."""
    units = Units(engine, clock, build_writers(SubjectKeys(Vault(b"k" * 32))))
    return Stage(units, clock, JourneyRunner(units))
