"""What each node makes of a run, and what the loop does between two waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.commands import CommandName, Delivery
from weloop.journeys.engine import MAX_MAIL, WAITING, Effects, Program, Run, StepFailed, advance, takes
from weloop.journeys.program import compile_program
from weloop.journeys.validation import read

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Beijing."""
ADDED = {"events": [{"kind": "ContactAdded"}], "per": "friendship"}


def program(*nodes: dict[str, Any], journey_id: int = 1, webhook_account: int = 9, **more: Any) -> Program:
    """A journey of these nodes."""
    definition, faults = read({"nodes": list(nodes), **more})
    assert definition is not None, faults
    return compile_program(definition, journey_id=journey_id, version_id=1, webhooks={5: webhook_account})


def a_run(context: dict[str, Any] | None = None, **changes: Any) -> Run:
    """A run that has just come in."""
    given: dict[str, Any] = {
        "id": 7, "journey_id": 1, "version_id": 1, "account_id": 1, "identity_id": 42, "unit": 42, "node": 0, "seq": 0,
        "state": 0, "due": NOW, "until": None, "since_at": NOW, "since_id": 0, "entered_at": NOW, "trace_id": "trace",
        "context": context, **changes,
    }  # fmt: skip
    return Run(**given)


def go(run: Run, of: Program, now: datetime = NOW) -> Effects:
    """Advance it once."""
    effects = Effects()
    advance(run, of, now, effects)
    return effects


def results(effects: Effects) -> list[str]:
    """What its nodes did."""
    return [step[3] for step in effects.steps]


WELCOME = {"id": "hello", "type": "send_welcome", "text": "您好"}


def test_a_code_makes_one_command_that_dies_with_it() -> None:
    run = a_run({"welcome_code": "CODE", "event.state": "expo"})
    effects = go(run, program(WELCOME, entry=ADDED))
    [command] = effects.commands
    assert command.name is CommandName.SEND_WELCOME
    assert command.delivery is Delivery.IDEMPOTENT
    assert command.expires_at == NOW + timedelta(seconds=20)
    assert command.body == {"welcome_code": "CODE", "text": "您好", "attachments": []}
    assert (command.key, command.ref, run.outcome) == ("journey:7:0", "expo", "finished")


def test_without_a_code_it_is_noted_why_nothing_was_said() -> None:
    effects = go(a_run(), program(WELCOME, entry=ADDED))
    assert not effects.commands
    assert results(effects) == ["no_welcome_code"]
    assert [reason for _, _, reason in effects.skipped] == ["no_welcome_code"]


def test_a_split_leads_by_weight_and_the_same_person_always_the_same_way() -> None:
    def split(name: str) -> Program:
        arms = [{"name": "a", "weight": 1, "next": "left"}, {"name": "b", "weight": 3, "next": "right"}]
        ends = [{"id": each, "type": "end", "outcome": each} for each in ("left", "right")]
        return program({"id": name, "type": "split", "arms": arms}, *ends)

    def way(of: Program, unit: int, **changes: Any) -> tuple[str, str]:
        run = a_run(unit=unit, **changes)
        return results(go(run, of))[0], run.outcome

    people, first, other = range(2_000), split("first"), split("other")
    ways = [way(first, unit) for unit in people]
    assert set(ways) == {("arm_a", "left"), ("arm_b", "right")}
    assert abs(ways.count(("arm_a", "left")) - 500) < 4 * (2_000 * 0.25 * 0.75) ** 0.5
    assert ways == [way(first, unit, id=9, identity_id=9, seq=3, due=NOW - timedelta(1)) for unit in people]
    assert ways != [way(other, unit) for unit in people]


def test_journeys_share_equal_nodes_and_each_draws_and_sends_for_itself() -> None:
    def journey(text: str = "您好", percent: int = 50, **more: Any) -> Program:
        return program(
            {"id": "hold", "type": "holdout", "percent": percent, "next": "hook"},
            {"id": "hook", "type": "webhook", "webhook_id": 5, "next": "say"},
            {"id": "say", "type": "send_service_message", "account_id": 1, "text": text},
            **more,
        )

    def shared_with(other: Program) -> list[bool]:
        return [mine is its for mine, its in zip(one.steps, other.steps, strict=True)]

    def play(of: Program) -> Effects:
        effects = Effects()
        for unit in range(100):
            run = a_run(unit=unit, journey_id=of.journey_id, facts={"openid.1": (42, "o")}.get)
            advance(run, of, NOW, effects)
        return effects

    one, two = journey(), journey(journey_id=2)
    assert shared_with(two) == [True, True, True]
    assert shared_with(journey(text="再见", percent=10)) == [False, True, False]
    assert shared_with(journey(webhook_account=8)) == [True, False, True]
    assert shared_with(journey(entry={"events": [{"kind": "PageViewed"}]})) == [False, False, False]
    assert results(play(one)) != results(play(two))
    assert {command.queue for command in play(two).commands} == {"", "journey:2"}


