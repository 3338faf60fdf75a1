"""Segments on the test's database: a clock that tests move, events that all modules handle, the keeper by hand."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.access.api import CurrentUser, Role
from weloop.audience.api import SegmentKeeper, Terms
from weloop.audience.segments import SegmentEdit, change_segment, create_segment
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.entrypoints.bootstrap import build_handlers, build_terms, build_writers
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import run
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Beijing."""
AUTHOR = CurrentUser(1, "lina", "李娜", Role.OPERATOR, "zh-CN", "light", "csrf", b"")


class HandClock(WorldClock):
    """Stands where the test puts it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Stage:
    """Where the tests of segments play."""

    units: Units
    clock: HandClock
    terms: Terms
    keeper: SegmentKeeper
    dispatcher: Dispatcher
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def ref(self, number: int) -> IdentityRef:
        """An external contact by number."""
        return IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm{number:030d}")

    async def happen(
        self,
        kind: EventKind,
        ref: IdentityRef,
        at: datetime | None = None,
        *,
        alias: IdentityRef | None = None,
        profile: Profile | None = None,
        handle: bool = True,
        **data: Any,
    ) -> None:
        """An event goes through the log and all handlers."""
        event = NewEvent(
            account_id=1,
            kind=kind,
            dedupe=f"test:{next(self.numbers)}",
            occurred_at=at or self.clock.at,
            subject=ref,
            data=data,
            aliases=() if alias is None else (Alias(alias, Strength.STRONG),),
            profile=profile,
        )
        async with self.units.begin() as unit:
            unit.append(event)
        if handle:
            await self.handle()

    async def handle(self) -> None:
        """Handle all that waits in the log."""
        while await self.dispatcher.work():
            pass

    async def keep(self, seconds: float = 0) -> None:
        """Let time pass, then keep members until nothing is left to do."""
        self.clock.at += timedelta(seconds=seconds)
        while await self.keeper.work():
            pass
        await self.handle()

    async def segment(self, rule: dict[str, Any], name: str = "人群") -> int:
        """A segment that is filled."""
        async with self.units.begin() as unit:
            made = await create_segment(unit, self.terms, AUTHOR, name, "", rule)
        await self.keep()
        return made.id

    async def change(self, segment_id: int, rule: dict[str, Any]) -> None:
        """Give a segment another rule."""
        rows = await self.ask("SELECT revision FROM segment WHERE id = $1", segment_id)
        async with self.units.begin() as unit:
            edit = SegmentEdit(rows[0].revision, rule=rule)
            await change_segment(unit, self.terms, AUTHOR, segment_id, edit)
        await self.keep()

    async def members(self, segment_id: int) -> set[int]:
        """Persons in a segment; its counted size is theirs."""
        rows = await self.ask("SELECT person_id FROM segment_member WHERE segment_id = $1", segment_id)
        sizes = await self.ask("SELECT size, state FROM segment WHERE id = $1", segment_id)
        assert [tuple(row) for row in sizes] == [(len(rows), "ready")]
        return {row.person_id for row in rows}

    async def told(self, segment_id: int) -> list[tuple[str, int]]:
        """What the log says of a segment: (kind, identity)."""
        rows = await self.ask(
            """
            SELECT kind, identity_id FROM event WHERE kind LIKE 'Segment%' AND (data ->> 'segment_id')::int = $1
            ORDER BY occurred_at, id
            """,
            segment_id,
        )
        return [(row.kind, row.identity_id) for row in rows]

    async def ask(self, sql: str, *arguments: object) -> Sequence[Any]:
        """Look into the database."""
        async with self.units.begin() as unit:
            return await run(unit.connection, sql, *arguments)


@pytest.fixture
def clock() -> HandClock:
    """Moved by hand."""
    return HandClock()


@pytest.fixture
def stage(engine: AsyncEngine, clock: HandClock) -> Stage:
    """See :class:`Stage`."""
    keys = SubjectKeys(Vault(b"k" * 32))
    units = Units(engine, clock, build_writers(keys))
    terms = build_terms()
    return Stage(units, clock, terms, SegmentKeeper(units, terms), Dispatcher(units, keys, build_handlers()))
