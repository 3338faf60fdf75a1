"""One run through the welcome rule."""

from datetime import UTC, datetime, timedelta

from weloop.contracts.commands import CommandName, Delivery
from weloop.contracts.json import JsonObject
from weloop.journeys.engine import ENDED, Run, advance

ENTERED = datetime(2026, 11, 1, tzinfo=UTC)
HELLO: JsonObject = {"type": "send_welcome", "content": {"text": "您好", "attachments": []}}


def _run(context: JsonObject) -> Run:
    return Run(7, 1, 42, 0, ENTERED, "expo", context, "trace")


def test_a_code_makes_one_command_that_dies_with_it() -> None:
    moved = advance(_run({"welcome_code": "CODE"}), [HELLO], ENTERED)
    [command] = moved.commands
    assert command.name is CommandName.SEND_WELCOME
    assert command.delivery is Delivery.IDEMPOTENT
    assert command.expires_at == ENTERED + timedelta(seconds=20)
    assert command.body == {"welcome_code": "CODE", "text": "您好", "attachments": []}
    assert (command.key, command.ref, moved.state) == ("welcome:7:0", "expo", ENDED)


def test_without_a_code_it_is_noted_why_nothing_was_said() -> None:
    moved = advance(_run({}), [HELLO], ENTERED)
    assert not moved.commands
    assert [step.result for step in moved.steps] == ["no_welcome_code"]


def test_an_ended_run_does_nothing_more() -> None:
    run = Run(7, 1, 42, 1, ENTERED, "expo", {"welcome_code": "CODE"}, "trace")
    assert not advance(run, [HELLO], ENTERED).commands
