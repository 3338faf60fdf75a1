"""The demo's storyteller, a part of the supervisor: plays the simulated company's days through the real inbox.

The world's clock and the product's stand still and move together, from one moment of the story to the next, or to what
the product has to do before it; never while a callback is unanswered or something is left to do. How far the story has
come is kept by the simulator with its world, so this process may be killed at any moment. When the story has come to
the present, the clock runs like the machine's (or at ``--speed``), and this process waits until somebody asks for more.
"""

import asyncio
import contextlib
import os
import signal
import time
from datetime import UTC, datetime
from typing import Any

import structlog

from weloop.access.api import create_one_time_link, find_user_id
from weloop.contracts.errors import SetupError
from weloop.entrypoints.demo_clock import follow
from weloop.entrypoints.demo_desk import Desk
from weloop.entrypoints.demo_stage import Stage
from weloop.entrypoints.demo_users import ADMIN
from weloop.entrypoints.http_client import JsonClient
from weloop.entrypoints.json_caller import JsonCaller, Refused
from weloop.entrypoints.quiescence import Standing, settle, snapshots
from weloop.entrypoints.settings import Settings, load_settings
from weloop.kit.clock import WorldClock, machine_now, set_world_clock
from weloop.kit.db import create_engine
from weloop.kit.logging import configure_logging
from weloop.kit.unit import Units

log = structlog.get_logger(__name__)

WATCH_SECONDS = 0.3
"""Between two looks for further days."""
AGAIN_SECONDS = 1.0
IDLE_SECONDS = 30
BEHIND, BEHIND_SECONDS = 20, 0.2
"""Acts behind the story that are told at once, and the pause after them."""
STEP_SECONDS = 1.0
"""How far the clock goes when something waits for room under a rate limit."""
TOLD_EVERY = 0.01
"""Pages hear of each hundredth of the way."""
TOKEN_SECONDS = 180 * 86_400
"""Access tokens live that long while the clock jumps: they belong to the machine's time, as connections do."""


