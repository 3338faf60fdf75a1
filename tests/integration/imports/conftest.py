"""A company whose people come out of files."""

import io
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.leads.conftest import Company

from weloop.access.api import CurrentUser, Role
from weloop.features.imports import pages, service
from weloop.features.imports.reader import read
from weloop.features.imports.rules import Field, Placement, load_limits
from weloop.features.imports.runner import ImportRunner
from weloop.features.imports.schemas import ImportDetail, ImportMapping
from weloop.features.imports.uploads import ReadFile
from weloop.kit.seal import Vault

VAULT = Vault(b"k" * 32)
USER = CurrentUser(1, "op", "运营", Role.OPERATOR, "zh-CN", "light", "", b"")


def read_here(content: bytes) -> ReadFile:
    """What the reader's process answers."""
    out = io.BytesIO()
    read(content, out, load_limits())
    lines = out.getvalue().splitlines()
    end = orjson.loads(lines[-1])
    told = (end["format"], end["encoding"], end["sheet"], end["columns"], end["rows"])
    return ReadFile(f"{hash(content)}", len(content), *told, lines[:-1])


class ImportingCompany(Company):
    """Members, a code, a WeCom account, and the loop of imports."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self.runner = ImportRunner(self.units, VAULT)

    async def open(self) -> "ImportingCompany":
        """With the account whose people come."""
        await super().open()
        await self.write(
            "INSERT INTO account (kind, name, app_id, agent_id, api_base, callback_key, state, created_at, updated_at)"
            " VALUES ('wecom', '山屿云', 'ww1', 1, 'http://127.0.0.1', 'key', 'ready', $1, $1)",
            self.clock.now(),
        )
        return self

    async def settle(self) -> None:
        """Until nothing is left to do at this moment."""
        while await self.runner.work() or await self.dispatcher.work() or await self.clocks.work():
            pass

    async def upload(self, text: str) -> int:
        """A draft."""
        async with self.units.begin() as unit:
            return (await service.create_import(unit, VAULT, USER, "客户.csv", read_here(text.encode()))).id

    async def check(self, import_id: int, placement: str = "none", fields: list[str | None] | None = None) -> Any:
        """Take the guessed meanings, or others, and look what would happen."""
        async with self.units.begin() as unit:
            shown = await pages.import_detail(unit, VAULT, import_id)
            meant = shown.fields if fields is None else [Field(each) if each else None for each in fields]
            given = ImportMapping(account_id=1, fields=meant, placement=Placement(placement))
            await service.map_import(unit, USER, import_id, given)
        await self.settle()
        return (await self.show(import_id)).counts

    async def begin(self, import_id: int) -> None:
        """Let it run, and do nothing yet."""
        async with self.units.begin() as unit:
            await service.run_import(unit, USER, import_id)

    async def take(self, text: str, placement: str = "none") -> ImportDetail:
        """Upload, check and run a file."""
        import_id = await self.upload(text)
        await self.check(import_id, placement)
        await self.begin(import_id)
        await self.settle()
        return await self.show(import_id)

    async def undo(self, import_id: int) -> ImportDetail:
        """Take it back."""
        async with self.units.begin() as unit:
            await service.undo_import(unit, USER, import_id)
        await self.settle()
        return await self.show(import_id)

    async def later(self, minutes: int = 5) -> None:
        """Some time passes."""
        await self.at(self.clock.now() + timedelta(minutes=minutes))

    async def show(self, import_id: int) -> ImportDetail:
        """What its page shows."""
        async with self.units.begin() as unit:
            return await pages.import_detail(unit, VAULT, import_id)

    async def persons(self) -> list[tuple[Any, ...]]:
        """(name, company, kinds) of everybody."""
        rows = await self.query("SELECT name, company, kinds FROM person ORDER BY name, id")
        return [tuple(row) for row in rows]


@pytest.fixture
async def company(engine: AsyncEngine) -> ImportingCompany:
    """A company on a Wednesday at ten."""
    return await ImportingCompany(engine).open()
