"""Writing outcomes: many in one transaction, with the events they cause in the same log."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.engine import Row

from weloop.accounts.api import STOPS, Trouble, What, end_troubles, note_troubles
from weloop.contracts.commands import (
    HELD,
    MANY,
    Command,
    CommandName,
    Delivery,
    Done,
    ManyReturned,
    MessageClass,
    Outcome,
)
from weloop.contracts.errors import (
    AccountBlocked,
    CapabilityLost,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Uncertain,
)
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.json import JsonObject, JsonValue
from weloop.kit.db import is_away
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox import repository
from weloop.outbox.policy import UNWELL_WAIT, Reason
from weloop.outbox.rules import Next, Tried, decide_next
from weloop.outbox.taking_back import withdraw

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 0.003
"""From the first outcome of a batch to its commit."""
BULK_WINDOW_SECONDS = 1.0
"""The same in the bulk lane, while others are under way: one statement for many costs less for each."""
RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 24.0)
"""Pauses between tries to write. Without a database nothing is claimed either, so what waits here stays small."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claimed command and the attempt that was made."""

    id: int
    command: Command
    attempts: int
    unsure: bool
    bucket: str
    message_class: MessageClass | None = None
    trying: bool = False
    """Something stands in its account's way, and this one finds out whether that is over."""
    waits: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    """Of a post in Moments: members who may not publish it yet."""
    uses: tuple[tuple[str, int, str, datetime], ...] = ()
    """Counters of quotas that it draws from."""

    @property
    def counts(self) -> bool:
        """Whether it counts against caps once it leaves."""
        return self.message_class not in (None, MessageClass.CONVERSATION)


