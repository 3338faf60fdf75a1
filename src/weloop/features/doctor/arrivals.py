"""What reaches the callback addresses: noted in memory, where nothing slows a callback, and written once a second."""

import asyncio
from datetime import datetime

import structlog

from weloop.features.doctor import repository
from weloop.features.doctor.deafness import judge_arrivals
from weloop.features.doctor.repository import Arrivals
from weloop.features.doctor.service import TOPIC
from weloop.kit.db import is_away
from weloop.kit.unit import Units

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
"""Between two writings: however many callbacks come, an account costs one row a second."""


class CallbackNotes:
    """Arrivals of this process. Run :meth:`run` beside the server."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._waiting: dict[int, Arrivals] = {}
        self._filled = asyncio.Event()

    def note(self, account_id: int, at: datetime, refused: int = 0) -> None:
        """Something came to an account's address; ``refused``: the status it was answered, 0 where it was believed."""
        kept = self._waiting.get(account_id)
        if kept is None:
            kept = self._waiting[account_id] = Arrivals(at)
            self._filled.set()
        kept.received_at = at
        if refused:
            kept.refused_at, kept.refused_status = at, refused
        else:
            kept.verified_at = at

    async def run(self, stop: asyncio.Event) -> None:
        """Write down what came until stopped."""
        while not stop.is_set():
            await self._filled.wait()
            await self.write()
            await asyncio.sleep(PAUSE_SECONDS)

    async def write(self) -> None:
        """Write down what came. Notes that cannot be written are lost: the next callback makes new ones."""
        waiting, self._waiting = self._waiting, {}
        self._filled.clear()
        if not waiting:
            return
        try:
            async with self._units.begin() as unit:
                await repository.note_arrivals(unit.connection, waiting)
                await judge_arrivals(unit, waiting)
                unit.publish(TOPIC)
        except Exception as error:  # whatever it is: the notes must go on
            log.warning("doctor.arrivals_lost", error=type(error).__name__, exc_info=not is_away(error))
