"""The same events, in whatever order timers and they are worked off: the same steps, sends and end.

Legal is every order in which a timer is worked off after the events that occurred up to its due time, at most as late
as counts as in time. Events may come again at any moment.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from weloop.contracts.chance import bucket
from weloop.contracts.events import Event, EventKind
from weloop.journeys.engine import LATE, Effects, Run, advance, takes
from weloop.journeys.shelf import Version, look_into, make_version
from weloop.journeys.validation import read

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
KINDS = (EventKind.TRACKED, EventKind.FOLLOWER_MESSAGE_RECEIVED, EventKind.LINK_OPENED)


def wait(name: str, timeout: int, *cases: tuple[EventKind, str, str], otherwise: str) -> dict[str, Any]:
    """A wait: cases are (kind, wanted event.name or empty, next)."""
    made = []
    for kind, wanted, to in cases:
        where = {"op": "is", "field": "event.name", "value": wanted} if wanted else None
        made.append({"kind": kind, "where": where, "next": to})
    return {"id": name, "type": "wait", "timeout_seconds": timeout, "cases": made, "otherwise": otherwise}


DOCUMENT: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}]},
    "max_steps": 40,
    "nodes": [
        {"id": "hi", "type": "webhook", "webhook_id": 1, "next": "first"},
        wait("first", 300, (KINDS[0], "a", "answered"), (KINDS[1], "", "pause"), otherwise="reminded"),
        {
            "id": "answered",
            "type": "branch",
            "cases": [{"when": {"op": "is", "field": "answer.name", "value": "a"}, "next": "pause"}],
            "otherwise": "lost",
        },
        {"id": "pause", "type": "delay", "for_seconds": 120, "next": "second"},
        {"id": "reminded", "type": "webhook", "webhook_id": 1, "next": "again"},
        wait("again", 200, (KINDS[0], "", "second"), otherwise="pause"),
        wait("second", 250, (KINDS[2], "", "done"), (KINDS[0], "b", "first"), otherwise="split"),
        {
            "id": "split",
            "type": "split",
            "arms": [{"name": "x", "weight": 1, "next": "first"}, {"name": "y", "weight": 1, "next": "lost"}],
        },
        {"id": "done", "type": "goal", "next": "end"},
        {"id": "end", "type": "end", "outcome": "won"},
        {"id": "lost", "type": "end", "outcome": "lost"},
    ],
}


def version() -> Version:
    """The journey above."""
    definition, faults = read(DOCUMENT)
    assert definition is not None, faults
    return make_version(1, 1, definition.model_dump(mode="json"), {1: 1})


VERSION = version()


def happened(number: int, at: int, kind: EventKind, name: str) -> Event:
    """An event of the person, ``at`` seconds after the start."""
    moment = START + timedelta(seconds=at)
    return Event(number, 1, kind, moment, moment, None, 42, {"name": name}, {}, (), None, "")


SLACK = LATE / 8


class World:
    """One run, its events and its timer, worked off in an order that ``random`` chooses; None: at once."""

    def __init__(self, events: list[Event], random: Random | None) -> None:
        self.run = Run(1, 1, 1, 1, 42, 42, 0, 0, 0, START, None, START, 0, START, "")
        self.effects = Effects()
        self.now = START
        self._random = random
        self._events = events
        self._handled: list[Event] = []

    def play(self) -> tuple[Any, ...]:
        """Until it ends: what it did, and how it ended."""
        while not self.run.outcome:
            event = self._events[0] if self._events else None
            may_wait = event is None or event.occurred_at > self.run.due
            must_wait = event is None or self._is_timers_turn(event)
            if may_wait and must_wait:
                self._fire()
            elif event is not None:
                self._events = self._events[1:]
                self._hand(event, event.occurred_at + self._some_seconds(event.occurred_at))
        sends = [(command.key, command.body["data"]) for command in self.effects.commands]
        return self.effects.steps, sends, self.run.outcome

    def _is_timers_turn(self, event: Event) -> bool:
        """Which goes first where both may: a timer may be late, as long as it still counts as in time."""
        if self._random is None:
            return self.run.due < event.occurred_at
        waits_since = [self.run.due, *(START + timedelta(seconds=each) for each in self._asked())]
        too_late = max(self.now, event.occurred_at + SLACK) > min(waits_since) + LATE
        return too_late or self._random.random() < 0.5

    def _asked(self) -> list[float]:
        """When the events occurred that the run has been told of, in seconds after the start."""
        return [letter["at"] - START.timestamp() for letter in self.run.mail or ()]

    def _some_seconds(self, since: datetime) -> timedelta:
        """How late something is; the clock never goes back."""
        if self._random is None:
            return timedelta(0)
        return max(self.now - since, SLACK * self._random.random())

    def _hand(self, event: Event, now: datetime) -> None:
        """As the handler does, a few times over, and with some that were handled before."""
        self.now = max(self.now, now)
        again = 1 if self._random is None else self._random.randrange(1, 3)
        old = [] if self._random is None else self._random.sample(self._handled, min(len(self._handled), 2))
        for each in [*old, *[event] * again]:
            self._tell(each)
        self._handled.append(event)

    def _tell(self, event: Event) -> None:
        run, fits = self.run, VERSION.fits(event, look_into(event, None))
        known = {letter["id"] for letter in run.mail or ()}
        if event.id in known or not takes(run, (event.occurred_at, event.id), fits):
            return
        data = {"answer.name": event.data["name"]}
        letter = {"id": event.id, "at": event.occurred_at.timestamp(), "fits": fits, "data": data}
        run.mail = [*(run.mail or ()), letter]
        if run.until is not None:
            run.due = min(run.due, self.now)

    def _fire(self) -> None:
        self.now = max(self.now, self.run.due + self._some_seconds(self.run.due))
        advance(self.run, VERSION.program, self.now, self.effects)


Told = st.tuples(st.integers(0, 1500), st.sampled_from(KINDS), st.sampled_from("ab"))


@settings(max_examples=300)
@given(st.lists(Told, max_size=12), st.integers(0, 2**32))
def test_any_legal_order_gives_the_same_outcome(told: list[Any], seed: int) -> None:
    events = [happened(number + 1, *each) for number, each in enumerate(sorted(told, key=lambda each: each[0]))]
    ideal = World(events, None).play()
    assert World(events, Random(seed)).play() == ideal


def test_the_orders_are_not_all_the_same() -> None:
    """The property above would hold for a world in which nothing happens."""
    events = [
        happened(1, 10, KINDS[0], "a"),
        happened(2, 131, KINDS[0], "b"),
        happened(3, 400, KINDS[1], ""),
        happened(4, 530, KINDS[2], ""),
    ]
    steps, sends, outcome = World(events, None).play()
    assert [step[3] for step in steps] == [
        "enqueued", "event_0", "case_0", "elapsed", "event_1", "event_1", "elapsed", "event_0", "reached", "finished",
    ]  # fmt: skip
    assert (len(sends), outcome) == (1, "won")


def test_a_split_is_in_ratio_sticky_and_says_nothing_of_other_splits() -> None:
    units = range(1, 40_001)
    share = sum(bucket("1:split", unit) < 0.3 for unit in units) / len(units)
    assert abs(share - 0.3) < 4 * (0.3 * 0.7 / len(units)) ** 0.5
    assert all(bucket("1:split", unit) == bucket("1:split", unit) for unit in units[:100])
    first = [unit for unit in units if bucket("1:split", unit) < 0.5]
    both = sum(bucket("1:other", unit) < 0.5 for unit in first) / len(first)
    assert abs(both - 0.5) < 4 * (0.25 / len(first)) ** 0.5
