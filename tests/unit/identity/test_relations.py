"""Relations come out the same however their events are split."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.events import Event, EventKind
from weloop.identity.relations import Change, fold_relations

START = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = st.sampled_from([EventKind.CONTACT_ADDED, EventKind.CONTACT_LOST, EventKind.CONTACT_REMOVED])


def _event(number: int, kind: EventKind, seconds: int, state: str) -> Event:
    data = {"staff": "lina", "state": state} if state else {"staff": "lina"}
    at = START + timedelta(seconds=seconds)
    return Event(number, 1, kind, at, at, None, 42, data, {}, (), None, "")


EVENTS = st.lists(st.tuples(KINDS, st.integers(0, 5), st.sampled_from(["", "a", "b"])), max_size=8).map(
    lambda rows: [_event(number, *row) for number, row in enumerate(rows)]
)


@given(EVENTS, st.integers(0, 8))
def test_folding_in_two_batches_is_folding_in_one(events: list[Event], cut: int) -> None:
    parts = [fold_relations(events[cut:]), fold_relations(events[:cut])]
    merged: dict[tuple[int, int, str], Change] = {}
    for part in parts:
        for key, change in part.items():
            merged[key] = merged.get(key, Change()).merge(change)
    assert merged == fold_relations(events)


def test_the_first_state_is_kept() -> None:
    events = [_event(1, EventKind.CONTACT_ADDED, 9, "late"), _event(2, EventKind.CONTACT_ADDED, 3, "early")]
    [change] = fold_relations(events).values()
    assert change.state == ((START + timedelta(seconds=3), 2), "early")
    assert change.added == (START + timedelta(seconds=9), 1)
