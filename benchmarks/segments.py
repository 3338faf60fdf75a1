"""Segments over a million persons: judging everybody, keeping members event by event, counting while somebody waits.

The world: persons with one identity each, whose ids are spread as digests are, three events of each within 90 days, a
lead of every tenth, progress on a path of every second. CPU is that of this process, which is the keeper, and of the
whole database.

``segments_refresh``: judging everybody anew by a rule of three conditions, nothing changed; its baseline is the same
question as a hand would write it, without members. ``segments_fill``: the first filling of the same.
``segments_follow``: one look whose periods ran out, for two segments; ``segments_follow_score``: the same with a third,
which asks for scores.
``segments_event``: events of the log through the handler and the keeper, with 100 segments of which 20 listen.
``segments_first_…``: the first figure that an author of a rule sees, from a sample; the exact one is
``segments_count_…``.
"""

import argparse
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from _rig import address, database_cpu_seconds, execute, median, open_cluster, open_folder, report, say, say_machine

from weloop.access.api import CurrentUser, Role
from weloop.audience import segments
from weloop.audience.api import SegmentKeeper, follow_events
from weloop.audience.membership import FOLLOW
from weloop.audience.segments import Counted, count_rule, create_segment, estimate_rule, refresh_segment
from weloop.contracts.events import Event, EventKind
from weloop.entrypoints.bootstrap import build_terms, build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.inbox.api import SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine, run
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

NOW = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
DAY = 86_400
AUTHOR = CurrentUser(1, "bench", "bench", Role.OPERATOR, "zh-CN", "light", "", b"")
EVENTS, SEGMENTS, LISTENING, BATCH = 20_000, 100, 20, 500
LOOKS = 20
SCORE = {"op": "at_least", "field": "lead.score", "value": 30}
DEFINITION = """
{"qualified": "s2", "stages": [
    {"key": "s0", "name": "s", "module": "m", "events": [{"kind": "PageViewed", "where": {}}]},
    {"key": "s1", "name": "s", "module": "m", "events": [{"kind": "PageViewed", "where": {}}]},
    {"key": "s2", "name": "s", "module": "m", "events": [{"kind": "PageViewed", "where": {}}]}],
 "hops": [{"key": "h0", "from": "s0", "to": "s1", "mechanism": "", "sla": null, "benchmark": ""}]}
"""
WORLD = (
    """
    INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
    SELECT {id}, '\\x00', 'follower', 'wx', 'o' || n, {id}, {now}, {now}
    FROM generate_series(1, {persons}::bigint) AS n
    """,
    """
    INSERT INTO person (id, name, search, kinds, staff, state_code, first_seen_at, last_seen_at, resolved, conflict)
    SELECT {id}, '联系人' || n, '', '{{follower}}', '{{}}',
        CASE WHEN n % 4 = 0 THEN 'expo' ELSE 'article' END,
        {now} - (n % 90) * interval '1 day', {now} - (n % 30) * interval '1 hour', false, false
    FROM generate_series(1, {persons}::bigint) AS n
    """,
    """
    INSERT INTO event (recorded_at, id, occurred_at, account_id, kind, identity_id, data, trace_id)
    SELECT {now}, 3 * n + k, {now} - (((n * 7 + k * 31) % 90) * interval '1 day'), 1,
        CASE k WHEN 2 THEN 'MenuClicked' ELSE 'PageViewed' END, {id},
        jsonb_build_object('path', CASE WHEN n % 3 = 0 THEN '/pricing' ELSE '/blog' END, 'properties',
            jsonb_build_object('plan', n % 5)), ''
    FROM generate_series(1, {persons}::bigint) AS n, generate_series(0, 2) AS k
    """,
    """
    INSERT INTO lead (account_id, person_id, identity_id, origin, origin_key, stage, created_at, stage_at, is_friend,
                      fit, engagement, scored_at)
    SELECT 1, hashint8extended(n * 10, 0), hashint8extended(n * 10, 0), 'form', 'k' || n,
        (ARRAY['lead', 'mql', 'sql', 'won'])[n % 4 + 1], {now}, {now}, false, n % 60, n % 40,
        {now} - (n % 20) * interval '1 day'
    FROM generate_series(1, {persons}::bigint / 10) AS n
    """,
    "INSERT INTO path (name, template, version_id, created_at, updated_at) VALUES ('p', 't', 1, {now}, {now})",
    """
    INSERT INTO path_version (path_id, number, definition, built, created_at)
    VALUES (1, 1, '{definition}', true, {now})
    """,
    """
    INSERT INTO path_progress (version_id, person_id, reached, passed, state, staff)
    SELECT 1, hashint8extended(n * 2, 0),
        ARRAY[{now}, CASE WHEN n % 2 = 0 THEN {now} END, CASE WHEN n % 8 = 0 THEN {now} END]::timestamptz[],
        ARRAY[NULL]::timestamptz[], '', ''
    FROM generate_series(1, {persons}::bigint / 2) AS n
    """,
    "VACUUM ANALYZE",
)
VIEWED = {"op": "event", "kind": "PageViewed", "n": 2, "within_seconds": 60 * DAY}
RULE: dict[str, Any] = {
    "op": "all",
    "terms": [
        VIEWED,
        {"op": "is", "field": "person.state_code", "value": "expo"},
        {"op": "none", "terms": [{"op": "path_stage", "path_id": 1, "stage": "s2"}]},
    ],
}
BY_HAND = """
SELECT count(*) FROM person AS p
JOIN (SELECT i.person_id FROM event AS e JOIN identity AS i ON i.id = e.identity_id
      WHERE e.kind = 'PageViewed' AND e.occurred_at > {now} - interval '60 days' AND e.occurred_at <= {now}
      GROUP BY 1 HAVING count(*) >= 2) AS v ON v.person_id = p.id
WHERE p.state_code = 'expo' AND NOT EXISTS (
    SELECT 1 FROM path_progress AS g WHERE g.version_id = 1 AND g.person_id = p.id AND g.reached[3] IS NOT NULL)
"""
PRICING = {"op": "contains", "field": "event.path", "value": "/pricing"}
COUNTED: dict[str, dict[str, Any]] = {
    "three": RULE,
    "week": {"op": "event", "kind": "PageViewed", "within_seconds": 7 * DAY},
    "where": {"op": "event", "kind": "PageViewed", "where": PRICING, "within_seconds": 30 * DAY},
    "lead": {
        "op": "all",
        "terms": [
            {"op": "one_of", "field": "lead.stage", "value": ["lead", "mql"]},
            {"op": "at_least", "field": "lead.score", "value": 40},
        ],
    },
    "silent": {
        "op": "all",
        "terms": [
            {"op": "longer_ago", "field": "person.first_seen_at", "seconds": 30 * DAY},
            {"op": "event", "kind": "PageViewed", "times": "exactly", "n": 0, "within_seconds": 30 * DAY},
        ],
    },
    "bucket": {
        "op": "all",
        "terms": [
            {"op": "is", "field": "person.state_code", "value": "expo"},
            {"op": "bucket", "salt": "trial", "to_percent": 10},
        ],
    },
}


