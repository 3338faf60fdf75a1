"""A file of 100,000 rows that is read, checked, imported and undone: rows per CPU-second of each step.

One process works as a worker does: the loop of imports and the loop of the inbox, with the product's own handlers. CPU
is that of this process, of the one that reads the file, and of all processes of the database. One row in ten names
somebody who stands in the file already; half of them have an e-mail address beside the number.
"""

import argparse
import asyncio
import io
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from _rig import address, cpu_seconds, database_cpu_seconds, execute, open_cluster, open_folder, report, say_machine

from weloop.access.api import CurrentUser, Role
from weloop.entrypoints.bootstrap import build_handlers, build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.features.imports import pages, service
from weloop.features.imports.rules import Placement
from weloop.features.imports.runner import ImportRunner
from weloop.features.imports.schemas import ImportDetail, ImportMapping
from weloop.features.imports.uploads import FileReader, ReadFile
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

SEED = 2026
VAULT = Vault(b"k" * 32)
USER = CurrentUser(1, "bench", "bench", Role.OPERATOR, "zh-CN", "light", "", b"")
ACCOUNT = (
    "INSERT INTO account (kind, name, app_id, agent_id, api_base, callback_key, state, created_at, updated_at)"
    " VALUES ('wecom', 'bench', 'ww1', 1, 'http://127.0.0.1', 'key', 'ready', '2026-01-01', '2026-01-01')"
)
MEMBER = (
    "INSERT INTO staff (account_id, userid, name, department, status, contact_enabled, synced_at)"
    " SELECT 1, 'm' || n, 'm' || n, NULL, 1, true, '2026-01-01' FROM generate_series(1, 8) AS n"
)


@dataclass
class Rig:
    """A worker on a database of its own."""

    home: Path
    units: Units
    runner: ImportRunner
    dispatcher: Dispatcher
    import_id: int = 0

    async def settle(self) -> None:
        """Until nothing is left to do."""
        while await self.runner.work() + await self.dispatcher.work():
            pass

    async def show(self) -> ImportDetail:
        """The page."""
        async with self.units.begin() as unit:
            return await pages.import_detail(unit, VAULT, self.import_id)

    def cpu(self) -> float:
        """Of all that takes part."""
        return cpu_seconds(os.getpid()) + database_cpu_seconds(self.home)


def make_file(rows: int) -> bytes:
    """The same file each time."""
    random, out = Random(SEED), io.StringIO()
    out.write("姓名,手机,邮箱,公司,职位,备注\n")
    for number in range(rows):
        person = random.randrange(number) if number and random.random() < 0.1 else number
        email = f"p{person}@example.com" if person % 2 else ""
        out.write(f"客户{person},139{person:08},{email},公司{person % 5000},采购经理,展会第 {number % 9} 天\n")
    return out.getvalue().encode()


async def measure(rig: Rig, name: str, rows: int, work: Callable[[], Awaitable[None]]) -> None:
    """One step."""
    begun, cpu = time.perf_counter(), rig.cpu()
    await work()
    took, used = time.perf_counter() - begun, rig.cpu() - cpu
    report(f"imports_{name}", rows / took, "rows/s", n=rows, per_cpu_s=rows / used)


async def main(rows: int, placement: Placement) -> None:
    """Print a result line for each step."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        home = folder / "home"
        dsn = address(home, "weloop")
        await asyncio.to_thread(upgrade, dsn)
        await execute(dsn, ACCOUNT, MEMBER)
        engine, keys = create_engine(dsn), SubjectKeys(VAULT)
        units = Units(engine, WorldClock(), build_writers(keys))
        rig = Rig(home, units, ImportRunner(units, VAULT), Dispatcher(units, keys, build_handlers()))
        await _steps(rig, make_file(rows), rows, placement)
        await engine.dispose()


async def _steps(rig: Rig, content: bytes, rows: int, placement: Placement) -> None:
    found: list[ReadFile] = []

    async def read() -> None:
        found.append(await FileReader().read(content))
        async with rig.units.begin() as unit:
            rig.import_id = (await service.create_import(unit, VAULT, USER, "bench.csv", found[0])).id

    async def check() -> None:
        shown = await rig.show()
        given = ImportMapping(account_id=1, fields=shown.fields, placement=placement)
        async with rig.units.begin() as unit:
            await service.map_import(unit, USER, rig.import_id, given)
        await rig.settle()

    async def come_in() -> None:
        async with rig.units.begin() as unit:
            await service.run_import(unit, USER, rig.import_id)
        await rig.settle()

    async def undo() -> None:
        async with rig.units.begin() as unit:
            await service.undo_import(unit, USER, rig.import_id)
        await rig.settle()

    await measure(rig, "read", rows, read)
    await measure(rig, "check", rows, check)
    counts = (await rig.show()).counts
    await measure(rig, "run", rows, come_in)
    done = await rig.show()
    assert (done.state, done.done) == ("done", rows), done
    assert counts is not None
    assert placement is Placement.NONE or done.leads == counts.leads
    await measure(rig, "undo", rows, undo)
    undone = await rig.show()
    assert (undone.state, undone.kept) == ("undone", 0), undone.kept_why


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--placement", type=Placement, default=Placement.NONE, choices=list(Placement))
    chosen = options.parse_args()
    asyncio.run(main(chosen.rows, chosen.placement))
