"""What will happen by itself, in the order of the world's time."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wxsim.world.world import World

Act = Callable[..., object]
"""A function of a module, called with the world first: the agenda is kept over restarts by the function's name."""


class Agenda:
    """Acts with their moments (Unix seconds). Whoever looks at the world lets it settle first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Act, tuple[str, ...]]] = []
        self._entered = 0

    def enter(self, at: float, act: Act, *args: str) -> None:
        """Let ``act(world, *args)`` happen at that moment."""
        self._entered += 1
        heappush(self._waiting, (at, self._entered, act, args))

    def settle(self, world: "World") -> None:
        """Let everything happen that is due; each act sees the clock at its own moment."""
        while self._waiting and self._waiting[0][0] <= world.clock.time():
            at, _, act, args = heappop(self._waiting)
            with world.clock.telling(at):
                act(world, *args)
