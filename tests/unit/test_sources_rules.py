"""What counts for a source, as a function of the set of events alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from weloop.features.sources.rules import Status, Step, Touch, What, attribute, next_step

START = datetime(2026, 11, 23, tzinfo=UTC)


def touch(event_id: int, what: What, source: int | None = None, minute: int | None = None) -> Touch:
    """A touch at a minute; by default in the order of ids."""
    return Touch(event_id, START + timedelta(minutes=event_id if minute is None else minute), what, source)


def test_a_half_add_and_its_confirmation_count_once() -> None:
    assert attribute([touch(1, What.ADDED, 7), touch(2, What.ADDED, 7)]) == {1: 7, 2: None}


def test_a_loss_counts_for_the_source_of_the_add_before_it() -> None:
    story = [touch(1, What.ADDED, 7), touch(2, What.LOST), touch(3, What.ADDED, 8), touch(4, What.LOST)]
    assert attribute(story) == {1: 7, 2: 7, 3: 8, 4: 8}


def test_both_sides_deleting_each_other_is_one_loss() -> None:
    assert attribute([touch(1, What.ADDED, 7), touch(2, What.LOST), touch(3, What.LOST)]) == {1: 7, 2: 7, 3: None}


def test_a_friendship_that_no_source_made_counts_for_none() -> None:
    assert attribute([touch(1, What.ADDED), touch(2, What.LOST), touch(3, What.LOST)]) == {1: None, 2: None, 3: None}


stories = st.lists(
    st.tuples(st.sampled_from([What.ADDED, What.LOST]), st.sampled_from([None, 7, 8]), st.integers(0, 3)), max_size=8
)


@given(stories, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(story: list[tuple[What, int | None, int]], random: st.DataObject) -> None:
    touches = [touch(number, *given) for number, given in enumerate(story)]
    shuffled = list(touches)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert attribute(shuffled) == attribute(touches)


@given(stories)
def test_no_source_loses_more_than_it_added(story: list[tuple[What, int | None, int]]) -> None:
    touches = [touch(number, *given) for number, given in enumerate(story)]
    counts = attribute(touches)
    for source in (7, 8):
        added = sum(counts[t.event_id] == source for t in touches if t.what is What.ADDED)
        lost = sum(counts[t.event_id] == source for t in touches if t.what is What.LOST)
        assert 0 <= lost <= added


def test_the_next_command_follows_from_what_is_wanted_and_what_is_there() -> None:
    assert next_step(Status.CREATING, None) is Step.CREATE
    assert next_step(Status.CREATING, "c1") is Step.UPDATE
    assert next_step(Status.FAILED, None) is Step.CREATE
    assert next_step(Status.DELETING, "c1") is Step.DELETE
    assert next_step(Status.DELETING, None) is None
