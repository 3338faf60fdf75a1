"""A dry run (试运行) of one version: sample people on a clock of its own, by the very engine. It touches no database.

Events and timers are worked off in the order in which they should be: nobody is late, and at the same moment an event
goes first, as it does when its handler is in time. What raises is not tried again: the run is parked at once. A staff
task whose end is not among the events expires after its hours, as if its member worked around the clock.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.conditions import Look
from weloop.contracts.events import Event, EventKind
from weloop.contracts.json import JsonObject
from weloop.journeys.acts import CONFIRMED
from weloop.journeys.engine import READY, Effects, Run, StepFailed, advance
from weloop.journeys.entries import (
    LOOKED_BACK,
    MOST_CAUSED,
    Arrival,
    Refused,
    arrival_by_event,
    arrival_by_hand,
    is_guarded,
    judge,
)
from weloop.journeys.errors import DryRunTooLong
from weloop.journeys.handlers import LEFT_SEGMENT, OPTED_OUT, is_in_time, write_letters
from weloop.journeys.repository import HALF
from weloop.journeys.sending import key_of
from weloop.journeys.shelf import Version, look_into
from weloop.tasks.api import KIND as TASK_KIND

MAX_STEPS = 20_000
MAX_SECONDS = 10.0
GOAL, STAFF_TASK = "goal", "staff_task"
_OURS = 2**62
"""Numbers of events that a dry run makes itself lie above those of the log."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody who is sent through. ``events`` in the order of their moments; ``by_hand_at``: let in without one."""

    person_id: int
    identity_id: int
    facts: Look
    events: Sequence[Event] = ()
    by_hand_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """What a node did, when, since when the run had stood there, and what would be sent."""

    seq: int
    node: int
    result: str
    detail: JsonObject | None
    since: datetime
    at: datetime
    commands: Sequence[Command] = ()
    asked: JsonObject | None = None
    """What would be asked of staff, leads or another journey, as ``JourneyAsked`` has it."""


@dataclass(slots=True)
class Passage:
    """One run of a dry run. ``error``: why it is parked, empty: it is not."""

    run: Run
    arrival: Arrival
    goal_until: datetime | None
    steps: list[PlayedStep] = field(default_factory=list)
    asks: dict[int, JsonObject] = field(default_factory=dict)
    """By the number of the step."""
    goal_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""

    @property
    def is_open(self) -> bool:
        """Whether time still moves it."""
        return not self.run.outcome and not self.error

    @property
    def last_at(self) -> datetime:
        """When it came to where it stands."""
        return self.steps[-1].at if self.steps else self.run.entered_at


@dataclass(slots=True)
class Played:
    """What became of one person. ``refused``: when the entry let them not in, and why."""

    sample: Sample
    passages: list[Passage] = field(default_factory=list)
    refused: list[tuple[datetime, Refused]] = field(default_factory=list)


def rehearse(version: Version, samples: Sequence[Sample], horizon: datetime) -> list[Played]:
    """Send these people through until nothing moves them any more, or the horizon. DryRunTooLong."""
    stage = _Stage(version, horizon)
    return [stage.play(sample) for sample in samples]


class _Stage:
    """One dry run: people do not meet, so that one is played after the other."""

    def __init__(self, version: Version, horizon: datetime) -> None:
        self._version = version
        self._horizon = horizon
        self._steps = 0
        self._runs = 0
        self._deadline = time.monotonic() + MAX_SECONDS

    def play(self, sample: Sample) -> Played:
        """One person from the first event to the last timer."""
        played = Played(sample)
        if sample.by_hand_at is not None:
            person, at = sample.person_id, sample.by_hand_at
            self._enter(played, arrival_by_hand(self._version, sample.identity_id, person, "dry_run", at), at)
        ahead = list(reversed(sample.events))
        while True:
            passage = min((each for each in played.passages if each.is_open), key=_due, default=None)
            event = ahead[-1] if ahead else None
            if event is not None and (passage is None or event.occurred_at <= passage.run.due):
                self._hear(played, ahead.pop())
            elif passage is not None and passage.run.due <= self._horizon:
                ahead += self._go_on(passage)
                ahead.sort(key=_moment, reverse=True)
            else:
                return played

    def _hear(self, played: Played, event: Event) -> None:
        """As the handler of events does: entries, then goals, then waits."""
        looks = {event.id: look_into(event, played.sample.facts)}
        inside = [each for each in played.passages if each.is_open]
        if self._version.hears("entry", event, looks[event.id]):
            arrival = arrival_by_event(self._version, event, played.sample.person_id)
            self._enter(played, arrival, event.occurred_at)
        if self._version.hears("goal", event, looks[event.id]):
            self._reach_goal(played.passages, event)
        if event.kind is EventKind.SEGMENT_LEFT and event.data.get("segment_id") == self._version.segment_exit:
            for passage in (each for each in played.passages if each.is_open):
                passage.run.outcome, passage.ended_at = LEFT_SEGMENT, event.occurred_at
        if event.kind is EventKind.CONSENT_WITHDRAWN and self._version.opt_out_ends:
            for passage in (each for each in played.passages if each.is_open and each.arrival.since < _moment(event)):
                passage.run.outcome, passage.ended_at = OPTED_OUT, event.occurred_at
        for passage in inside:
            if passage.is_open:
                told = _address(event, passage.run, self._version)
                letters, wakes = write_letters(passage.run, self._version, {event.id: told}, looks)
                if letters:
                    passage.run.mail = [*(passage.run.mail or ()), *map(dict, letters)]
                    passage.run.due = min(passage.run.due, event.occurred_at) if wakes else passage.run.due

    def _enter(self, played: Played, arrival: Arrival, now: datetime) -> None:
        reason = _refuse(played.passages, arrival, now)
        if reason is not None:
            played.refused.append((now, reason))
            return
        self._runs += 1
        since_at, since_id = arrival.since
        within = self._version.goal_within
        run = Run(
            id=self._runs,
            journey_id=arrival.journey_id,
            version_id=self._version.program.version_id,
            account_id=arrival.account_id,
            identity_id=arrival.identity_id,
            unit=arrival.person_id,
            node=0,
            seq=0,
            state=READY,
            due=now,
            until=None,
            since_at=since_at,
            since_id=since_id,
            entered_at=now,
            trace_id=arrival.trace_id,
            context=dict(arrival.context) or None,
            facts=played.sample.facts,
        )
        played.passages.append(Passage(run, arrival, now + within if within is not None else None))

    def _reach_goal(self, passages: Sequence[Passage], event: Event) -> None:
        """An event counts once, whatever runs hope for it: for the last of them; it ends them all."""
        hopeful = [
            each
            for each in passages
            if each.goal_until is not None and is_in_time(event, each.arrival.since, each.goal_until)
        ]
        last = max(hopeful, key=lambda each: each.arrival.since, default=None)
        if last is not None and last.goal_at is None:
            last.goal_at = event.occurred_at
        for each in hopeful if self._version.goal_ends else ():
            if each.is_open:
                each.run.outcome, each.ended_at = GOAL, event.occurred_at

    def _go_on(self, passage: Passage) -> list[Event]:
        """Advance it; answers the ends of the tasks that it asks for."""
        run, now, effects = passage.run, passage.run.due, Effects()
        try:
            advance(run, self._version.program, now, effects)
        except Exception as error:
            passage.error = error.reason if isinstance(error, StepFailed) else type(error).__name__
        _write_down(passage, effects, now)
        if run.outcome:
            passage.ended_at = now
        # A run that only waits costs as well: a journey may wait in a circle.
        self._steps += 1 + len(effects.steps)
        if self._steps > MAX_STEPS or time.monotonic() > self._deadline:
            raise DryRunTooLong(steps=MAX_STEPS, seconds=int(MAX_SECONDS))
        return [_expire(run, ask[1], ask[2], now) for ask in effects.asks if ask[2]["act"] == STAFF_TASK]


