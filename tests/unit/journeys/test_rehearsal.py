"""A dry run goes the way that the engine goes, whatever order workers do it in; and says what it refuses."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weloop.contracts.conditions import compile_condition
from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import Event, EventKind
from weloop.journeys import rehearsal
from weloop.journeys.definition import triggers_of
from weloop.journeys.entries import MOST_CAUSED
from weloop.journeys.errors import DryRunTooLong
from weloop.journeys.rehearsal import Passage, Played, Sample, rehearse
from weloop.journeys.scripts import ScriptedEvent, write_events
from weloop.journeys.shelf import Version, look_into, make_version
from weloop.journeys.validation import read

from .test_interleavings import KINDS, START, VERSION, Told, World, happened

FAR = START + timedelta(days=30)


def version_of(document: dict[str, Any]) -> Version:
    """A journey, ready."""
    definition, faults = read(document)
    assert definition is not None, faults
    return make_version(1, 1, definition.model_dump(mode="json"), {1: 1})


def somebody(*events: Event, by_hand: bool = False) -> Sample:
    """Person 42 of whom nothing is known."""
    return Sample(42, 42, lambda _: None, events, START if by_hand else None)


def play(version: Version, sample: Sample) -> Played:
    """One person to the end."""
    [played] = rehearse(version, [sample], FAR)
    return played


def only(played: Played) -> Passage:
    """The one run."""
    [passage] = played.passages
    return passage


@settings(max_examples=200)
@given(st.lists(Told, max_size=12), st.integers(0, 2**32))
def test_it_goes_the_way_that_the_engine_goes_in_any_legal_order(told: list[Any], seed: int) -> None:
    events = [happened(number + 1, *each) for number, each in enumerate(sorted(told, key=lambda each: each[0]))]
    steps, sends, outcome = World(list(events), Random(seed)).play()
    passage = only(play(VERSION, somebody(*events, by_hand=True)))
    assert [(1, each.seq, each.node, each.result, each.detail) for each in passage.steps] == steps
    commands = [command for each in passage.steps for command in each.commands]
    assert [(command.key, command.body["data"]) for command in commands] == sends
    assert passage.run.outcome == outcome


def test_steps_tell_when_they_were_and_since_when_the_run_had_stood_there() -> None:
    passage = only(play(VERSION, somebody(happened(1, 10, KINDS[0], "a"), by_hand=True)))
    times = [
        (each.result, (each.since - START).total_seconds(), (each.at - START).total_seconds())
        for each in passage.steps[:4]
    ]
    assert times == [("enqueued", 0, 0), ("event_0", 0, 10), ("case_0", 10, 10), ("elapsed", 10, 130)]


FOLLOWED = {"kind": "FollowerSubscribed"}
PAUSE = {"id": "pause", "type": "delay", "for_seconds": 100}


def followed(number: int, at: int) -> Event:
    """The person follows."""
    return happened(number, at, EventKind.FOLLOWER_SUBSCRIBED, "")


@pytest.mark.parametrize(
    ("entry", "entered", "reasons"),
    [
        ({}, 1, ["known", "known"]),
        ({"again": "after_end"}, 2, ["under_way"]),
        ({"again": "after_end", "pause_seconds": 500}, 1, ["under_way", "too_soon"]),
        ({"again": "always"}, 3, []),
        ({"per": "event"}, 3, []),
        ({"per": "event.order"}, 0, ["no_key"] * 3),
    ],
)
def test_the_entry_lets_in_whom_it_would(entry: dict[str, Any], entered: int, reasons: list[str]) -> None:
    version = version_of({"entry": {"events": [FOLLOWED], **entry}, "nodes": [PAUSE]})
    played = play(version, somebody(followed(1, 0), followed(2, 50), followed(3, 200)))
    assert (len(played.passages), [reason for _, reason in played.refused]) == (entered, reasons)


def test_an_event_is_the_goal_of_the_last_run_before_it_alone() -> None:
    goal = {"events": [{"kind": "Tracked"}], "within_seconds": 900, "ends_run": False}
    version = version_of({"entry": {"events": [FOLLOWED], "again": "always"}, "goal": goal, "nodes": [PAUSE]})
    events = (followed(1, 0), followed(2, 10), happened(3, 20, KINDS[0], "a"), happened(4, 30, KINDS[0], "a"))
    played = play(version, somebody(*events))
    assert [each.goal_at for each in played.passages] == [None, START + timedelta(seconds=20)]


def test_it_ends_all_runs_that_hoped_for_it() -> None:
    goal = {"events": [{"kind": "Tracked"}], "within_seconds": 900, "ends_run": True}
    version = version_of({"entry": {"events": [FOLLOWED], "again": "always"}, "goal": goal, "nodes": [PAUSE]})
    played = play(version, somebody(followed(1, 0), followed(2, 10), happened(3, 20, KINDS[0], "a")))
    assert [each.goal_at for each in played.passages] == [None, START + timedelta(seconds=20)]
    assert [each.ended_at for each in played.passages] == [START + timedelta(seconds=20)] * 2


def test_a_circle_ends_in_a_dry_run_as_it_does_in_earnest() -> None:
    entry = {"events": [{"kind": "PersonTagged"}], "per": "event"}
    version = version_of({"entry": entry, "nodes": [{"id": "end", "type": "end"}]})
    events = [happened(n + 1, n, EventKind.PERSON_TAGGED, "") for n in range(MOST_CAUSED + 1)]
    played = play(version, somebody(*events, happened(99, 3700, EventKind.PERSON_TAGGED, "")))
    assert len(played.passages) == MOST_CAUSED + 1
    assert played.refused == [(START + timedelta(seconds=MOST_CAUSED), "too_often")]


@pytest.mark.parametrize(("keeps", "outcome", "seconds"), [(False, "opted_out", 20), (True, "finished", 110)])
def test_who_opts_out_leaves_what_began_before(keeps: bool, outcome: str, seconds: int) -> None:
    document = {"entry": {"events": [FOLLOWED]}, "exit": {"opt_out": not keeps}, "nodes": [PAUSE]}
    gone = happened(3, 20, EventKind.CONSENT_WITHDRAWN, "")
    earlier = happened(1, 5, EventKind.CONSENT_WITHDRAWN, "")
    passage = only(play(version_of(document), somebody(earlier, followed(2, 10), gone)))
    assert (passage.run.outcome, passage.ended_at) == (outcome, START + timedelta(seconds=seconds))


@pytest.mark.parametrize(("ends", "outcome"), [(True, "goal"), (False, "finished")])
def test_a_goal_counts_once_and_ends_the_run_if_it_says_so(ends: bool, outcome: str) -> None:
    goal = {"events": [{"kind": "Tracked"}], "within_seconds": 90, "ends_run": ends}
    version = version_of({"entry": {"events": [FOLLOWED]}, "goal": goal, "nodes": [PAUSE]})
    passage = only(
        play(version, somebody(followed(1, 0), *(happened(n, 20 * n, EventKind.TRACKED, "") for n in (2, 3))))
    )
    assert (passage.goal_at, passage.run.outcome) == (START + timedelta(seconds=40), outcome)
    late = only(play(version, somebody(followed(1, 0), happened(2, 91, EventKind.TRACKED, ""))))
    assert late.goal_at is None


def test_what_raises_parks_the_run() -> None:
    version = version_of({"nodes": [{**PAUSE, "next": "day"}, {"id": "day", "type": "until_date", "field": "event.x"}]})
    passage = only(play(version, somebody(by_hand=True)))
    assert (passage.error, passage.run.node, passage.run.outcome) == ("date_missing", 1, "")


TASK = {
    "id": "call",
    "type": "staff_task",
    "account_id": 1,
    "title": "联系",
    "within_hours": 2,
    "done": "won",
    "expired": "lost",
}
ENDS = [{"id": name, "type": "end", "outcome": name} for name in ("won", "lost")]


@pytest.mark.parametrize(
    ("script", "result", "hours"),
    [
        ([], "expired", 2),
        ([ScriptedEvent(3600, trigger=0)], "done", 1),
        ([ScriptedEvent(9000, trigger=0)], "expired", 2),
    ],
)
def test_a_task_ends_as_the_script_says_or_when_its_hours_are_over(
    script: list[ScriptedEvent], result: str, hours: int
) -> None:
    definition, _ = read({"nodes": [TASK, *ENDS]})
    assert definition is not None
    version = make_version(1, 1, definition.model_dump(mode="json"), {})
    passage = only(play(version, somebody(*write_events(definition, script, 42, START), by_hand=True)))
    step = passage.steps[0]
    assert (step.result, step.at) == (result, START + timedelta(hours=hours))
    assert step.asked is not None
    assert (step.asked["act"], step.asked["title"]) == ("staff_task", "联系")


def test_it_stops_at_the_horizon() -> None:
    played = rehearse(version_of({"nodes": [PAUSE]}), [somebody(by_hand=True)], START + timedelta(seconds=99))
    assert played[0].passages[0].is_open


def test_who_waits_in_a_circle_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    version = version_of({"nodes": [{**PAUSE, "next": "pause"}]})
    people = [somebody(by_hand=True)] * 30
    with pytest.raises(DryRunTooLong):
        rehearse(version, people, FAR)
    monkeypatch.setattr(rehearsal, "MAX_SECONDS", -1.0)
    with pytest.raises(DryRunTooLong):
        rehearse(version, people[:1], FAR)


def condition(op: str, field: str, value: Any) -> dict[str, Any]:
    """One comparison."""
    return {"op": op, "field": field, "value": value}


@pytest.mark.parametrize(
    "where",
    [
        None,
        condition("is", "event.name", "Order"),
        condition("contains", "event.name", "Ord"),
        condition("more", "event.properties.amount", 10),
        condition("less", "event.properties.amount", 10),
        condition("at_least", "event.properties.amount", 10),
        condition("one_of", "event.state", ["a", "b"]),
        {"op": "any", "terms": [condition("is", "event.a.b", 1), condition("is", "event.a.c", 2)]},
        {"op": "all", "terms": [condition("is", "event.a.b", 1), condition("is", "event.a.c", 2)]},
    ],
)
def test_a_scripted_trigger_fits_itself(where: Any) -> None:
    definition, faults = read(
        {"entry": {"events": [{"kind": "Tracked", "account_id": 3, "where": where}]}, "nodes": [PAUSE]}
    )
    assert definition is not None, faults
    [event] = write_events(definition, [ScriptedEvent(5, trigger=0)], 42, START)
    [(_, trigger)] = triggers_of(definition)
    assert compile_condition(trigger.where)(look_into(event, None))
    assert (event.account_id, event.kind, event.occurred_at) == (3, EventKind.TRACKED, START + timedelta(seconds=5))


@pytest.mark.parametrize("scripted", [ScriptedEvent(0), ScriptedEvent(0, trigger=7)])
def test_a_script_names_something(scripted: ScriptedEvent) -> None:
    definition, _ = read({"nodes": [PAUSE]})
    assert definition is not None
    with pytest.raises(InvalidInput):
        write_events(definition, [scripted], 42, START)


def test_what_is_given_goes_above_what_was_filled_in() -> None:
    where = condition("is", "event.state", "expo")
    definition, _ = read({"entry": {"events": [{**FOLLOWED, "where": where}]}, "nodes": [PAUSE]})
    assert definition is not None
    scripted = ScriptedEvent(0, trigger=0)
    events = write_events(definition, [replace(scripted, after_seconds=9, data={"state": "fair"}), scripted], 42, START)
    assert [(event.id, event.data["state"]) for event in events] == [(1, "expo"), (2, "fair")]


def test_who_leaves_the_segment_of_the_exit_leaves_in_a_dry_run_too() -> None:
    version = version_of({"exit": {"segment": 7}, "nodes": [PAUSE]})
    elsewhere = replace(happened(1, 10, EventKind.SEGMENT_LEFT, ""), data={"segment_id": 8})
    left = replace(happened(2, 20, EventKind.SEGMENT_LEFT, ""), data={"segment_id": 7})
    passage = only(play(version, somebody(elsewhere, left, by_hand=True)))
    assert (passage.run.outcome, passage.ended_at) == ("left_segment", left.occurred_at)
