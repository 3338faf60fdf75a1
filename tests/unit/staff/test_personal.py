"""When a personal account is full, of the counts that somebody typed."""

from datetime import date

import pytest

from weloop.staff.personal import Personal


def account(*counts: tuple[date, int]) -> Personal:
    return Personal(1, "号", "", None, None, None, 10_000, None, counts, False)


@pytest.mark.parametrize(
    ("counts", "full_on"),
    [
        ((), None),
        (((date(2026, 11, 1), 5000),), None),
        (((date(2026, 11, 1), 5000), (date(2026, 12, 1), 5000)), None),
        (((date(2026, 11, 1), 5000), (date(2026, 12, 1), 4000)), None),
        (((date(2026, 11, 1), 5000), (date(2026, 12, 1), 6000)), date(2027, 3, 31)),
        (((date(2026, 11, 1), 9000), (date(2026, 12, 1), 10_500)), date(2026, 12, 1)),
        (((date(2026, 11, 1), 1), (date(2026, 12, 1), 2)), None),
        # The count of a year ago says nothing of today's pace.
        (((date(2025, 12, 1), 0), (date(2026, 11, 1), 5000), (date(2026, 12, 1), 6000)), date(2027, 3, 31)),
    ],
)
def test_it_goes_on_as_before(counts: tuple[tuple[date, int], ...], full_on: date | None) -> None:
    assert account(*counts).full_on == full_on


def test_nearly_full_is_full() -> None:
    assert not account((date(2026, 11, 1), 8999)).is_full
    assert account((date(2026, 11, 1), 9000)).is_full
    assert not account().is_full
