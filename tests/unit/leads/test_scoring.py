"""Scores: explained part by part, fading, the same in any order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.events import UNSOURCED, EventKind
from weloop.contracts.json import JsonObject
from weloop.leads.scoring import Score, is_qualified, load_scoring, points_of, score

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
SCORING = load_scoring()
Did = tuple[EventKind, datetime, JsonObject]


def did(kind: EventKind, days: float = 0, **data: str) -> Did:
    return kind, NOW - timedelta(days=days), dict(data)


def test_engagement_halves_in_fourteen_days() -> None:
    fresh = score(SCORING, {}, [did(EventKind.CONTACT_ADDED)], NOW)
    old = score(SCORING, {}, [did(EventKind.CONTACT_ADDED, 14)], NOW)
    assert (fresh.engagement, old.engagement) == (10, 5)
    assert score(SCORING, {}, [did(EventKind.CONTACT_ADDED, 121)], NOW).engagement == 0


def test_unknown_is_not_the_same_as_no() -> None:
    parts = points_of(score(SCORING, {"role": True, "size": False}, [], NOW).parts)
    assert (parts["role"], parts["size"], parts["industry"]) == (25, 0, None)


def test_students_and_competitors_are_no_fit() -> None:
    assert score(SCORING, {"competitor": True, "role": True}, [], NOW).fit == 0


def test_more_than_twenty_a_day_count_no_more() -> None:
    many = [did(EventKind.FOLLOWER_MESSAGE_RECEIVED)] * 30
    assert score(SCORING, {}, many, NOW).engagement == 100


def test_who_leaves_loses_points_but_never_below_nothing() -> None:
    found = score(SCORING, {}, [did(EventKind.CONTACT_ADDED), did(EventKind.CONTACT_LOST)], NOW)
    assert found.engagement == 0
    assert points_of(found.parts)["lost"] == -40


def test_a_signal_without_a_source_says_so() -> None:
    parts = points_of(score(SCORING, {}, [], NOW).parts)
    assert parts["jielong"] is None
    for signal in SCORING.signals:
        sourced = any(pattern.kind not in UNSOURCED for pattern in signal.patterns)
        assert (parts[signal.key] is not None) is sourced


@pytest.mark.parametrize(
    ("found", "need", "expected"),
    [
        (Score(50, 40, False, ()), False, True),
        (Score(49, 90, False, ()), False, False),
        (Score(90, 39, False, ()), False, False),
        (Score(0, 12, True, ()), False, True),
        (Score(0, 0, False, ()), True, True),
    ],
)
def test_what_makes_an_mql(found: Score, need: bool, expected: bool) -> None:
    assert is_qualified(SCORING, found, need) is expected


KINDS = st.sampled_from(sorted(SCORING.kinds))
EVENTS = st.lists(st.tuples(KINDS, st.floats(-1, 130)), max_size=40)


@given(EVENTS, st.randoms())
def test_order_does_not_matter(events: list[tuple[EventKind, float]], random: st.DataObject) -> None:
    acts = [did(kind, days, name="Form Submitted", category="case") for kind, days in events]
    shuffled = acts.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = score(SCORING, {}, acts, NOW), score(SCORING, {}, shuffled, NOW)
    assert first.engagement == pytest.approx(second.engagement)
    assert first.engagement == pytest.approx(max(0.0, sum(part.points or 0 for part in first.parts)))
