"""The demo's clock when the world runs faster than real: the product's world clock follows the simulator's.

The simulator slows down while somebody waits for an answer, so its clock cannot be set once and left alone.
"""

import asyncio
import contextlib
from datetime import UTC, datetime

from weloop.entrypoints.database import open_unit
from weloop.entrypoints.http_client import JsonClient
from weloop.kit.clock import set_world_clock

POLL_SECONDS = 0.05
TOLERANCE = 0.25
"""Seconds of the world by which both clocks may differ before the product's is set again."""


async def follow(dsn: str, simulator: JsonClient, stop: asyncio.Event) -> None:
    """Set the product's clock whenever the simulator's has another rate or has drifted away."""
    rate, origin, begun = -1.0, 0.0, 0.0
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        clock = await asyncio.to_thread(simulator.call, "GET", "/sim/clock")
        if clock["stepped"]:  # whoever moves it by hand sets the product's as well
            rate = -1.0
            await _pause(stop)
            continue
        now = loop.time()
        expected = origin + (now - begun) * rate
        if clock["rate"] != rate or abs(clock["now"] - expected) > TOLERANCE:
            rate, origin, begun = float(clock["rate"]), float(clock["now"]), now
            async with open_unit(dsn) as unit:
                await set_world_clock(unit.connection, datetime.fromtimestamp(origin, UTC), rate)
        await _pause(stop)


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), POLL_SECONDS)
