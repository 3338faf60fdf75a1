"""Weeks, clear differences and shared costs."""

from datetime import date

import pytest

from weloop.features.weekly.rules import Move, Period, distance, is_clear, last_whole_week, period_of, tally

WEDNESDAY = date(2026, 11, 25)


def test_a_running_week_is_held_against_the_same_days() -> None:
    running = period_of(date(2026, 11, 23), WEDNESDAY)
    assert running == Period(date(2026, 11, 23), date(2026, 11, 26), running=True, fresh=True)
    assert (running.before.first, running.before.after) == (date(2026, 11, 16), date(2026, 11, 19))
    assert running.last == WEDNESDAY


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 11, 22), date(2026, 11, 9)),  # a Sunday: its own week is not over
        (date(2026, 11, 23), date(2026, 11, 16)),
        (date(2027, 1, 1), date(2026, 12, 21)),
    ],
)
def test_the_newest_whole_week(day: date, monday: date) -> None:
    assert last_whole_week(day) == monday
    whole = period_of(monday, day)
    assert (whole.running, whole.fresh, (whole.after - whole.first).days) == (False, True, 7)
    assert not period_of(date(2026, 11, 2), day).fresh


@pytest.mark.parametrize(
    ("before", "now", "clear"),
    [(0, 0, False), (0, 4, False), (0, 6, True), (10, 14, False), (10, 25, True), (25, 10, True), (400, 460, True)],
)
def test_small_counts_may_differ_by_chance(before: int, now: int, clear: bool) -> None:
    assert is_clear(before, now) is clear
    assert distance(before, now) == distance(now, before)


def test_costs_are_shared_among_the_leads_they_brought() -> None:
    moves = [
        Move("7", created=True, qualified=True, sql=False),
        Move("7", created=True, qualified=False, sql=False),
        Move("7", created=False, qualified=True, sql=True),
        Move("0", created=True, qualified=False, sql=False),
    ]
    found = tally(moves, [["li"], ["wang", "li"], ["li"], ["li"]], {"7": 100.0, "8": 50.0})
    assert (found["li"].leads, found["li"].qualified, found["li"].sql, found["li"].cost) == (3, 2, 1, 100.0)
    assert (found["wang"].leads, found["wang"].cost) == (1, 50.0)
