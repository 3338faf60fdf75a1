"""Counting calls against limits per minute, hour and Beijing day."""

from dataclasses import dataclass

from wxsim.clock import beijing_day

MINUTE = 60
HOUR = 3600


@dataclass(slots=True)
class _Window:
    start: int
    count: int = 0
    blocked_until: float = 0.0


class Quotas:
    """Counters in fixed windows; a key that goes over is blocked for the length of its window."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, int], _Window] = {}
        self._days: dict[str, tuple[int, int]] = {}

    def take(self, key: str, limit: int | None, seconds: int, now: float) -> bool:
        """Count one call; False when it is over the limit or the key is still blocked."""
        if limit is None:
            return True
        number = int(now) // seconds
        window = self._windows.get((key, seconds))
        if window is None:
            window = self._windows[key, seconds] = _Window(number)
        if now < window.blocked_until:
            return False
        if window.start != number:
            window.start, window.count = number, 0
        window.count += 1
        if window.count > limit:
            window.blocked_until = now + seconds
            return False
        return True

    def take_day(self, key: str, limit: int | None, now: float) -> bool:
        """Count one call of a Beijing day; False when the day's limit is used up. Counts also without a limit."""
        used = self.used_today(key, now)
        if limit is not None and used >= limit:
            return False
        self._days[key] = (beijing_day(now), used + 1)
        return True

    def used_today(self, key: str, now: float) -> int:
        """Calls counted since 00:00 in Beijing."""
        day, used = self._days.get(key, (0, 0))
        return used if day == beijing_day(now) else 0

    def clear_day(self, prefix: str) -> None:
        """Forget the day's counts of all keys with this prefix."""
        for key in [key for key in self._days if key.startswith(prefix)]:
            del self._days[key]

    def clear(self) -> None:
        """Forget everything."""
        self._windows.clear()
        self._days.clear()

    def today(self, now: float) -> dict[str, int]:
        """Today's counts by key."""
        return {key: used for key, (day, used) in sorted(self._days.items()) if day == beijing_day(now)}
