"""The pure engine: advance one run through its nodes until it waits or ends. No input or output happens here.

A run stands at one node. ``READY``: it has not been through it; ``WAITING``: the node made it wait. What the nodes do
stands in ``program.py``; this file holds what a run is and the loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from weloop.contracts.commands import Command
from weloop.contracts.json import JsonObject

READY, WAITING = 0, 1
END = -1
LATE = timedelta(seconds=60)
"""Up to so late a step counts as done in time: what follows is reckoned from when it should have been."""
TOO_MANY_STEPS = "too_many_steps"
MAX_MAIL = 20
"""Letters that fit the same waits: a wait reads the first that is in time, and each fits some that may be to come."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
Look: TypeAlias = Callable[[str], Any]


class StepFailed(Exception):
    """A node cannot be done as things are; ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsayable(Exception):
    """A text cannot be made as things are; ``reason`` is the step's result, ``detail`` goes into its trace."""

    def __init__(self, reason: str, detail: dict[str, Any]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Run:
    """A run under way. ``unit``: the person it was randomised by. Times are world time.

    ``since``: (moment, event id) after which an event counts for the next wait. ``due``: when it goes on by itself;
    ``until``: when its wait runs out. ``context``: fields that nodes read, by their names. ``mail``: events that came
    meanwhile, ``{id, at (Unix s), fits: [[node, case]], data: {field: value}}``.
    """

    id: int
    journey_id: int
    version_id: int
    account_id: int
    identity_id: int
    unit: int
    node: int
    seq: int
    state: int
    due: datetime
    until: datetime | None
    since_at: datetime
    since_id: int
    entered_at: datetime
    trace_id: str
    context: dict[str, Any] | None = None
    mail: list[dict[str, Any]] | None = None
    tries: int = 0
    base: datetime = BEGINNING
    """From when delays are reckoned."""
    facts: Look | None = None
    """What is known of the person and the lead; given where a node needs it."""
    outcome: str = ""
    """Why it ended; empty while it is under way."""

    def look(self, name: str) -> Any:
        """A field as nodes see it."""
        if self.facts is not None and name.startswith(
            ("person.", "lead.", "attribute.", "segment.", "openid.", "kf.", "notice.", "group.")
        ):
            return self.facts(name)
        return self.context.get(name) if self.context is not None else None

    def keep(self, name: str, value: Any) -> None:
        """Put a field into the context."""
        self.context = {**(self.context or {}), name: value}


@dataclass(slots=True)
class Effects:
    """What runs did and want done, collected for a batch.

    ``steps``: (run id, seq, node, result, detail). ``skipped``: (run, seq, reason) of welcomes that had no code.
    ``asks``: (run, seq, what is asked of other modules, as ``JourneyAsked`` has it, and its personal part).
    ``goals``: (run, moment).
    """

    steps: list[tuple[int, int, int, str, JsonObject | None]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    skipped: list[tuple[Run, int, str]] = field(default_factory=list)
    asks: list[tuple[Run, int, JsonObject, JsonObject]] = field(default_factory=list)
    goals: list[tuple[Run, datetime]] = field(default_factory=list)


Move: TypeAlias = tuple[str, int, JsonObject | None]
"""(result, the node it leads to or END, detail for the trace)."""
Arrive: TypeAlias = Callable[[Run, Effects], Move | None]
"""Sets when the run is due; None: it waits now."""
Act: TypeAlias = Callable[[Run, datetime, Effects], Move | None]
"""Does the node, or leaves it; None: it waits on."""
Fit: TypeAlias = tuple[int, int]
"""(node, case) of a wait."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Step:
    """A node, ready to run. ``skip_to``: where a run goes that shall not do it. ``needs``: see ``Program``.

    ``rests``: who comes to it waits, however late.
    """

    id: str
    type: str
    act: Act
    arrive: Arrive | None = None
    skip_to: int = END
    needs: frozenset[str] = frozenset()
    rests: bool = False

    def needs_of(self, run: Run) -> frozenset[str]:
        """What a run that is to be advanced from here looks up."""
        return frozenset() if self.rests and run.state == READY else self.needs


@dataclass(frozen=True, slots=True)
class Program:
    """A definition, ready to run. ``needs`` of a step: what it or a step reached from it without a wait looks up:
    see ``facts.load_facts``.
    """

    version_id: int
    journey_id: int
    steps: Sequence[Step]
    max_steps: int


def advance(run: Run, program: Program, now: datetime, effects: Effects) -> None:
    """Run until blocked. The run is changed; ``run.outcome`` says whether it ended.

    When a node raises, the run stands before it, and what was done before it counts.
    """
    run.base = run.due if now - run.due <= LATE else now
    steps = program.steps
    while True:
        step = steps[run.node]
        move: Move | None = None
        if step.arrive is not None and run.state == READY:
            move = step.arrive(run, effects)
            if move is None:
                run.state = WAITING
        if move is None:
            if run.state == WAITING and run.due > now:
                break
            try:
                move = step.act(run, now, effects)
            except Unsayable as error:
                # What cannot be said is not sent, and the run goes on.
                move = error.reason, step.skip_to, error.detail
            if move is None:
                break
        result, to, detail = move
        effects.steps.append((run.id, run.seq, run.node, result, detail))
        run.seq += 1
        run.tries = 0
        run.state, run.until = READY, None
        if to == END:
            run.outcome = run.outcome or "finished"
            break
        run.node = to
        if run.seq >= program.max_steps:
            run.outcome = TOO_MANY_STEPS
            break
    # Whatever came before the wait that the run is in now has been looked at.
    run.mail = None


def takes(run: Run, event: tuple[datetime, int], fits: Sequence[Fit]) -> bool:
    """Whether a run must be told of an event that fits these waits of its journey: now, or at a wait it may come to.

    A run that is late stands before a wait in which it should be already; what happens meanwhile counts there.
    """
    if not fits or (run.mail and len(run.mail) >= MAX_MAIL and _has_enough(run.mail, fits)):
        return False
    is_new = event > (run.since_at, run.since_id)
    if run.state == READY or (run.until is not None and run.mail):
        # With mail its wait is over, and what comes now may be for the next one.
        return is_new
    if run.until is None:
        return event[0] >= run.due
    return (is_new and any(node == run.node for node, _ in fits)) or event[0] >= run.until


def _has_enough(mail: Sequence[Mapping[str, Any]], fits: Sequence[Fit]) -> bool:
    """Whether so many letters fit these waits already. What fits others must not fill the place of what fits these."""
    return sum([tuple(fit) for fit in letter["fits"]] == [*fits] for letter in mail) >= MAX_MAIL


def first_letter(run: Run) -> tuple[int, Mapping[str, Any]] | None:
    """The first event of a run's mail that its wait accepts: (case, letter)."""
    for letter in sorted(run.mail or (), key=lambda each: (each["at"], each["id"])):
        at = datetime.fromtimestamp(letter["at"], UTC)
        if (run.since_at, run.since_id) < (at, letter["id"]) and (run.until is None or at <= run.until):
            cases = [case for node, case in letter["fits"] if node == run.node]
            if cases:
                return min(cases), letter
    return None
