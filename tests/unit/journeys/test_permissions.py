"""Whom subscription notices may reach: what followers answered, and what was sent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.journeys.permissions import What, is_permitted

START = datetime(2026, 11, 2, tzinfo=UTC)
WHATS: list[What] = ["accepted", "declined", "withdrawn", "sent"]


def story(*whats: What) -> list[tuple[datetime, int, What]]:
    return [(START + timedelta(seconds=number), number, what) for number, what in enumerate(whats)]


@pytest.mark.parametrize(
    ("whats", "once", "long"),
    [
        ([], False, False),
        (["accepted"], True, True),
        (["accepted", "sent"], False, True),
        (["accepted", "accepted", "sent"], True, True),
        (["sent", "accepted"], True, True),
        (["declined"], False, False),
        (["accepted", "declined"], True, True),
        (["accepted", "accepted", "withdrawn"], False, False),
        (["accepted", "withdrawn", "accepted", "sent"], False, True),
    ],
)
def test_an_acceptance_is_one_message_or_all(whats: list[What], once: bool, long: bool) -> None:
    assert is_permitted(story(*whats), long=False) is once
    assert is_permitted(story(*whats), long=True) is long


@given(st.lists(st.sampled_from(WHATS)), st.randoms(use_true_random=False), st.booleans())
def test_the_order_in_which_it_is_told_does_not_matter(whats: list[What], random: object, long: bool) -> None:
    told = story(*whats)
    random.shuffle(told)  # type: ignore[attr-defined]
    assert is_permitted(told, long=long) == is_permitted(story(*whats), long=long)


@given(st.lists(st.sampled_from(WHATS)), st.booleans())
def test_whoever_withdraws_gets_no_more(whats: list[What], long: bool) -> None:
    assert not is_permitted(story(*whats, "withdrawn"), long=long)