class FixedClock(WorldClock):
    """Stands still until it is moved."""

    at = NOW

    def now(self) -> datetime:
        """The moment of the benchmark."""
        return self.at


def main(persons: int) -> None:
    """One database for all figures."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        dsn = address(folder / "home", "weloop")
        upgrade(dsn)
        uvloop.run(_measure(folder / "home", dsn, persons))


async def _measure(home: Path, dsn: str, persons: int) -> None:
    say(f"{persons:,} persons")
    words = {
        "now": f"'{NOW.isoformat()}'::timestamptz",
        "persons": persons,
        "definition": DEFINITION,
        "id": "hashint8extended(n, 0)",
    }
    await execute(dsn, *(each.format(**words) for each in WORLD))
    engine = create_engine(dsn)
    units = Units(engine, FixedClock(), build_writers(SubjectKeys(Vault(b"k" * 32))))
    keeper = SegmentKeeper(units, build_terms())
    bench = Bench(home, units, keeper, persons)
    await bench.refresh(BY_HAND.format(**words))
    await bench.follow()
    await bench.count()
    await bench.events()
    await engine.dispose()


class Bench:
    """The figures, one after the other."""

    def __init__(self, home: Path, units: Units, keeper: SegmentKeeper, persons: int) -> None:
        self._home = home
        self._units = units
        self._keeper = keeper
        self._persons = persons
        self._terms = build_terms()

    async def refresh(self, by_hand: str) -> None:
        """Fill a segment, then judge everybody again."""
        began, cpu = time.perf_counter(), self._cpu()
        segment = await self._make(RULE)
        await self._keep()
        spent = self._cpu() - cpu
        size = await self._number("SELECT size FROM segment")
        say(f"{size:,} members")
        report("segments_fill", time.perf_counter() - began, "s", n=self._persons, per_cpu_s=self._persons / spent)
        cpus, seconds, bare = [], [], []
        for _ in range(3):
            cpu = self._cpu()
            expected = await self._number(by_hand)
            bare.append(self._cpu() - cpu)
            assert expected == size, (expected, size)
            async with self._units.begin() as unit:
                await refresh_segment(unit, AUTHOR, segment)
            began, cpu = time.perf_counter(), self._cpu()
            await self._keep()
            cpus.append(self._cpu() - cpu)
            seconds.append(time.perf_counter() - began)
        assert await self._number("SELECT drift FROM segment") == 0
        per_cpu, baseline = self._persons / median(cpus), self._persons / median(bare)
        report(
            "segments_refresh",
            median(seconds),
            "s",
            n=self._persons,
            per_cpu_s=per_cpu,
            baseline=baseline,
            ratio=baseline / per_cpu,
        )

    async def follow(self) -> None:
        """Looks whose periods ran out, of a rule over events and one that asks when persons were seen first."""
        clock = self._units.clock
        assert isinstance(clock, FixedClock)
        for metric, rule in (("segments_follow", COUNTED["silent"]), ("segments_follow_score", SCORE)):
            await self._make(rule)
            await self._keep()
            cpu = self._cpu()
            for _ in range(LOOKS):
                clock.at += FOLLOW
                await self._keep()
            report(metric, 1_000 * (self._cpu() - cpu) / LOOKS, "ms of CPU", n=LOOKS)
        assert await self._number("SELECT count(*) FROM segment WHERE followed_at > refreshed_at") == 3
        clock.at = NOW

    async def count(self) -> None:
        """What an author waits for, with the sample: a first figure, then the exact one."""
        segments.COUNT_SECONDS = 600  # what it takes is asked, not whether a busy machine keeps an author waiting
        for name, rule in COUNTED.items():
            first = await self._timed(f"segments_first_{name}", rule, estimate_rule)
            exact = await self._timed(f"segments_count_{name}", rule, count_rule)
            (low, high), off = first.bounds, first.count / exact.count - 1
            share = f"{first.drawn:.1%} drawn"
            say(f"{name}: {first.count:,} ({low:,} to {high:,}, {share}), exactly {exact.count:,}, {off:+.1%}")

    async def _timed(self, metric: str, rule: dict[str, Any], look: Callable[..., Awaitable[Counted]]) -> Counted:
        times, cpus = [], []
        for _ in range(3):
            began, cpu = time.perf_counter(), self._cpu()
            async with self._units.begin() as unit:
                found = await look(unit, self._terms, rule)
            times.append((time.perf_counter() - began) * 1000)
            cpus.append(self._cpu() - cpu)
        report(metric, median(times), "ms", n=self._persons, per_cpu_s=self._persons / max(0.005, median(cpus)))
        return found

    async def events(self) -> None:
        """Events through the handler and the keeper."""
        for number in range(SEGMENTS):
            kind = "PageViewed" if number < LISTENING else "MenuClicked"
            rule = {"op": "event", "kind": kind, "n": 4 + number % 3, "within_seconds": (30 + number) * DAY}
            await self._make(
                {"op": "all", "terms": [rule, {"op": "is", "field": "person.state_code", "value": "expo"}]}
            )
        await self._keep()
        async with self._units.begin() as unit:
            rows = await run(unit.connection, "SELECT id FROM identity LIMIT $1", EVENTS)
        batches = [self._batch(rows[first : first + BATCH]) for first in range(0, EVENTS, BATCH)]
        began, cpu = time.perf_counter(), self._cpu()
        for batch in batches:
            async with self._units.begin() as unit:
                await follow_events(unit, batch)
            await self._keeper.work()
        await self._keep()
        spent, seconds = self._cpu() - cpu, time.perf_counter() - began
        report("segments_event", EVENTS / seconds, "events/s", n=EVENTS, per_cpu_s=EVENTS / spent)

    def _batch(self, rows: Sequence[Any]) -> Sequence[Event]:
        kind = EventKind.PAGE_VIEWED
        return [
            Event(n, 1, kind, NOW, NOW, None, row.id, {"path": "/"}, {}, (), None, "") for n, row in enumerate(rows)
        ]

    async def _make(self, rule: dict[str, Any]) -> int:
        async with self._units.begin() as unit:
            return (await create_segment(unit, self._terms, AUTHOR, "人群", "", rule)).id

    async def _keep(self) -> None:
        while await self._keeper.work():
            pass

    async def _number(self, sql: str) -> int:
        async with self._units.begin() as unit:
            return int((await run(unit.connection, sql))[0][0])

    def _cpu(self) -> float:
        own = resource.getrusage(resource.RUSAGE_SELF)
        return own.ru_utime + own.ru_stime + database_cpu_seconds(self._home)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    main(parser.parse_args().persons)
