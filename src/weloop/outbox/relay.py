"""The relay: claims due commands, asks the policy, sends them side by side, and hands the outcomes to the writer."""

import asyncio
import contextlib
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Row

from weloop.contracts.commands import Command, CommandName, Delivery, MessageClass, Outcome, Sender
from weloop.contracts.errors import Rejected, Uncertain
from weloop.contracts.events import Lane
from weloop.kit.claims import NextDue
from weloop.kit.clock import machine_now
from weloop.kit.db import is_away
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox import repository
from weloop.outbox.buckets import Holds, grant
from weloop.outbox.facts import Counted, Windows, load_facts, no_others, no_windows
from weloop.outbox.outcomes import Attempt, OutcomeWriter, bare_command, outcome_event
from weloop.outbox.policy import Allow, Defer, Facts, Gate, Refuse, decide, judge, without_members
from weloop.outbox.posts import divide
from weloop.outbox.registry import Senders
from weloop.outbox.rules import Next, read_occasion, too_late

log = structlog.get_logger(__name__)

RENEWALS = 3
"""How often a lease is renewed before it would end."""


@dataclass(frozen=True, slots=True)
class RelayLimits:
    """``in_flight`` commands from the claim until their outcome is written, of which ``reserved`` are kept free for the
    realtime lane; ``bulk_calls`` of the bulk lane's calls at once; a lease outlasts the pause between two looks at the
    queue, each of which renews it, and is short enough that a welcome code (20 s) survives a killed relay."""

    in_flight: int = 256
    reserved: int = 16
    bulk_calls: int = 48
    lease: timedelta = timedelta(seconds=10)

    @property
    def lot(self) -> int:
        """How many of the bulk lane are claimed together at least: what a claim asks costs less for each."""
        return max(1, (self.in_flight - self.reserved) // 2)


@dataclass(slots=True)
class _Claimed:
    """One claim: what may be sent, and what was decided without sending."""

    granted: list[Attempt]
    decided: list[tuple[Attempt, Outcome | Next]]
    senders: dict[tuple[int, str], Sender]
    taken: int


class _WishesChanged(Exception):
    """Somebody opted out, or in, between the judging and the start."""


class Relay:
    """The work of one outbox claim loop."""

    def __init__(
        self,
        units: Units,
        senders: Senders,
        *,
        windows: Windows = no_windows,
        others: Counted = no_others,
        limits: RelayLimits | None = None,
    ) -> None:
        self._units = units
        self._senders = senders
        self._windows = windows
        self._others = others
        self._limits = limits or RelayLimits()
        self._lease = uuid.uuid4().hex
        self.freed = asyncio.Event()
        """Set whenever there is room for more: it wakes the loop, for the database's word may come before."""
        self._writer = OutcomeWriter(units, self._lease, self.freed)
        self._in_flight: set[int] = set()
        self._renew_at = 0.0
        self._lost_at = datetime.min.replace(tzinfo=UTC)
        """Before that no lease can end."""
        self._holds = Holds()
        self._most = self._limits.in_flight
        """How many a claim takes at most: few while rate limits let few go."""
        self._bulk_calls = asyncio.Semaphore(self._limits.bulk_calls)
        self._tasks: set[asyncio.Task[None]] = set()

    async def work(self) -> int:
        """Claim what there is room for and start sending it; answers how many commands were taken."""
        if not self._free():
            await self._wait_for_room()
        try:
            async with self._units.begin() as unit:
                await self._renew(unit)
                recovered = await self._recover(unit) if machine_now() >= self._lost_at else 0
                claimed = await self._claim(unit)
        except _WishesChanged:
            return 1  # what was claimed is as before, and judged anew at once
        self._writer.add(claimed.decided)
        for sender, batch in _batches(claimed.granted, claimed.senders):
            self._start(sender, batch)
        return claimed.taken + recovered

    async def next_due(self) -> NextDue:
        """When a command falls due, a hold or a lease ends."""
        async with self._units.glance() as connection:
            held = self._holds.current(self._units.clock.now())
            due, lease = await repository.next_due(connection, self._lane(), held)
        self._lost_at = lease if lease is not None else machine_now() + self._limits.lease
        moments = [at for at in (due, self._holds.next_end()) if at is not None]
        return NextDue(min(moments, default=None), lease)

    async def drain(self) -> None:
        """Wait until what is being sent has its outcome written. It is held for so long, as by the loop before."""
        ends = asyncio.create_task(self._end())
        while not ends.done():
            await asyncio.wait([ends], timeout=self._limits.lease.total_seconds() / RENEWALS)
            if not ends.done():
                await self._hold()
        await ends

    async def _end(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._writer.drain()

    async def _hold(self) -> None:
        try:
            async with self._units.begin() as unit:
                await self._renew(unit)
        except Exception as error:  # the next try may go well, and nothing is left to do but to wait
            log.warning("outbox.not_renewed", error=type(error).__name__, exc_info=not is_away(error))

    def _free(self) -> int:
        return max(0, self._limits.in_flight - len(self._in_flight) - len(self._writer.unwritten))

    def _lane(self) -> Lane:
        """The least urgent lane there is room for. The bulk lane waits for a whole lot's."""
        room = self._free() - self._limits.reserved
        return Lane.BULK if room >= self._limits.lot else Lane.NORMAL if room > 0 else Lane.REALTIME

    async def _wait_for_room(self) -> None:
        """Wait until an outcome is written, but not so long that a lease would end."""
        self.freed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.freed.wait(), self._limits.lease.total_seconds() / RENEWALS)

    async def _renew(self, unit: UnitOfWork) -> None:
        """Keep what is being sent, or waits for its outcome to be written: it may take several calls, and a person
        must not be asked about what is still under way."""
        held = self._in_flight | self._writer.unwritten
        if held and time.monotonic() >= self._renew_at:
            until = machine_now() + self._limits.lease
            await repository.renew(unit.connection, held, lease=self._lease, lease_until=until)
            self._renew_at = time.monotonic() + self._limits.lease.total_seconds() / RENEWALS

    async def _recover(self, unit: UnitOfWork) -> int:
        rows = await repository.recover(unit.connection, machine_now=machine_now(), now=unit.now)
        for row in rows:
            log.warning("outbox.recovered", command=row.name, command_id=row.id, state=row.state)
            if row.state == "uncertain":
                error = Uncertain("the sender stopped before the answer came")
                step = Next("uncertain", error=error, error_code=error.code)
                unit.append(outcome_event(unit, bare_command(row), row.attempts, step))
                unit.publish("dead_letters")
        return len(rows)

    async def _claim(self, unit: UnitOfWork) -> "_Claimed":
        lane, free = self._lane(), self._free()
        room = free if lane is Lane.REALTIME else free - self._limits.reserved
        rows = await repository.claim(
            unit.connection,
            now=unit.now,
            lane=lane,
            limit=min(room, self._most),
            held=self._holds.current(unit.now),
        )
        if not rows:
            return _Claimed([], [], {}, 0)
        commands = [(row, _command(row)) for row in rows]
        senders = await self._senders.find({(row.account_id, row.name) for row in rows})
        numbered = [(row.id, command) for row, command in commands]
        facts = await load_facts(unit, numbered, self._windows, lock=True, others=self._others)
        claimed = _Claimed([], [], senders, len(rows))
        for row, command in commands:
            self._judge(claimed, row, command, facts.get(command.key), unit.now)
        claimed.granted, denied, late = await grant(unit, claimed.granted)
        claimed.decided += [(attempt, Next("queued", until, gates=Gate.QUOTA)) for attempt, until in late]
        await divide(unit, claimed.granted)
        self._holds.add(denied, unit.now)
        fewer = max(self._limits.reserved, 2 * len(claimed.granted))
        self._most = fewer if denied else min(2 * self._most, self._limits.in_flight)
        judged = {
            facts[each.command.key].ledger for each in claimed.granted if each.message_class is MessageClass.MARKETING
        }
        began = await repository.start(
            unit.connection,
            [_started(attempt) for attempt in claimed.granted]
            + [(attempt.id, False, None, None) for attempt, _ in claimed.decided],
            now=unit.now,
            lease=self._lease,
            lease_until=machine_now() + self._limits.lease,
            ledger=judged,
        )
        if began < len(claimed.granted):
            raise _WishesChanged
        return claimed

    def _judge(self, claimed: "_Claimed", row: Row[Any], command: Command, facts: Facts | None, now: datetime) -> None:
        """May it leave? If not, its end is decided here and written once the claim has committed."""
        sender = claimed.senders.get((row.account_id, row.name))
        bucket = sender.bucket if sender is not None else ""
        attempt = Attempt(row.id, command, row.attempts + 1, row.unsure, bucket)
        if sender is None:
            error = Rejected("this account cannot carry out this command")
            claimed.decided.append((attempt, Next("failed", error=error, error_code="no_sender")))
            return
        if facts is not None and row.unsure:
            facts.meters = ()  # the attempt of which nobody knows has drawn already
        judged = None if facts is None else judge(command, now, facts)
        verdict = decide(command, now, None) if judged is None else judged.verdict
        if judged is not None and facts is not None:
            uses = tuple(meter.key for meter in facts.meters if meter.key is not None)
            trying = facts.health.until is not None
            attempt = replace(
                attempt,
                command=without_members(command, judged.waits),
                message_class=judged.message_class,
                uses=uses,
                trying=trying,
                waits=judged.waits,
            )
        if isinstance(verdict, Allow):
            claimed.granted.append(attempt)
        else:
            claimed.decided.append((attempt, _denied(verdict, row.unsure)))

    def _start(self, sender: Sender, batch: list[Attempt]) -> None:
        self._in_flight.update(attempt.id for attempt in batch)
        task = asyncio.create_task(self._send(sender, batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, sender: Sender, batch: list[Attempt]) -> None:
        commands = [attempt.command for attempt in batch]
        outcomes: Sequence[Outcome]
        turn = self._bulk_calls if commands[0].lane is Lane.BULK else contextlib.nullcontext()
        try:
            async with turn:
                outcomes = await sender.send(commands[0].account_id, commands, self._units.clock.now())
        except Exception as error:
            # A sender must not raise; if it does, nobody knows what reached the platform.
            log.exception("outbox.sender_failed", command=commands[0].name)
            outcomes = [Uncertain(f"the sender failed: {type(error).__name__}")] * len(batch)
        finally:
            self._in_flight.difference_update(attempt.id for attempt in batch)
        self._writer.add(list(zip(batch, outcomes, strict=True)), more=bool(self._in_flight))


def _batches(attempts: Sequence[Attempt], senders: dict[tuple[int, str], Sender]) -> list[tuple[Sender, list[Attempt]]]:
    """One call each: the same account and command, at most the sender's batch, in the order of the claim."""
    groups: defaultdict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt.command.account_id, str(attempt.command.name)].append(attempt)
    return [
        (senders[key], group[start : start + senders[key].batch])
        for key, group in groups.items()
        for start in range(0, len(group), senders[key].batch)
    ]


def _denied(verdict: Defer | Refuse, unsure: bool) -> Next:
    """What becomes of what may not leave. After an attempt without an answer nobody knows whether it went out."""
    gates = " ".join(reason.gate for reason in verdict.reasons)
    if isinstance(verdict, Defer):
        return Next("queued", verdict.until, unsure, gates=gates)
    gate = verdict.reasons[0].gate
    if gate is Gate.EXPIRED:
        return Next(too_late(unsure), unsure=unsure, error_code=gate)
    return Next("uncertain" if unsure else "refused", unsure=unsure, error_code=gate, gates=gates)


def _started(attempt: Attempt) -> tuple[int, bool, str | None, int | None]:
    """Id, that it leaves, and the class and campaign that it counts for."""
    if not attempt.counts:
        return attempt.id, True, None, None
    occasion = attempt.command.occasion
    campaign_id = occasion.campaign_id if occasion and attempt.message_class is MessageClass.SERVICE else None
    return attempt.id, True, str(attempt.message_class), campaign_id


def _command(row: Row[Any]) -> Command:
    return Command(
        key=row.key,
        name=CommandName(row.name),
        account_id=row.account_id,
        body=row.body,
        delivery=Delivery(row.delivery),
        lane=Lane(row.lane),
        subject_id=row.subject_id,
        ref=row.ref,
        due=row.due,
        expires_at=row.expires_at,
        trace_id=row.trace_id,
        occasion=read_occasion(row.occasion),
        queue=row.queue,
    )
