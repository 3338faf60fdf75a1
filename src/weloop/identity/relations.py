"""Pure folding of events into relations: who is a friend of whom, since when, from which state code."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

from weloop.contracts.events import Event, EventKind

ADDING = frozenset({EventKind.CONTACT_ADDED, EventKind.FOLLOWER_SUBSCRIBED})
ENDED_BY = {
    EventKind.CONTACT_REMOVED: "staff",
    EventKind.CONTACT_LOST: "person",
    EventKind.FOLLOWER_UNSUBSCRIBED: "person",
}
Moment: TypeAlias = tuple[datetime, int]
"""When, and by which event: two events of one second still have an order."""
Key: TypeAlias = tuple[int, int, str]
"""account_id, identity_id, staff."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch says of one relation."""

    added: Moment | None = None
    ended: tuple[Moment, str] | None = None
    state: tuple[Moment, str] | None = None

    def merge(self, other: "Change") -> "Change":
        """Both together: the last addition, the last ending, the first state."""
        return Change(
            max((m for m in (self.added, other.added) if m), default=None),
            max((m for m in (self.ended, other.ended) if m), default=None),
            min((m for m in (self.state, other.state) if m), default=None),
        )


def fold_relations(events: Iterable[Event]) -> dict[Key, Change]:
    """One change for each relation that the events speak of."""
    changes: dict[Key, Change] = {}
    for event in events:
        for key, change in _changes(event):
            changes[key] = changes.get(key, Change()).merge(change)
    return changes


def _changes(event: Event) -> Iterable[tuple[Key, Change]]:
    if event.identity_id is None:
        return
    moment = (event.occurred_at, event.id)
    key = (event.account_id, event.identity_id, str(event.data.get("staff", "")))
    if event.kind in ADDING:
        yield key, _with_state(Change(added=moment), moment, event.data.get("state") or event.data.get("scene"))
    elif event.kind in ENDED_BY:
        yield key, Change(ended=(moment, ENDED_BY[event.kind]))
    elif event.kind is EventKind.PROFILE_FETCHED:
        yield from _fetched(event, event.identity_id)


def _fetched(event: Event, identity_id: int) -> Iterable[tuple[Key, Change]]:
    friends = event.data.get("friends")
    for friend in friends if isinstance(friends, list) else ():
        since = friend.get("since")
        if isinstance(since, int):
            moment = (datetime.fromtimestamp(since, UTC), event.id)
            key = (event.account_id, identity_id, str(friend.get("staff", "")))
            yield key, _with_state(Change(added=moment), moment, friend.get("state"))


def _with_state(change: Change, moment: Moment, state: object) -> Change:
    return replace(change, state=(moment, state)) if isinstance(state, str) and state else change
