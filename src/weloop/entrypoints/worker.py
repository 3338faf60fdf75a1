"""The worker process: handles events, advances journeys, sends commands, keeps house."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, time

import structlog
import uvloop

from weloop.access.api import forget_stale
from weloop.audience.api import TOPIC as SEGMENTS
from weloop.audience.api import SegmentKeeper, place_persons, refresh_tags
from weloop.content.api import FileStore, refresh_articles, refresh_templates
from weloop.contracts.events import Lane
from weloop.entrypoints.bootstrap import (
    Core,
    Platforms,
    build_core,
    build_handlers,
    build_platforms,
    build_terms,
    running,
)
from weloop.entrypoints.memory import settle_memory
from weloop.entrypoints.settings import Settings
from weloop.features.broadcasts.api import TOPIC as BROADCASTS
from weloop.features.broadcasts.api import BroadcastRunner, load_counted, prune_recipients
from weloop.features.doctor.api import ask_again, look_for_leavers, look_for_silence
from weloop.features.existing.service import begin_again
from weloop.features.group_chats.api import find_insiders
from weloop.features.group_chats.jobs import refresh_group_chats
from weloop.features.imports.api import TOPIC as IMPORTS
from weloop.features.imports.api import ImportRunner, forget_imports
from weloop.features.kf.api import read_windows as read_kf_windows
from weloop.features.kf.api import refresh_kf_accounts
from weloop.features.official_accounts.api import prune_uses
from weloop.features.official_accounts.api import read_windows as read_follower_windows
from weloop.features.sources.api import spare_full_members
from weloop.features.weekly.api import send_weekly_cards
from weloop.inbox.api import Dispatcher, keep_log
from weloop.journeys.api import JourneyRunner, forget_steps, forget_triggers
from weloop.kit.claims import ClaimLoop
from weloop.kit.clock import machine_now
from weloop.kit.timetable import Job, Timetable, daily, monthly
from weloop.kit.unit import UnitOfWork, Units
from weloop.leads.api import TOPIC as LEADS
from weloop.leads.api import LeadClocks, greet_members
from weloop.mass_tasks.api import TOPIC as MASS_TASKS
from weloop.mass_tasks.api import MassTaskMaker, prune_wishes
from weloop.outbox.api import Relay, Window, forget_uses, prune_commands
from weloop.paths.api import WAKE, PathBuilder
from weloop.staff.api import ask_for_friends, count_capacity
from weloop.tasks.api import TOPIC as TASKS
from weloop.tasks.api import TaskClocks

log = structlog.get_logger(__name__)

MONDAY = 0
NIGHT, DAWN, MORNING = time(3, 0), time(7, 0), time(8, 30)
DAY_SECONDS = 86_400.0
RETRY_SECONDS = 60.0
ASK_AGAIN_SECONDS = 600.0
"""Between two looks at accounts that do not work."""
LOOK_SECONDS = 120.0
"""Between two looks at who leaves: so long marketing goes on at most."""
JOBS = {
    "keep_log": keep_log,
    "forget_stale": forget_stale,
    "refresh_articles": refresh_articles,
    "refresh_group_chats": refresh_group_chats,
    "refresh_kf_accounts": refresh_kf_accounts,
    "refresh_tags": refresh_tags,
    "refresh_templates": refresh_templates,
    "place_persons": place_persons,
    "forget_uses": forget_uses,
    "forget_triggers": forget_triggers,
}
"""Run daily, in machine time."""


async def read_windows(unit: UnitOfWork, identities: Collection[int]) -> Mapping[int, Window]:
    """What platforms still allow of messages to followers, and to who wrote to customer service."""
    return {**await read_follower_windows(unit, identities), **await read_kf_windows(unit, identities)}


async def count_rooms(unit: UnitOfWork) -> None:
    """Count every member's customers, and let codes lead to those who have room."""
    await count_capacity(unit)
    await spare_full_members(unit)


