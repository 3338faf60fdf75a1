"""The first figure while a rule is written: exact where there are few, a sample's where there are many, never late."""

from typing import Any

import pytest

from weloop.audience import segments
from weloop.audience.errors import SegmentTooSlow
from weloop.audience.segments import Counted, count_rule, estimate_rule
from weloop.contracts.events import EventKind

from .conftest import Stage

EXPO = {"op": "is", "field": "person.state_code", "value": "expo"}
VIEWED = {"op": "event", "kind": "PageViewed", "times": "exactly", "n": 2, "within_seconds": 86_400}
PERSONS = (
    """
    INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
    SELECT hashint8extended(n, 0), '\\x00', 'follower', 'wx', 'o' || n, hashint8extended(n, 0), $1, $1
    FROM generate_series(1, 30000) AS n RETURNING 1
    """,
    """
    INSERT INTO person (id, search, kinds, staff, state_code, first_seen_at, last_seen_at, resolved, conflict)
    SELECT id, '', '{}', '{}', CASE WHEN row_number() OVER (ORDER BY value) % 10 = 0 THEN 'expo' END, $1, $1, false,
        false FROM identity RETURNING 1
    """,
    """
    INSERT INTO event (recorded_at, id, occurred_at, account_id, kind, identity_id, data, trace_id)
    SELECT $1, 2 * row_number() OVER () + k, $1, 1, 'PageViewed', id, '{}', ''
    FROM identity, generate_series(0, 1) AS k WHERE k = 0 OR abs(id % 4) = 1 RETURNING 1
    """,
)


async def look(stage: Stage, rule: dict[str, Any]) -> tuple[Counted, Counted]:
    async with stage.units.begin() as unit:
        return await estimate_rule(unit, stage.terms, rule), await count_rule(unit, stage.terms, rule)


async def test_few_are_counted_exactly(stage: Stage) -> None:
    viewed = {"op": "event", "kind": "PageViewed"}
    for number in range(3):
        await stage.happen(EventKind.PAGE_VIEWED, stage.ref(number))
    first, exact = await look(stage, viewed)
    assert (first.count, first.bounds, first.drawn, len(first.sample)) == (3, (3, 3), 1, 3)
    assert exact.count == 3


async def test_nobody_at_all_is_exactly_nobody(stage: Stage) -> None:
    first, _ = await look(stage, EXPO)
    assert (first.count, first.drawn) == (0, 1)


@pytest.mark.parametrize("rule", [EXPO, VIEWED, {"op": "all", "terms": [EXPO, VIEWED]}], ids=["field", "event", "both"])
async def test_many_are_counted_from_a_sample_and_then_exactly(stage: Stage, rule: dict[str, Any]) -> None:
    await fill(stage)
    first, exact = await look(stage, rule)
    low, high = first.bounds
    assert first.drawn < 1
    assert exact.drawn == 1
    assert low <= exact.count <= high
    assert exact.count * 0.9 < first.count < exact.count * 1.1
    assert low < first.count < high
    assert len(first.sample) == 10


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine at work takes its time; what takes too long is made to."""
    monkeypatch.setattr(segments, "ESTIMATE_SECONDS", 60.0)


async def test_a_look_that_takes_too_long_leaves_the_one_before(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(stage)
    # The first look has all the time there is; when the second begins, next to none is left.
    times = iter((0.0, 0.0, 59.8, 0.0, 59.8))
    monkeypatch.setattr(segments, "monotonic", lambda: next(times))
    draws = []

    async def slow(unit: Any, terms: Any, rule: Any, drawn: Any) -> Counted:
        draws.append(drawn)
        if len(draws) > 1:
            await stage_sleep(unit)
        return await seen(unit, terms, rule, drawn)

    seen = segments._count_drawn
    monkeypatch.setattr(segments, "_count_drawn", slow)
    async with stage.units.begin() as unit:
        first = await estimate_rule(unit, stage.terms, EXPO)
        assert [each.share for each in draws] == [first.drawn, pytest.approx(5 * first.drawn, rel=0.3)]
        assert (await count_rule(unit, stage.terms, EXPO)).count == 3000, "the transaction goes on"
        with pytest.raises(SegmentTooSlow):
            await estimate_rule(unit, stage.terms, EXPO)


async def stage_sleep(unit: Any) -> None:
    """The database is at it for longer than a look may take."""
    await segments.repository.run(unit.connection, "SELECT pg_sleep(5)")


async def fill(stage: Stage) -> None:
    for statement in PERSONS:
        await stage.ask(statement, stage.clock.at)
    async with stage.units.begin() as unit:
        await segments.repository.run(unit.connection, "ANALYZE person, identity, event")