class Storyteller:
    """Plays what there is to play, and waits for more."""

    def __init__(self, units: Units, world: JsonCaller, product: JsonCaller, speed: float) -> None:
        self._units = units
        self._snapshots = snapshots(units)
        self._world = world
        self._stage = Stage(product, world)
        self._desk = Desk(product)
        self._speed = speed
        self._told = -1.0
        self._knows_existing = False
        self._is_behind_done = False
        self._quiet: Standing | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Play until ``stop``; what fails is tried again."""
        while not stop.is_set():
            try:
                story = await self._world.call("GET", "/sim/story")
                if story["wish"]:
                    story = await self._begin(story["wish"])
                if story["state"] == "playing":
                    await self.play(story, stop)
                elif not self._knows_existing:
                    await self._stage.fetch_existing()
                    self._knows_existing = True
                elif story["behind"] < story["behind_total"]:
                    await self._tell_behind(story["behind"])
                    continue
                pause = WATCH_SECONDS
            except Refused as error:
                log.warning("story.interrupted", reason=str(error))
                pause = AGAIN_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    async def _tell_behind(self, told: int) -> None:
        """What happened meanwhile and nothing else depends on, a few at a time: whoever uses the demo must not wait
        for it. The first few of a process may have been cut off before they were done in the product: once more.
        """
        first = told if self._is_behind_done else max(0, told - BEHIND)
        acts = await self._world.call("POST", "/sim/story/behind", {"first": first, "count": BEHIND})
        await self._desk.report(acts["desk"], first)
        self._is_behind_done = True
        await self._wait()
        await asyncio.sleep(BEHIND_SECONDS)

    async def _begin(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Begin the further days that somebody asked for."""
        if wish["mechanism"]:
            await self._stage.change_footers(wish["mechanism"])
        else:
            await self._stage.follow_footers()
        begun: dict[str, Any] = await self._world.call("POST", "/sim/story/extend", {"days": wish["days"]})
        return begun

    async def play(self, story: dict[str, Any], stop: asyncio.Event) -> None:
        """Play one chapter to its end."""
        began = time.monotonic()
        token_seconds = (await self._world.call("GET", "/sim/limits"))["token_seconds"]["value"]
        await self._world.call("PATCH", "/sim/limits", {"token_seconds": TOKEN_SECONDS})
        await self._set_clock(story["now"], 0.0)
        if not story["chapter"]:
            await self._stage.set_up()
        if story["played"]:
            await self._do_again(story["played"] - 1)
        while story["next_at"] is not None:
            if stop.is_set():
                return
            story = await self._play_moment(story)
        await self._world.call("PATCH", "/sim/limits", {"token_seconds": min(token_seconds, 7200)})
        await self._release_clock()
        log.info("story.played", chapter=story["chapter"], seconds=round(time.monotonic() - began, 1))

    async def _do_again(self, number: int) -> None:
        """Whoever drove the story before may have been cut off between a moment and what staff do of it."""
        await self._settle()
        await self._desk.do((await self._world.call("POST", "/sim/story/play", {"number": number}))["desk"])

    async def _play_moment(self, story: dict[str, Any]) -> dict[str, Any]:
        """Come to the next moment, first to what the product has to do before it."""
        standing = await self._settle()
        due = standing.next_due.timestamp() if standing.next_due else None
        if standing.busy:
            due = story["now"] + STEP_SECONDS
        if due is not None and story["now"] < due < story["next_at"]:
            return await self._advance(story, due)
        await self._set_clock(story["next_at"], 0.0)
        if story["played"] == story["total"]:
            return await self._advance(story, story["next_at"])
        played: dict[str, Any] = await self._world.call("POST", "/sim/story/play", {"number": story["played"]})
        desk = played.pop("desk")
        await self._desk.do(desk)
        self._quiet = standing if not played.pop("unanswered") and not desk else None
        await self._tell(played)
        return played

    async def _settle(self) -> Standing:
        """Wait until nothing is left to do. After a moment that called nobody back, things stand as they stood."""
        if self._quiet is not None:
            return self._quiet
        return await self._wait()

    async def _wait(self) -> Standing:
        await self._world.call("POST", "/sim/idle", {"patience": IDLE_SECONDS})
        return await settle(self._snapshots)

    async def _advance(self, story: dict[str, Any], moment: float) -> dict[str, Any]:
        self._quiet = None
        await self._set_clock(moment, 0.0)
        seconds = max(0.0, moment - story["now"])
        await self._world.call("POST", "/sim/clock/advance", {"seconds": seconds, "patience": IDLE_SECONDS})
        advanced: dict[str, Any] = await self._world.call("GET", "/sim/story")
        return advanced

    async def _release_clock(self) -> None:
        """Let the clock run: from the present moment, or from later days when it is ahead of it."""
        clock = await self._world.call("GET", "/sim/clock")
        behind = max(0.0, time.time() - clock["now"])
        await self._wait()
        if clock["stepped"]:
            await self._world.call("POST", "/sim/clock/advance", {"seconds": behind, "patience": IDLE_SECONDS})
        clock = await self._world.call("PUT", "/sim/clock", {"stepped": False, "speed": self._speed})
        await self._set_clock(clock["now"], clock["rate"])
        await self._publish()

    async def _set_clock(self, moment: float, rate: float) -> None:
        at = datetime.fromtimestamp(moment, UTC)
        async with self._units.begin() as unit:
            await set_world_clock(unit.connection, at, rate)
        self._units.clock.virtual_origin, self._units.clock.real_origin, self._units.clock.rate = (
            at,
            machine_now(),
            rate,
        )

    async def _tell(self, story: dict[str, Any]) -> None:
        share = story["played"] / story["total"] if story["total"] else 1.0
        if share - self._told >= TOLD_EVERY or share < self._told:
            self._told = share
            await self._publish()

    async def _publish(self) -> None:
        async with self._units.begin() as unit:
            unit.publish("demo")


async def _sign_in(settings: Settings, units: Units, product: JsonCaller) -> None:
    async with units.begin() as unit:
        user = await find_user_id(unit, ADMIN)
        if user is None:
            raise SetupError("The demo is not set up")
        token = await create_one_time_link(unit, user)
    await product.call("GET", f"/enter/{token}")
    session = await product.call("GET", "/api/session")
    product.add_header("X-CSRF-Token", session["csrf"])


async def tell(settings: Settings, speed: float, stop: asyncio.Event) -> None:
    """Run the storyteller until ``stop``."""
    clock = WorldClock()
    engine = create_engine(settings.dsn, size=2)
    units = Units(engine, clock, {})
    try:
        async with JsonCaller(settings.simulator_url or "") as world, JsonCaller(settings.base_url) as product:
            await _sign_in(settings, units, product)
            await Storyteller(units, world, product, speed).run(stop)
    finally:
        await engine.dispose()


async def _main() -> None:
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    speed = float(os.environ.get("WELOOP_SPEED") or 1.0)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(tell(settings, speed, stop))
        if speed != 1.0:
            tasks.create_task(follow(settings.dsn, JsonClient(settings.simulator_url or ""), stop))


if __name__ == "__main__":
    asyncio.run(_main())