def test_a_delay_is_over_when_it_is_and_not_before() -> None:
    of = program({"id": "pause", "type": "delay", "for_seconds": 60, "next": "end"}, {"id": "end", "type": "end"})
    run = a_run()
    assert results(go(run, of)) == []
    assert (run.due, run.state) == (NOW + timedelta(seconds=60), WAITING)
    assert results(go(run, of, NOW + timedelta(seconds=59))) == []
    assert results(go(run, of, NOW + timedelta(seconds=60))) == ["elapsed", "finished"]
    assert run.outcome == "finished"


def test_delays_in_a_row_do_not_drift_and_do_not_pile_up_after_an_outage() -> None:
    two = [{"id": f"d{n}", "type": "delay", "for_seconds": 3600, "next": f"d{n + 1}"} for n in range(2)]
    of = program(*two, {"id": "d2", "type": "end"})
    punctual = a_run()
    go(punctual, of)
    go(punctual, of, punctual.due + timedelta(seconds=30))
    assert punctual.due == NOW + timedelta(hours=2)
    late = a_run()
    go(late, of)
    go(late, of, NOW + timedelta(hours=30))
    assert late.due == NOW + timedelta(hours=31)


@pytest.mark.parametrize(
    ("at", "weekdays", "due"),
    [
        ("09:30", [0], datetime(2026, 11, 2, 1, 30, tzinfo=UTC)),
        ("09:00", [0], datetime(2026, 11, 9, 1, 0, tzinfo=UTC)),
        ("07:00", [1, 5], datetime(2026, 11, 2, 23, 0, tzinfo=UTC)),
    ],
)
def test_times_of_day_are_beijings(at: str, weekdays: list[int], due: datetime) -> None:
    run = a_run()
    go(run, program({"id": "t", "type": "until_time", "at": at, "weekdays": weekdays}))
    assert run.due == due


def test_a_date_is_waited_for_unless_it_has_passed_or_is_missing() -> None:
    node = {"id": "d", "type": "until_date", "field": "event.starts_at", "offset_seconds": -3600, "next": "end",
            "past": "late"}  # fmt: skip
    of = program(node, {"id": "end", "type": "end"}, {"id": "late", "type": "end", "outcome": "too_late"})
    run = a_run({"event.starts_at": "2026-11-03T20:00:00"})
    go(run, of)
    assert run.due == datetime(2026, 11, 3, 11, 0, tzinfo=UTC)
    run = a_run({"event.starts_at": int((NOW + timedelta(minutes=30)).timestamp())})
    assert results(go(run, of)) == ["past", "finished"]
    assert run.outcome == "too_late"
    with pytest.raises(StepFailed, match="date_missing"):
        go(a_run({"event.starts_at": "soon"}), of)


def test_the_first_case_that_holds_decides() -> None:
    def case(value: str, to: str) -> dict[str, Any]:
        return {"when": {"op": "is", "field": "event.plan", "value": value}, "next": to}

    ends = [{"id": name, "type": "end", "outcome": name} for name in ("pro", "basic", "none")]
    of = program(
        {"id": "b", "type": "branch", "cases": [case("pro", "pro"), case("basic", "basic")], "otherwise": "none"}, *ends
    )
    for given, outcome in (("pro", "pro"), ("basic", "basic"), (None, "none")):
        run = a_run({"event.plan": given})
        effects = go(run, of)
        assert run.outcome == outcome
        assert effects.steps[0][4] == {"event.plan": given}


