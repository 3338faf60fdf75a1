"""The list of persons with each of its filters at many persons, as the page's route answers it: rows, totals, names.

Persons are made by one statement straight in the table. The baseline of every figure is the least that shows a page:
the newest rows by their index, without any filter, total or name.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from _rig import address, execute, open_cluster, open_folder, report, say, say_machine

from weloop.entrypoints.bootstrap import build_labels, build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.identity.pages import person_page
from weloop.identity.reading import PersonFilter
from weloop.inbox.api import SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine, run
from weloop.kit.pagination import PageRequest
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork, Units

START = datetime(2026, 8, 26, 16, 0, tzinfo=UTC)
# Names of three signs out of 36 each; one in three is customer and follower, one in twenty a phone number alone.
PERSONS = """
INSERT INTO person
    (id, name, company, search, kinds, staff, state_code, first_seen_at, last_seen_at, resolved, conflict)
SELECT n, name, company, name || ' ' || company || ' 138' || lpad((n % 100000000)::text, 8, '0'),
    CASE WHEN n % 20 = 0 THEN ARRAY['phone'] WHEN n % 3 = 0 THEN ARRAY['external_contact', 'follower']
         WHEN n % 3 = 1 THEN ARRAY['external_contact'] ELSE ARRAY['follower'] END,
    ARRAY['staff' || n % 8], CASE WHEN n % 10 = 0 THEN NULL ELSE 'code' || n % 200 END,
    $2::timestamptz, $2::timestamptz + make_interval(secs => (n * 7919) % 7776000), n % 3 = 0, n % 1000 = 0
FROM (
    SELECT n, substr(family, 1 + (n % 36)::int, 1) || substr(given, 1 + (n / 36 % 36)::int, 1)
            || substr(given, 1 + (n / 1296 % 36)::int, 1) AS name,
        substr(given, 1 + (n / 7 % 36)::int, 1) || substr(family, 1 + (n / 11 % 36)::int, 1)
            || '制造有限公司' AS company
    FROM generate_series(1, $1::bigint) AS n,
        (SELECT '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻' AS family,
                '建国志强秀英丽娜伟军芳敏静磊洋艳勇杰娟涛明超霞平刚桂华文辉力红梅波' || '宁晨雨' AS given) AS signs
) AS person
"""
BASELINE = "SELECT * FROM person ORDER BY last_seen_at DESC, id LIMIT 50"
FILTERS = {
    "all": PersonFilter(),
    "customers": PersonFilter(kind="external_contact"),
    "followers": PersonFilter(kind="follower"),
    "phone_only": PersonFilter(kind="phone_only"),
    "source": PersonFilter(state_code="code7"),
    "unresolved": PersonFilter(resolved=False),
    "name": PersonFilter(search="赵建国"),
    "one_sign": PersonFilter(search="赵"),
    "two_signs": PersonFilter(search="雨晨"),
    "two_signs_nobody": PersonFilter(search="龘靐"),
    "phone": PersonFilter(search="13800012345"),
    "nobody": PersonFilter(search="没有这个人"),
    "together": PersonFilter(search="制造", kind="external_contact", state_code="code7", resolved=True),
}


async def main(persons: int, rounds: int) -> None:
    """Fill, read, print."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home") as _:
        home = folder / "home"
        await execute(address(home, "postgres"), "CREATE DATABASE bench")
        dsn = address(home, "bench")
        await asyncio.to_thread(upgrade, dsn)
        engine = create_engine(dsn)
        units = Units(engine, WorldClock(), build_writers(SubjectKeys(Vault(b"k" * 32))))
        say(f"making {persons:,} persons")
        async with units.begin() as unit:
            await run(unit.connection, PERSONS, persons, START)
        await execute(dsn, "VACUUM ANALYZE")
        await _read(units, rounds)
        await engine.dispose()


async def _read(units: Units, rounds: int) -> None:
    labels = build_labels()

    async def bare(unit: UnitOfWork) -> None:
        await run(unit.connection, BASELINE)

    def page(wanted: PersonFilter, number: int = 1) -> Callable[[UnitOfWork], Awaitable[None]]:
        async def read(unit: UnitOfWork) -> None:
            await person_page(unit, labels, wanted, PageRequest(number, 50))

        return read

    works = {name: page(wanted) for name, wanted in FILTERS.items()} | {"page_200": page(PersonFilter(), 200)}
    baseline = await _time(units, bare, rounds)
    for name, work in works.items():
        times = await _time(units, work, rounds)
        for label, at in (("p50", 0.5), ("p95", 0.95)):
            value, least = times[int(len(times) * at)], baseline[int(len(baseline) * at)]
            name_of = f"contacts_{name}_{label}"
            report(name_of, value * 1000, "ms", n=rounds, baseline=least * 1000, ratio=value / least)


async def _time(units: Units, work: Callable[[UnitOfWork], Awaitable[None]], rounds: int) -> list[float]:
    times: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        async with units.begin() as unit:
            await work(unit)
        times.append(time.perf_counter() - begun)
    return sorted(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    asyncio.run(main(options.persons, options.rounds))
