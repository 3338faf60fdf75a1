"""When things happen: hours of the day, days of the week, an article's first days, the hours of work. Beijing time."""

import math
from datetime import datetime
from random import Random

from wxsim.clock import BEIJING, beijing_day
from wxsim.story.script import Door, Script

DAY = 86400
HOUR = 3600


class Curves:
    """Draws moments between the story's begin (a Beijing midnight) and its end, as Unix seconds."""

    def __init__(self, script: Script, begins_at: float, ends_at: float, random: Random) -> None:
        self._script = script
        self._begins_at = begins_at
        self._ends_at = ends_at
        self._random = random

    def of_reading(self, door: Door) -> float:
        """When one of an article's readers reads it: most in its first days."""
        return self._within(self.reading_weights(door))

    def of_way(self, door: Door) -> float:
        """When one of a way's people comes: any of its days, as people are about."""
        days = range(int(door.day), max(int(door.day) + 1, int(door.until)))
        return self._within({day: self._day_weight(day) for day in days})

    def anywhen(self) -> float:
        """Any moment of the story."""
        return self._within({day: self._day_weight(day) for day in range(self.days)})

    def reading_weights(self, door: Door) -> dict[int, float]:
        """How an article's reads spread over the days of the story."""
        last = min(self.days, int(door.day) + self._script.tail)
        days = range(int(door.day), max(int(door.day) + 1, last))
        fades = {day: math.exp2((door.day - day) / self._script.half_life) for day in days}
        return {day: share * self._day_weight(day) for day, share in fades.items()}

    @property
    def days(self) -> int:
        """Days of the story, the one under way included."""
        return int((self._ends_at - self._begins_at - 1) // DAY) + 1

    def after(self, moment: float, shortest: float, longest: float) -> float:
        """Some seconds later."""
        return moment + self._random.uniform(shortest, longest)

    def at_work(self, moment: float) -> float:
        """The moment itself within the hours of work, else soon after the next ones begin."""
        first, last = self._script.staff["hours"]
        day = beijing_day(moment)
        second = moment + 8 * HOUR - day * DAY
        if _weekday(day) < 5 and first * HOUR <= second < last * HOUR:
            return moment
        if second >= first * HOUR or _weekday(day) >= 5:
            day += 1
        while _weekday(day) >= 5:
            day += 1
        return day * DAY - 8 * HOUR + int(first) * HOUR + self._random.uniform(120, 600)

    def _within(self, weights: dict[int, float]) -> float:
        day = self._random.choices(list(weights), list(weights.values()))[0]
        hour = self._random.choices(range(24), self._script.hours)[0]
        begin = self._begins_at + day * DAY
        # The last day is not over: what would come later today has happened by now, closer together.
        room = min(1.0, (self._ends_at - begin) / DAY)
        return begin + (hour * HOUR + self._random.uniform(0, HOUR)) * room

    def _day_weight(self, day: int) -> float:
        return self._script.weekdays[_weekday(beijing_day(self._begins_at) + day)]


def begin_of(ends_at: float, days: int) -> float:
    """The Beijing midnight from which so many days, the one of ``ends_at`` included, lead to it."""
    return float((beijing_day(ends_at) - days + 1) * DAY - 8 * HOUR)


def _weekday(day: int) -> int:
    """0 = Monday, of a Beijing day's number."""
    return datetime.fromtimestamp(day * DAY, BEIJING).weekday()
