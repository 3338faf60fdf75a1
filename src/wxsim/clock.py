"""The world's clock: real, faster than real, or moved only by call."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""Days of the platform are days of Beijing (wecom-api §marks, official-account-api §1.2)."""


class NotStepped(Exception):
    """Only a stepped clock moves by call."""


class WorldClock:
    """World time in Unix seconds.

    ``stepped`` stands still until ``advance``. Otherwise it runs at ``speed`` × real time, but never faster than
    real while somebody holds it: an unanswered callback must not age its receiver.
    """

    def __init__(self, *, speed: float = 1.0, stepped: bool = False, start: float | None = None) -> None:
        self.speed = speed
        self.stepped = stepped
        self._world_origin = time.time() if start is None else start
        self._machine_origin = time.monotonic()
        self._holds = 0
        self._told: float | None = None

    @property
    def rate(self) -> float:
        """World seconds per real second at this moment."""
        if self.stepped:
            return 0.0
        return min(self.speed, 1.0) if self._holds else self.speed

    def time(self) -> float:
        """Unix seconds of the world."""
        return self._present() if self._told is None else self._told

    def _present(self) -> float:
        return self._world_origin + (time.monotonic() - self._machine_origin) * self.rate

    def unix(self) -> int:
        """Whole Unix seconds, as the wire carries them."""
        return int(self.time())

    def now(self) -> datetime:
        """The same moment as an aware UTC datetime."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Move a stepped clock; ``NotStepped`` for one that runs by itself."""
        if not self.stepped:
            raise NotStepped
        self._rebase()
        self._world_origin += seconds

    @contextmanager
    def telling(self, moment: float) -> Iterator[None]:
        """What happens inside happened at that moment: it reaches the receivers late. Nothing may be awaited in it."""
        before, self._told = self._told, moment
        try:
            yield
        finally:
            self._told = before

    def change(self, *, speed: float | None = None, stepped: bool | None = None) -> None:
        """Set another pace without a jump."""
        self._rebase()
        self.speed = self.speed if speed is None else speed
        self.stepped = self.stepped if stepped is None else stepped

    def hold(self) -> None:
        """Run no faster than real until the matching ``release``."""
        if not self._holds:
            self._rebase()
        self._holds += 1

    def hold_for(self, seconds: float) -> None:
        """Hold a fast clock for some machine seconds; needs a running event loop."""
        if self.speed > 1 and not self.stepped:
            self.hold()
            asyncio.get_running_loop().call_later(seconds, self.release)

    def release(self) -> None:
        """End one ``hold``."""
        if self._holds == 1:
            self._rebase()
        self._holds -= 1

    def _rebase(self) -> None:
        self._world_origin = self._present()
        self._machine_origin = time.monotonic()


def beijing_day(moment: float) -> int:
    """Number of the Beijing day that holds this Unix second; quotas turn over with it."""
    return int(moment + 8 * 3600) // 86400


def beijing_text(moment: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """The moment on a Beijing wall clock, 24 hours."""
    return datetime.fromtimestamp(moment, BEIJING).strftime(form)
