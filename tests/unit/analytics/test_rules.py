"""Rates carry the Wilson interval, and the hop to mend follows from plain arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.analytics.rules import best_quarter, name_weakest, rate_of, weigh_hop


def test_the_interval_is_wilsons() -> None:
    rate = rate_of(100, 10)
    # statsmodels.stats.proportion.proportion_confint(10, 100, method="wilson")
    assert (rate.low, rate.high) == (pytest.approx(0.05522914, abs=1e-6), pytest.approx(0.17436566, abs=1e-6))


@given(st.integers(1, 10**7), st.floats(0, 1))
def test_the_interval_holds_the_rate(entered: int, share: float) -> None:
    rate = rate_of(entered, round(entered * share))
    assert rate.value is not None
    assert rate.low is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.value + 1e-12
    assert rate.value - 1e-12 <= rate.high <= 1


def test_nobody_gives_no_rate() -> None:
    assert rate_of(0, 0).value is None
    assert rate_of(19, 3).few
    assert not rate_of(20, 3).few


def test_the_best_quarter_needs_four_known_sources_with_enough_people() -> None:
    sources = {"a": (100, 40), "b": (100, 10), "c": (100, 10), "d": (100, 10), "": (9000, 9000), "tiny": (3, 3)}
    assert best_quarter(sources) == pytest.approx(0.4)
    assert best_quarter({key: sources[key] for key in ("a", "b", "c")}) is None


def test_a_small_source_that_was_lucky_is_no_example() -> None:
    sources = {"lucky": (35, 2), "sure": (1479, 25), "c": (2274, 9), "d": (1700, 7)}
    assert best_quarter(sources) == pytest.approx(25 / 1479)


def test_the_gain_is_entered_times_the_gap_times_what_goes_on() -> None:
    chance = weigh_hop(0, rate_of(1000, 100), (0.3, "own"), rate_of(100, 50), 60)
    assert chance is not None
    assert chance.extra == pytest.approx(500 * 0.2 * 0.5)
    assert chance.low < chance.extra < chance.high


def test_nothing_is_said_of_few_and_of_what_is_good_already() -> None:
    assert weigh_hop(0, rate_of(19, 1), (0.9, "own"), None, 28) is None
    assert weigh_hop(0, rate_of(1000, 500), (0.3, "own"), None, 28) is None


def test_one_hop_is_named() -> None:
    small = weigh_hop(0, rate_of(1000, 100), (0.2, "own"), None, 30)
    large = weigh_hop(1, rate_of(1000, 100), (0.3, "own"), None, 30)
    assert small is not None
    assert large is not None
    assert name_weakest([small, large]) == large
    assert name_weakest([]) is None