class OutcomeWriter:
    """Collects outcomes and writes them in batches. What cannot be written stays leased and is recovered later."""

    def __init__(self, units: Units, lease: str, written: asyncio.Event) -> None:
        self._units = units
        self._lease = lease
        self._written = written
        self._buffer: list[tuple[Attempt, Outcome | Next]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.unwritten: set[int] = set()
        """Ids of the commands whose outcome is known but not written yet."""

    def add(self, outcomes: Sequence[tuple[Attempt, Outcome | Next]], *, more: bool = False) -> None:
        """Write these soon. A Next is a decision already made, such as a refusal by policy. ``more``: others are under
        way."""
        if not outcomes:
            return
        self._buffer.extend(outcomes)
        self.unwritten.update(attempt.id for attempt, _ in outcomes)
        gathers = more and all(attempt.command.lane is Lane.BULK for attempt, _ in outcomes)
        self._arm(BULK_WINDOW_SECONDS if gathers else WINDOW_SECONDS)

    def _arm(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self._kick)

    async def drain(self) -> None:
        """Wait until all that was added is written."""
        self._kick()
        while self._running:
            await asyncio.wait(self._running)

    def _kick(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._buffer:
            batch, self._buffer = self._buffer, []
            task = asyncio.create_task(self._flush(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _flush(self, batch: list[tuple[Attempt, Outcome | Next]]) -> None:
        try:
            for pause in (*RETRY_SECONDS, None):
                if await self._try_to_write(batch):
                    return
                if pause is not None:
                    await asyncio.sleep(pause)
            log.error("outbox.outcomes_lost", commands=len(batch))
        finally:
            self.unwritten.difference_update(attempt.id for attempt, _ in batch)
            self._written.set()

    async def _try_to_write(self, batch: list[tuple[Attempt, Outcome | Next]]) -> bool:
        try:
            async with self._units.begin() as unit:
                await self._write(unit, batch)
        except Exception as error:
            away = is_away(error)
            log.warning(
                "outbox.outcomes_not_written", commands=len(batch), error=type(error).__name__, exc_info=not away
            )
            return False
        return True

    async def _write(self, unit: UnitOfWork, batch: Sequence[tuple[Attempt, Outcome | Next]]) -> None:
        decided = [(attempt, outcome, self._decide(unit, attempt, outcome)) for attempt, outcome in batch]
        ours = await repository.finish(
            unit.connection, [_row(attempt, step) for attempt, _, step in decided], now=unit.now, lease=self._lease
        )
        for attempt, outcome, step in decided:
            if (attempt.id, attempt.attempts) in ours:
                _append(unit, attempt, outcome, step)
        await _return_many(
            unit, [(attempt.command, step) for attempt, _, step in decided if (attempt.id, attempt.attempts) in ours]
        )
        blocked = {
            (attempt.command.account_id, attempt.bucket): step.due
            for attempt, outcome, step in decided
            if isinstance(outcome, QuotaExceeded) and step.due is not None
        }
        unused = Counter(
            key
            for attempt, outcome, step in decided
            if (attempt.id, attempt.attempts) in ours and _stayed(outcome, step)
            for key in attempt.uses
        )
        if unused:
            await repository.add_uses(unit.connection, {key: -n for key, n in unused.items()})
        await _note_health(unit, [(attempt.command, outcome, attempt.trying) for attempt, outcome, _ in decided])
        if blocked:
            await repository.block_buckets(unit.connection, [(*key, until) for key, until in blocked.items()], unit.now)
        unit.publish("outbox")

    @staticmethod
    def _decide(unit: UnitOfWork, attempt: Attempt, outcome: Outcome | Next) -> Next:
        if isinstance(outcome, Next):
            return outcome
        command = attempt.command
        holds = command.name in HELD
        tried = Tried(command.delivery, attempt.attempts, attempt.unsure, command.expires_at, holds)
        return decide_next(tried, outcome, unit.now)


async def _return_many(unit: UnitOfWork, ended: Sequence[tuple[Command, Next]]) -> None:
    """What reaches many does not wait here, where nobody on it is asked about again."""
    late = {each.key: (each, step) for each, step in ended if each.name in MANY and step.state == "queued"}
    for key in await withdraw(unit.connection, late) if late else ():
        command, step = late[key]
        due = step.due or unit.now
        if step.error is not None:
            due = max(due, unit.now + UNWELL_WAIT)
        unit.append(ManyReturned(key, due, step.gates or step.error_code or "", command.expires_at))


_WHAT = {CredentialExpired: What.CREDENTIAL, AccountBlocked: What.BLOCKED, CapabilityLost: What.CAPABILITY}


async def _note_health(unit: UnitOfWork, ended: Sequence[tuple[Command, Outcome | Next, bool]]) -> None:
    """Write down what platforms say of accounts when messages are sent, and what is over because one went out."""
    found, over = [], set()
    for command, outcome, trying in ended:
        what = _WHAT.get(type(outcome))  # type: ignore[arg-type]
        if what is not None and command.name in HELD and isinstance(outcome, PlatformError):
            about = str(command.name) if what is What.CAPABILITY else ""
            found.append(Trouble(command.account_id, what, about, outcome.errcode, outcome.reason))
        elif trying and isinstance(outcome, Done):
            over.add((command.account_id, str(command.name)))
    for account_id, about in sorted(over):
        await end_troubles(unit, [account_id], STOPS, about)
    await note_troubles(unit, found)


def _stayed(outcome: Outcome | Next, step: Next) -> bool:
    """Whether an attempt was made and is known not to have reached anybody."""
    return isinstance(outcome, PlatformError) and not isinstance(outcome, Uncertain) and step.state != "sent"


def _row(attempt: Attempt, step: Next) -> tuple[object, ...]:
    error = step.error
    return (
        attempt.id,
        attempt.attempts,
        step.state,
        step.due,
        step.unsure,
        error.errcode if error else None,
        step.error_code,
        error.reason if error else None,
        step.error_code or step.state,
        step.gates,
        attempt.message_class,
    )


def _append(unit: UnitOfWork, attempt: Attempt, outcome: Outcome | Next, step: Next) -> None:
    command = attempt.command
    if isinstance(outcome, Done):
        for event in outcome.events:
            unit.append(event)
    if step.state == "queued":
        return
    result = outcome.result if isinstance(outcome, Done) else {}
    unit.append(outcome_event(unit, command, attempt.attempts, step, result))
    if step.state in ("failed", "uncertain"):
        unit.publish("dead_letters")


def bare_command(row: Row[Any]) -> Command:
    """What is needed of a stored command to tell its end."""
    return Command(
        key=row.key,
        name=CommandName(row.name),
        account_id=row.account_id,
        body={},
        delivery=Delivery.AT_MOST_ONCE,
        subject_id=row.subject_id,
        ref=row.ref,
        trace_id=row.trace_id,
    )


_KINDS = {
    "sent": EventKind.COMMAND_SENT,
    "failed": EventKind.COMMAND_FAILED,
    "uncertain": EventKind.COMMAND_UNCERTAIN,
    "refused": EventKind.COMMAND_REFUSED,
}


def failure_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Why a command failed, out of the event of its end, as screens show it."""
    return {
        "code": data.get("code") or "platform_uncertain",
        "params": {name: data[name] for name in ("errcode", "reason") if data.get(name) is not None},
    }


def outcome_event(
    unit: UnitOfWork, command: Command, attempt: int, step: Next, result: JsonObject | None = None
) -> NewEvent:
    """The event that says how a command ended, with which attempt: after a replay it ends once more."""
    error: PlatformError | None = step.error
    data: dict[str, JsonValue] = {
        "command": str(command.name),
        "key": command.key,
        "ref": command.ref,
        "result": result or {},
    }
    if step.error_code is not None:
        data |= {
            "code": step.error_code,
            "errcode": error.errcode if error else 0,
            "reason": error.reason if error else step.gates or "",
        }
    return NewEvent(
        account_id=command.account_id,
        kind=_KINDS[step.state],
        dedupe=f"command:{command.key}:{attempt}",
        occurred_at=unit.now,
        identity_id=command.subject_id,
        data=data,
        lane=Lane.NORMAL,
        trace_id=command.trace_id,
    )