TIMETABLE = {
    "look_for_silence": Job(daily(DAWN), look_for_silence),
    "count_rooms": Job(daily(NIGHT), count_rooms),
    "forget_imports": Job(daily(NIGHT), forget_imports),
    "fetch_existing": Job(daily(NIGHT), begin_again),
    "greet_members": Job(daily(MORNING), greet_members),
    "ask_for_friends": Job(monthly(MORNING), ask_for_friends),
    "send_weekly_cards": Job(daily(MORNING, MONDAY), send_weekly_cards),
}
"""Run at moments of the world, Beijing time."""


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is in hand is finished first."""
    settle_memory()
    uvloop.run(work(settings, _stop_on_signals))


async def work(settings: Settings, arm: Callable[[asyncio.Event], None] | None = None) -> None:
    """Work until stopped; ``arm`` is given the event that stops it."""
    stop = asyncio.Event()
    if arm is not None:
        arm(stop)
    core = build_core(settings)
    platforms = build_platforms(core, FileStore(settings.files))
    async with running(core, stop):
        try:
            await Worker(core, platforms).run(stop)
        finally:
            await platforms.transport.close()


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


class Worker:
    """The loops of one worker process. Any number of processes may run them on one database."""

    def __init__(self, core: Core, platforms: Platforms) -> None:
        handlers = build_handlers()
        # What is urgent has a loop of its own: it need not wait for a large batch of what is not.
        urgent = Dispatcher(core.units, core.keys, handlers, lane=Lane.REALTIME)
        dispatcher = Dispatcher(core.units, core.keys, handlers)
        runner = JourneyRunner(core.units, find_insiders)
        builder = PathBuilder(core.units)
        clocks = LeadClocks(core.units)
        tasks = TaskClocks(core.units)
        imports = ImportRunner(core.units, core.vault)
        broadcasts = BroadcastRunner(core.units)
        maker = MassTaskMaker(core.units, load_counted)
        segments = SegmentKeeper(core.units, build_terms())
        timetable = Timetable(core.units, TIMETABLE)
        self._core = core
        self._checkers = platforms.checkers
        self._relay = Relay(core.units, platforms.senders, windows=read_windows, others=load_counted)
        # Each with the topic that wakes it.
        self._loops = (
            ("inbox", ClaimLoop("inbox, urgent", urgent.work, urgent.next_due, core.clock)),
            ("inbox", ClaimLoop("inbox", dispatcher.work, dispatcher.next_due, core.clock)),
            ("journeys", ClaimLoop("journeys", runner.work, runner.next_due, core.clock)),
            (WAKE, ClaimLoop("paths", builder.work, builder.next_due, core.clock)),
            (LEADS, ClaimLoop("leads", clocks.work, clocks.next_due, core.clock)),
            (TASKS, ClaimLoop("tasks", tasks.work, tasks.next_due, core.clock)),
            (IMPORTS, ClaimLoop("imports", imports.work, imports.next_due, core.clock)),
            (BROADCASTS, ClaimLoop("broadcasts", broadcasts.work, broadcasts.next_due, core.clock)),
            (MASS_TASKS, ClaimLoop("mass tasks", maker.work, maker.next_due, core.clock)),
            (SEGMENTS, ClaimLoop("segments", segments.work, segments.next_due, core.clock)),
            ("timetable", ClaimLoop("timetable", timetable.work, timetable.next_due, core.clock)),
            ("outbox", ClaimLoop("outbox", self._relay.work, self._relay.next_due, core.clock, self._relay.freed)),
        )
        core.listener.subscribe(self._on_topic)

    def _on_topic(self, topic: str) -> None:
        """Wake whom a topic concerns: ``*`` all; with ``clock`` the world's clock was set."""
        for name, loop in self._loops:
            if topic in (name, "*"):
                loop.wake.set()
            elif topic == "clock":
                loop.reckon.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Run all loops until ``stop``, then finish what is being sent."""
        async with asyncio.TaskGroup() as tasks:
            for _, loop in self._loops:
                tasks.create_task(loop.run(stop))
            tasks.create_task(self._keep_house(stop))
            tasks.create_task(self._every(stop, ASK_AGAIN_SECONDS, "ask_again", self._ask_again))
            tasks.create_task(self._every(stop, LOOK_SECONDS, "look_for_leavers", self._look_for_leavers))
        await self._relay.drain()

    async def _keep_house(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            jobs = {**JOBS, "forget_steps": self._forget_steps, "prune_sent": self._prune_sent}
            done = all([await self._try(name, job) for name, job in jobs.items()])
            try:
                await asyncio.wait_for(stop.wait(), DAY_SECONDS if done else RETRY_SECONDS)
            except TimeoutError:
                continue

    async def _every(
        self, stop: asyncio.Event, seconds: float, name: str, job: Callable[[Units, datetime], Awaitable[None]]
    ) -> None:
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                await self._try(name, job)

    async def _ask_again(self, units: Units, _now: datetime) -> None:
        await ask_again(units, self._checkers)

    async def _look_for_leavers(self, units: Units, _now: datetime) -> None:
        async with units.begin() as unit:
            await look_for_leavers(unit)

    async def _forget_steps(self, units: Units, _now: datetime) -> None:
        await forget_steps(units, self._core.settings.trace_days)

    async def _prune_sent(self, units: Units, _now: datetime) -> None:
        for each in (prune_commands, prune_wishes, prune_recipients, prune_uses):
            await each(units, self._core.settings.sent_days)

    async def _try(self, name: str, job: Callable[[Units, datetime], Awaitable[None]]) -> bool:
        try:
            await job(self._core.units, machine_now())
        except Exception:
            log.exception("worker.job_failed", job=name)
            return False
        return True