@pytest.mark.parametrize(("seconds", "state", "needs"), [(61, 0, set()), (60, 0, {"openid:3"}), (61, 1, {"openid:3"})])
def test_who_comes_to_a_delay_needs_nothing_unless_it_may_be_over_at_once(
    seconds: int, state: int, needs: set[str]
) -> None:
    of = program(
        {"id": "pause", "type": "delay", "for_seconds": seconds, "next": "say"},
        {"id": "say", "type": "send_service_message", "account_id": 3, "text": "您好", "next": "end"},
        {"id": "end", "type": "end"},
    )
    late = NOW + timedelta(seconds=60)
    assert of.steps[0].needs_of(a_run(state=state)) == needs
    run = a_run(facts=lambda _: (5, "o5"))
    assert bool(go(run, of, late).steps) is (seconds == 60)


def test_a_message_needs_a_follower() -> None:
    of = program({"id": "m", "type": "send_service_message", "account_id": 3, "text": "您好"})
    assert of.steps[0].needs == {"openid:3"}
    run = a_run(facts=lambda name: (43, "oABC") if name == "openid.3" else None)
    [command] = go(run, of).commands
    assert (command.body, command.subject_id, command.account_id) == ({"openid": "oABC", "text": "您好"}, 43, 3)
    assert command.delivery is Delivery.AT_MOST_ONCE
    assert results(go(a_run(facts=lambda _: None), of)) == ["no_follower"]


def test_a_webhook_is_told_nothing_personal() -> None:
    [command] = go(a_run(), program({"id": "w", "type": "webhook", "webhook_id": 5, "details": {"a": "b"}})).commands
    assert (command.name, command.account_id) == (CommandName.DELIVER_WEBHOOK, 9)
    assert command.body["data"] == {"journey_id": 1, "node": "w", "run_id": "7", "a": "b"}


def test_a_failing_node_keeps_what_was_done_before_it() -> None:
    of = program(
        {"id": "g", "type": "goal", "next": "d"}, {"id": "d", "type": "until_date", "field": "event.starts_at"}
    )
    run, effects = a_run(), Effects()
    with pytest.raises(StepFailed):
        advance(run, of, NOW, effects)
    assert (run.node, run.seq, results(effects)) == (1, 1, ["reached"])


def test_a_loop_that_waits_ends_after_so_many_steps() -> None:
    of = program({"id": "d", "type": "delay", "for_seconds": 1, "next": "d"}, max_steps=5)
    run = a_run()
    for _ in range(20):
        if run.outcome:
            break
        go(run, of, run.due)
    assert (run.outcome, run.seq) == ("too_many_steps", 5)


UNTIL_RICH = {
    "id": "until", "type": "wait_until", "when": {"op": "at_least", "field": "lead.score", "value": 50},
    "timeout_seconds": 600, "next": "rich", "otherwise": "poor",
}  # fmt: skip
RICH = program(UNTIL_RICH, {"id": "rich", "type": "end", "outcome": "rich"}, {"id": "poor", "type": "end"})


@pytest.mark.parametrize(
    ("scores", "after", "result", "outcome"),
    [
        ((60,), 0, ["held", "finished"], "rich"),
        ((10, 60), 300, ["held", "finished"], "rich"),
        ((10, 10), 300, [], ""),
        ((10, 10), 600, ["timeout", "finished"], "finished"),
        ((10, 60), 600, ["held", "finished"], "rich"),
    ],
)
def test_a_condition_is_asked_at_once_when_woken_and_at_the_end(
    scores: tuple[int, ...], after: int, result: list[str], outcome: str
) -> None:
    assert RICH.steps[0].needs == {"lead"}
    run, told = a_run(), []
    for number, score in enumerate(scores):
        run.facts = {"lead.score": score}.get
        now = NOW + timedelta(seconds=after * number)
        if number:
            run.due = now  # somebody woke it
        told += results(go(run, RICH, now))
    assert (told, run.outcome) == (result, outcome)
    if not outcome:
        assert run.due == run.until == NOW + timedelta(seconds=600)


def test_messages_do_not_fill_the_place_of_the_order() -> None:
    """Parked before it waits for an order, somebody chats: the bound is of what fits the same waits."""
    at = (NOW + timedelta(seconds=1), 99)
    letters = [{"id": n, "at": NOW.timestamp(), "fits": [[1, 0]], "data": {}} for n in range(MAX_MAIL)]
    run = a_run(mail=letters)
    assert takes(run, at, [(3, 0)])
    assert takes(run, at, [(1, 0), (3, 0)])
    assert not takes(run, at, [(1, 0)])
    run.mail = letters[1:]
    assert takes(run, at, [(1, 0)])
