"""An account, a corp, and people whom broadcasts and journeys reach: what one module does while another is at work."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from tests.integration.audience.conftest import HandClock, clock, stage
from tests.integration.audience.conftest import Stage as Segments

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.features.broadcasts.api import BroadcastRunner
from weloop.features.broadcasts.models import BroadcastRow
from weloop.journeys.api import JourneyRunner
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.mass_tasks.api import MassTaskMaker

__all__ = ["HandClock", "clock", "stage"]

OFFICIAL, WECOM = 1, 2


@dataclass
class Company:
    """Workers by hand, on the log and all handlers."""

    stage: Segments
    broadcasts: BroadcastRunner
    journeys: JourneyRunner
    members: MassTaskMaker

    @property
    def units(self) -> Units:
        """Of the stage."""
        return self.stage.units

    async def ask(self, sql: str, *arguments: object) -> Any:
        """Look into the database."""
        return await self.stage.ask(sql, *arguments)

    async def follower(self, name: str) -> IdentityRef:
        """Somebody follows the account; the platform tells the name."""
        ref = IdentityRef(IdentityKind.FOLLOWER, "wx1", f"o-{name}")
        await self.stage.happen(EventKind.FOLLOWER_SUBSCRIBED, ref)
        await self.stage.happen(EventKind.PROFILE_FETCHED, ref, profile=Profile(name=name), found=True)
        return ref

    async def customer(self, name: str) -> IdentityRef:
        """Somebody becomes a friend of lina."""
        ref = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm-{name}")
        await self.stage.happen(EventKind.CONTACT_ADDED, ref, staff="lina")
        await self.stage.happen(EventKind.PROFILE_FETCHED, ref, profile=Profile(name=name), found=True)
        return ref

    async def join(self, *refs: IdentityRef) -> None:
        """These turn out to be one person."""
        union = IdentityRef(IdentityKind.UNIONID, "", "u-1")
        for ref in refs:
            await self.stage.happen(EventKind.PROFILE_FETCHED, ref, alias=union, found=True)

    async def broadcast(self, kind: str, *to: IdentityRef, **changes: Any) -> int:
        """One to these, whose time has come."""
        now = self.stage.clock.at
        given: dict[str, Any] = {
            "content": {"text": "本周四公开课"},
            "account_id": OFFICIAL,
            "audience": {"kind": "list", "persons": [str(ref.id) for ref in to]},
            **changes,
        }
        if kind == "mass_task":
            given["account_id"] = WECOM
        async with self.units.begin() as unit:
            row = BroadcastRow(
                name="公开课",
                kind=kind,
                state="scheduled",
                next_at=now,
                version=1,
                created_by=1,
                created_at=now,
                updated_at=now,
                **given,
            )
            unit.session.add(row)
            await unit.session.flush()
            return row.id

    async def freeze(self, broadcast_id: int) -> None:
        """Until its list is whole, and nothing is handed on."""
        while (await self.state(broadcast_id)) in ("scheduled", "freezing"):
            assert await self.broadcasts.work()

    async def state(self, broadcast_id: int) -> str:
        """Of a broadcast."""
        return str((await self.ask("SELECT state FROM broadcast WHERE id = $1", broadcast_id))[0].state)

    async def recipients(self, broadcast_id: int) -> dict[int, tuple[str, str]]:
        """By identity (state, reason)."""
        rows = await self.ask(
            "SELECT identity_id, state, reason FROM broadcast_recipient WHERE broadcast_id = $1", broadcast_id
        )
        return {row.identity_id: (row.state, row.reason) for row in rows}


async def until_it_waits(company: Company, task: asyncio.Task[Any]) -> None:
    """Until the task stands before a lock of this database that somebody else has: its server has others as well."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not await company.ask(waiting):
        assert not task.done()


@pytest.fixture
async def company(stage: Segments) -> Company:
    """See :class:`Company`."""
    async with stage.units.begin() as unit:
        for kind, app in (("official_account", "wx1"), ("wecom", "ww1")):
            await run(
                unit.connection,
                "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
                " VALUES ($1, $2, $2, 'http://localhost', $2, 'ready', now(), now())",
                kind,
                app,
            )
    return Company(stage, BroadcastRunner(stage.units), JourneyRunner(stage.units), MassTaskMaker(stage.units))
