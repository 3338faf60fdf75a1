"""Callbacks on their way: signed, encrypted, tried three times within seconds, then gone."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from wxsim.faults import Faults
from wxsim.wire.envelopes import Envelope, seal
from wxsim.world.settings import CallbackSettings
from wxsim.world.world import World

MAX_REPLY = 64 * 1024
KEEP_SECONDS = 3.0
"""Shorter than common servers keep an idle connection, so that none is used in the moment it closes."""
KEPT = 500
"""Callbacks kept for the console; the ledger keeps their outcome for ever."""

Reply = Callable[[bytes], Awaitable[str]]
"""Takes the receiver's answer and says what it was: empty when fine, else what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. ``status`` 0 = no answer; ``problem`` empty = acknowledged."""

    at: float
    milliseconds: int
    status: int
    answer: str
    problem: str


@dataclass(slots=True, eq=False)
class Delivery:
    """One callback. ``account`` is ``corpid/agentid`` or an appid; ``state``: waiting, acknowledged, lost, dropped."""

    id: str
    account: str
    event: str
    cause: int
    plain: str
    settings: CallbackSettings
    envelope: Envelope
    reply: Reply | None = None
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)


class Deliveries:
    """Sends callbacks with bounded concurrency per receiver and writes their fate into the ledger."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[str, Delivery] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self.unanswered = 0
        self.recent: deque[Delivery] = deque(maxlen=KEPT)

    def push(self, delivery: Delivery) -> None:
        """Queue one callback; faults may drop, delay, double or swap it."""
        if not self._world.switches.callbacks:
            return
        self.recent.append(delivery)
        self._world.ledger.write(
            "callback.queued",
            callback=delivery.id,
            account=delivery.account,
            event=delivery.event,
            cause=delivery.cause,
        )
        plan = self._faults.for_callback(delivery.account, delivery.event)
        if plan.drop:
            delivery.state = "dropped"
            self._world.ledger.write("callback.dropped", callback=delivery.id)
            return
        if plan.hold and delivery.account not in self._held:
            self._held[delivery.account] = delivery
            self._start(self._release_later(delivery))
            return
        for _ in range(plan.copies):
            self._start(self._deliver(delivery, plan.delay))
        self._release(delivery.account)

    async def idle(self, patience: float) -> bool:
        """Wait until no callback is unanswered; False when it takes longer than ``patience`` seconds."""
        if self._idle.is_set():
            return True
        try:
            await asyncio.wait_for(self._idle.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Drop what is under way and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def verify(self, url: str, query: dict[str, str]) -> tuple[int, bytes]:
        """Call a URL with GET, as when it is saved in the admin console; (0, reason) without an answer."""
        timeout = aiohttp.ClientTimeout(total=self._world.limits.url_verification_seconds)
        try:
            async with self._connected().get(url, params=query, timeout=timeout, allow_redirects=False) as answer:
                return answer.status, await answer.content.read(MAX_REPLY)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return 0, type(error).__name__.encode()

    def _start(self, work: "asyncio._CoroutineLike[None]") -> None:
        self.unanswered += 1
        self._idle.clear()
        self._world.clock.hold()
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.unanswered -= 1
        self._world.clock.release()
        if not self.unanswered:
            self._idle.set()

    async def _release_later(self, delivery: Delivery) -> None:
        """A held callback goes out after the next one of its account, or after a moment when none comes."""
        await asyncio.sleep(self._faults.hold_seconds)
        if self._held.get(delivery.account) is delivery:
            self._release(delivery.account)

    def _release(self, account: str) -> None:
        held = self._held.pop(account, None)
        if held:
            self._start(self._deliver(held, 0.0))

    async def _deliver(self, delivery: Delivery, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        limits = self._world.limits
        for number in range(limits.callback_attempts):
            if number:
                waits = limits.callback_retry_seconds or (0.0,)
                await asyncio.sleep(waits[min(number, len(waits)) - 1])
            async with self._lane(delivery.account):
                attempt = await self._try(delivery)
            delivery.attempts.append(attempt)
            if not attempt.problem:
                return self._settle(delivery, "acknowledged")
            self._world.ledger.write(
                "callback.attempt_failed",
                callback=delivery.id,
                attempt=number + 1,
                status=attempt.status,
                problem=attempt.problem,
            )
        return self._settle(delivery, "lost")

    def _settle(self, delivery: Delivery, state: str) -> None:
        """A doubled callback is acknowledged once either copy is."""
        if delivery.state != "acknowledged":
            delivery.state = state
        self._world.ledger.write(f"callback.{state}", callback=delivery.id, attempts=len(delivery.attempts))
        self._world.changes.touch()

    async def _try(self, delivery: Delivery) -> Attempt:
        at, started = self._world.clock.time(), time.monotonic()
        status, answer, problem = 0, b"", ""
        timeout = aiohttp.ClientTimeout(total=self._world.limits.callback_timeout_seconds)
        envelope = delivery.envelope
        try:
            async with self._connected().post(
                envelope.url, data=envelope.body, headers=envelope.headers, timeout=timeout, allow_redirects=False
            ) as response:
                status, answer = response.status, await response.content.read(MAX_REPLY)
        except TimeoutError:
            problem = "timeout"
        except (aiohttp.ClientError, ValueError) as error:
            problem = type(error).__name__
        if status and status != 200:
            problem = f"status {status}"
        elif status and delivery.reply:
            problem = await delivery.reply(answer)
        milliseconds = round((time.monotonic() - started) * 1000)
        return Attempt(at, milliseconds, status, answer[:200].decode("utf-8", "replace"), problem)

    def _lane(self, account: str) -> asyncio.Semaphore:
        lane = self._lanes.get(account)
        if lane is None:
            lane = self._lanes[account] = asyncio.Semaphore(self._world.limits.callback_concurrency)
        return lane

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def make_delivery(
    world: World,
    account: str,
    receiver: str,
    agentid: str,
    settings: CallbackSettings,
    event: str,
    cause: int,
    plain: str,
    *,
    openid: str = "",
    reply: Reply | None = None,
) -> Delivery:
    """Seal one document for one receiver; every try sends the same bytes."""
    envelope = seal(world, receiver, agentid, settings, plain, openid)
    return Delivery(world.ids.fresh(16, "callback"), account, event, cause, plain, settings, envelope, reply)
