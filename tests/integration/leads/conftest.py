"""The log with its handlers, clocks and jobs on one database, in a world whose time the test sets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.codes.api import CodeInfo, CodeKind, put_code
from weloop.contracts.accounts import StaffRecord
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.entrypoints.bootstrap import build_handlers, build_writers
from weloop.entrypoints.worker import TIMETABLE
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import run
from weloop.kit.seal import Vault
from weloop.kit.timetable import Timetable
from weloop.kit.unit import Units
from weloop.leads.api import LeadClocks
from weloop.staff import repository as staff_repository

MEMBERS = (("lina", "李娜"), ("wangqiang", "王强"), ("boss", "陈总"))


def beijing(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026; the 25th is a Wednesday."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=8)


def person(number: int, kind: IdentityKind = IdentityKind.EXTERNAL_CONTACT) -> IdentityRef:
    """Somebody."""
    return IdentityRef(kind, "ww1", f"{kind}{number}")


class Company:
    """A company with three members, one of whom is the team lead, and a code."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.clock = WorldClock(beijing(25, 10), beijing(25, 10), 0.0)
        keys = self.keys = SubjectKeys(Vault(b"k" * 32))
        self.units = Units(engine, self.clock, build_writers(keys))
        self.dispatcher = Dispatcher(self.units, keys, build_handlers())
        self.clocks = LeadClocks(self.units)
        self.timetable = Timetable(self.units, TIMETABLE)

    async def open(self) -> "Company":
        """Members and a code."""
        async with self.units.begin() as unit:
            records = [StaffRecord(userid, name, None, 1, True) for userid, name in MEMBERS]
            await staff_repository.replace_staff(unit.connection, 1, records, unit.now)
            await put_code(unit, CodeInfo("code1", CodeKind.CONTACT_WAY, "轴承厂案例文末", 1, article_id=7))
        await self.write("INSERT INTO staff_duty (account_id, userid, weight, is_leader) VALUES (1, 'boss', 0, true)")
        return self

    async def at(self, moment: datetime) -> None:
        """It is now ``moment``; what is due by then happens, each at its own time."""
        while True:
            due = await self.query(
                "SELECT least((SELECT min(due_at) FROM lead), (SELECT min(next_at) FROM timetable)) AS at"
            )
            if due[0].at is None or due[0].at > moment:
                break
            self.clock.virtual_origin = max(due[0].at, self.clock.now())
            await self.settle()
        self.clock.virtual_origin = moment
        await self.settle()

    async def happen(
        self,
        kind: EventKind,
        who: IdentityRef,
        data: dict[str, Any],
        *aliases: IdentityRef,
        name: str = "",
        profile: Profile | None = None,
    ) -> None:
        """An event now, and what follows from it."""
        event = NewEvent(
            account_id=1,
            kind=kind,
            dedupe=f"{kind} {who.value} {self.clock.now()} {name}",
            occurred_at=self.clock.now(),
            subject=who,
            data=data,
            aliases=tuple(Alias(each, Strength.STRONG) for each in aliases),
            profile=profile,
        )
        async with self.units.begin() as unit:
            unit.append(event)
        await self.settle()

    async def add(self, number: int, staff: str = "lina", state: str = "code1") -> None:
        """Somebody adds a member by a code, and the platform tells what they are called."""
        await self.happen(EventKind.CONTACT_ADDED, person(number), {"staff": staff, "state": state})
        await self.named(number)

    async def named(self, number: int) -> None:
        """The platform tells what somebody is called."""
        profile = Profile(name=f"客户{number}")
        await self.happen(EventKind.PROFILE_FETCHED, person(number), {"found": True}, profile=profile)

    async def settle(self) -> None:
        """Until nothing is left to do at this moment."""
        while await self.dispatcher.work() or await self.clocks.work() or await self.timetable.work():
            pass

    async def query(self, sql: str, *arguments: object) -> Sequence[Any]:
        """Rows."""
        async with self.units.begin() as unit:
            return await run(unit.connection, sql, *arguments)

    async def write(self, sql: str, *arguments: object) -> None:
        """Change the database as an operator's act would."""
        await self.query(sql, *arguments)

    async def lead(self, number: int = 1) -> Any:
        """The lead of somebody."""
        [row] = await self.query("SELECT * FROM lead WHERE identity_id = $1", person(number).id)
        return row

    async def told(self, kind: EventKind) -> list[dict[str, Any]]:
        """Data of all events of a kind, in order."""
        return [row.data for row in await self.query("SELECT data FROM event WHERE kind = $1 ORDER BY id", str(kind))]

    async def cards(self) -> list[tuple[str, str]]:
        """(member, title) of every card, in order."""
        rows = await self.query(
            "SELECT body #>> '{users,0}' AS userid, coalesce(body #>> '{content,main_title,title}',"
            " body #>> '{content,title}') AS title FROM command WHERE name = 'SendStaffCard' ORDER BY id"
        )
        return [(row.userid, row.title) for row in rows]


@pytest.fixture
async def company(engine: AsyncEngine) -> Company:
    """A company on a Wednesday at ten."""
    return await Company(engine).open()
