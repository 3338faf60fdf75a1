"""Working time: whatever the shift, it adds up, and agrees with counting minute by minute."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.errors import InvalidInput
from weloop.staff.shifts import (
    OFFICE,
    Shift,
    add_working,
    is_working,
    next_start,
    read_week,
    spans_on,
    working_between,
)

WEDNESDAY = datetime(2026, 11, 25, tzinfo=UTC)  # 08:00 in Beijing


def beijing(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[tuple[int, int], ...], ...]:
    days = []
    for _ in range(7):
        edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=4)))
        edges = edges[: len(edges) // 2 * 2]
        days.append(tuple(zip(edges[::2], edges[1::2], strict=True)))
    return tuple(days)


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    days = st.dates(date(2026, 11, 20), date(2026, 12, 5))
    away = draw(st.none() | st.integers(-500, 5000))
    return Shift(
        draw(weeks()),
        draw(st.dictionaries(days, st.booleans(), max_size=3)),
        None if away is None else WEDNESDAY + timedelta(minutes=away),
    )


minutes = st.integers(0, 6 * 1440)


@given(shifts(), minutes, minutes)
def test_it_agrees_with_counting_minute_by_minute(shift: Shift, first: int, second: int) -> None:
    since, until = (WEDNESDAY + timedelta(minutes=each) for each in sorted((first, second)))
    naive = 0
    for number in range(abs(second - first)):
        at = since + timedelta(minutes=number)
        local = at + timedelta(hours=8)
        minute = local.hour * 60 + local.minute
        here = any(begin <= minute < end for begin, end in spans_on(shift, local.date()))
        naive += here and (shift.away_until is None or at >= shift.away_until)
    assert working_between(shift, since, until) == timedelta(minutes=naive)


@given(shifts(), minutes, st.integers(1, 2000))
def test_what_is_added_has_passed(shift: Shift, first: int, length: int) -> None:
    since = WEDNESDAY + timedelta(minutes=first)
    due = add_working(shift, since, timedelta(minutes=length))
    if due is None:
        assert working_between(shift, since, since + timedelta(days=120)) < timedelta(minutes=length)
    else:
        assert working_between(shift, since, due) == timedelta(minutes=length)
        assert is_working(shift, due - timedelta(seconds=1))


@given(shifts(), minutes)
def test_work_goes_on_at_the_first_working_moment(shift: Shift, first: int) -> None:
    since = WEDNESDAY + timedelta(minutes=first)
    start = next_start(shift, since)
    if start is not None:
        assert is_working(shift, start)
        assert working_between(shift, since, start) == timedelta()


def test_clocks_pause_over_night_and_weekend() -> None:
    shift = Shift()
    assert add_working(shift, beijing(25, 17, 50), timedelta(minutes=30)) == beijing(26, 9, 20)
    assert add_working(shift, beijing(27, 20), timedelta(minutes=30)) == beijing(30, 9, 30)
    assert working_between(shift, beijing(27, 17), beijing(30, 10)) == timedelta(hours=2)


def test_holidays_and_days_made_up_for() -> None:
    shift = Shift(special={date(2026, 11, 26): False, date(2026, 11, 28): True})
    assert next_start(shift, beijing(25, 19)) == beijing(27, 9)
    assert next_start(shift, beijing(27, 19)) == beijing(28, 9)


def test_who_works_never_has_no_next_shift() -> None:
    assert next_start(Shift(((),) * 7), WEDNESDAY) is None
    assert add_working(Shift(((),) * 7), WEDNESDAY, timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    "week",
    [
        [[]] * 6,
        [[[540, 540]], *[[]] * 6],
        [[[540, 700], [600, 800]], *[[]] * 6],
        [[[540]], *[[]] * 6],
        [[[-1, 5]], *[[]] * 6],
        [[[0, 1441]], *[[]] * 6],
    ],
)
def test_a_week_that_is_none_is_refused(week: list[list[list[int]]]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_week(week)
    assert refused.value.instance_code == "shift_week"


def test_a_week_goes_through_json() -> None:
    assert read_week([[list(span) for span in day] for day in OFFICE]) == OFFICE
