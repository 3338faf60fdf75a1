"""Whom a first count of a rule looks at, and how sure its figure is."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.audience.drawing import bounds, draw

LEAST, MOST = -(2**63), 2**63 - 1
ids = st.integers(LEAST, MOST)


@given(edges=st.tuples(ids, ids), about=st.integers(1, 10**9), size=st.integers(1, 20_000))
def test_windows_lie_apart_within_the_ids(edges: tuple[int, int], about: int, size: int) -> None:
    first, last = sorted(edges)
    found = draw(first, last, about, size)
    places = [place for window in zip(found.begins, found.ends, strict=True) for place in window]
    assert places == sorted(places)
    assert first <= places[0] <= places[-1] <= last
    assert all(end < begin for end, begin in zip(found.ends, found.begins[1:], strict=False))
    assert 0 < found.share <= 1


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_share_of_one_leaves_nobody_out(persons: int, about: int) -> None:
    found = draw(1, persons, about, about)
    assert found.share == 1
    assert sum(end - begin + 1 for begin, end in zip(found.begins, found.ends, strict=True)) == persons


def test_everybody_is_as_likely_to_be_drawn() -> None:
    """Persons are the least of their identities: those with many have lower ids."""
    found = draw(LEAST, MOST, 200_000, 20_000)
    for identities in (1, 5):
        persons = [min(digest(f"{n}:{k}") for k in range(identities)) for n in range(100_000 // identities)]
        windows = list(zip(found.begins, found.ends, strict=True))
        step = found.begins[1] - found.begins[0]
        hits = sum(
            windows[place][0] <= each <= windows[place][1]
            for each in persons
            if 0 <= (place := (each - LEAST) // step) < len(windows)
        )
        low, high = bounds(hits, found.share)
        assert low <= len(persons) <= high, (identities, hits)


def digest(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big", signed=True)


# Exact limits of a Poisson count, of the chi-square distribution.
@pytest.mark.parametrize(("hits", "low", "high"), [(0, 0, 3.69), (1, 1, 5.57), (10, 10, 18.39), (400, 400, 441.2)])
def test_bounds_are_those_of_a_poisson_count(hits: int, low: float, high: float) -> None:
    assert bounds(hits, 1.0) == (low, pytest.approx(high, abs=1))
    limits = {10: 4.795, 400: 361.8}
    assert bounds(hits, 0.001) == (
        pytest.approx(1000 * limits.get(hits, hits * 0.0253), rel=0.01, abs=15),
        pytest.approx(1000 * high, rel=0.01),
    )