def _due(passage: Passage) -> datetime:
    return passage.run.due


def _moment(event: Event) -> tuple[datetime, int]:
    return event.occurred_at, event.id


def _expire(run: Run, seq: int, asked: JsonObject, now: datetime) -> Event:
    """The end of a task that nobody does."""
    at = now + timedelta(hours=float(str(asked["within_hours"])))
    data: JsonObject = {"kind": TASK_KIND, "outcome": "expired", "ref": key_of(run.id, seq)}
    number = _OURS + run.id * MAX_STEPS + seq
    return Event(number, 0, EventKind.TASK_DONE, at, at, None, run.identity_id, data, {}, (), None, "")


def _address(event: Event, run: Run, version: Version) -> Event:
    """A task's end of a script is that of the task for which a run waits."""
    if event.kind is not EventKind.TASK_DONE or "ref" in event.data or run.node not in version.tasks:
        return event
    return replace(event, data={**event.data, "ref": key_of(run.id, run.seq)})


def _refuse(passages: Sequence[Passage], arrival: Arrival, now: datetime) -> Refused | None:
    """As the entry does, with the runs of this dry run for those of before."""
    if not arrival.base:
        return "no_key"
    before = [each for each in passages if each.arrival.base == arrival.base]
    if is_guarded(arrival):
        reason = judge(arrival, [(each.run.entered_at, each.ended_at) for each in before], now)
        if reason is not None:
            return reason
    recent = [each for each in passages if each.run.entered_at > now - LOOKED_BACK]
    if arrival.is_caused and len(recent) >= MOST_CAUSED:
        return "too_often"
    keys = [each.arrival.key for each in passages]
    is_half = any(key.startswith(arrival.friendship) and key.endswith(HALF) for key in keys)
    return "known" if arrival.key in keys or (is_half and not arrival.is_begun) else None


def _as_message(run: Run, seq: int, wanted: JsonObject, personal: JsonObject) -> Command:
    """What a member would confirm, as policy judges it."""
    campaign = wanted["campaign_id"]
    return Command(
        key=key_of(run.id, seq),
        name=CommandName.SEND_MASS_MESSAGE,
        account_id=int(str(wanted["account_id"])),
        body=dict(personal),
        delivery=Delivery.AT_MOST_ONCE,
        subject_id=run.identity_id,
        expires_at=datetime.fromisoformat(str(wanted["expires_at"])),
        occasion=Occasion(campaign_id=None if campaign is None else int(str(campaign)), advert=bool(wanted["advert"])),
    )


def _write_down(passage: Passage, effects: Effects, now: datetime) -> None:
    commands: dict[str, list[Command]] = {}
    for command in effects.commands:
        commands.setdefault(command.key, []).append(command)
    for ask in effects.asks:
        if ask[2]["act"] == CONFIRMED:
            message = _as_message(*ask)
            commands.setdefault(message.key, []).append(message)
    sends: Mapping[int, list[Command]] = {int(key.rpartition(":")[2]): found for key, found in commands.items()}
    for ask in (each for each in effects.asks if each[2]["act"] != CONFIRMED):
        parts: Sequence[JsonObject] = ask[2:]
        passage.asks[ask[1]] = {name: value for part in parts for name, value in part.items()}
    for _, seq, node, result, detail in effects.steps:
        asked = passage.asks.get(seq)
        passage.steps.append(PlayedStep(seq, node, result, detail, passage.last_at, now, sends.get(seq, ()), asked))
    for _, at in effects.goals:
        passage.goal_at = passage.goal_at or at
