"""The pure engine: advance one run through its nodes until it waits or ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.events import Lane
from weloop.contracts.json import JsonObject

WELCOME_LIFE = timedelta(seconds=20)
"""A welcome code dies 20 s after the event (WeCom 客户联系, send_welcome_msg, path 92137); counted from when we learn
of it."""
ENDED = 2
"""The state of a run that has nothing left to do."""
ENQUEUED = "enqueued"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the engine sees it. ``context`` holds what the entry event brought."""

    id: int
    account_id: int
    identity_id: int
    node: int
    entered_at: datetime
    state_code: str
    context: JsonObject
    trace_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a node did: ``result`` is a stable code for the trace: ``enqueued``, or why nothing was."""

    node: int
    result: str


@dataclass(frozen=True, slots=True)
class Advance:
    """Where a run stands after it was advanced, and what it wants done."""

    node: int
    state: int
    due: datetime
    steps: tuple[Step, ...]
    commands: tuple[Command, ...]


def advance(run: Run, nodes: Sequence[Mapping[str, Any]], now: datetime) -> Advance:
    """Run until blocked. Each node is done once: its number and the run name the command it enqueues."""
    steps: list[Step] = []
    commands: list[Command] = []
    for number in range(run.node, len(nodes)):
        result, command = _send_welcome(run, number, nodes[number])
        steps.append(Step(number, result))
        if command is not None:
            commands.append(command)
    return Advance(len(nodes), ENDED, now, tuple(steps), tuple(commands))


def _send_welcome(run: Run, number: int, node: Mapping[str, Any]) -> tuple[str, Command | None]:
    code = run.context.get("welcome_code")
    content = node["content"]
    if not isinstance(code, str) or not code:
        # The console's own welcome message goes first, the two have chatted before, or it is another firm's WeCom user.
        return "no_welcome_code", None
    return ENQUEUED, Command(
        key=f"welcome:{run.id}:{number}",
        name=CommandName.SEND_WELCOME,
        account_id=run.account_id,
        body={"welcome_code": code, "text": content.get("text", ""), "attachments": content.get("attachments", [])},
        delivery=Delivery.IDEMPOTENT,
        lane=Lane.REALTIME,
        subject_id=run.identity_id,
        ref=run.state_code,
        expires_at=run.entered_at + WELCOME_LIFE,
        trace_id=run.trace_id,
    )
