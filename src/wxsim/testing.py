"""Run a simulator inside a test, in the same event loop, on a free port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wxsim.clock import WorldClock
from wxsim.limits import Limits, Switches
from wxsim.server import Server, listen
from wxsim.simulator import Simulator
from wxsim.world.world import World


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers at ``url``."""

    url: str
    simulator: Simulator

    @property
    def world(self) -> World:
        """The world, for direct acts and questions."""
        return self.simulator.world

    @property
    def wecom_base(self) -> str:
        """``api_base`` of WeCom accounts."""
        return f"{self.url}/qyapi.weixin.qq.com"

    @property
    def official_account_base(self) -> str:
        """``api_base`` of official accounts."""
        return f"{self.url}/api.weixin.qq.com"

    async def idle(self, patience: float = 60.0) -> bool:
        """Wait until no callback is unanswered; ``patience``: seconds, a bound and not a measure."""
        return await self.simulator.deliveries.idle(patience)


@asynccontextmanager
async def running(
    seed: str = "1",
    *,
    clock: WorldClock | None = None,
    limits: Limits | None = None,
    switches: Switches | None = None,
    demo: bool = True,
    company: str = "",
    history_ends_at: float | None = None,
) -> AsyncIterator[Running]:
    """``async with wxsim.testing.running(seed="7") as sim: … sim.url …``."""
    listening = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    simulator = Simulator(
        seed,
        clock=clock,
        limits=limits,
        switches=switches,
        demo=demo,
        company=company,
        history_ends_at=history_ends_at,
        base_url=url,
    )
    server = Server(simulator)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield Running(url, simulator)
    finally:
        server.stop()
        await task
        listening.close()
