"""Working time: when a member's shift runs, and how much of it lies between two moments. All days are Beijing's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from weloop.contracts.errors import InvalidInput
from weloop.kit.clock import beijing_date, midnight

DAY_MINUTES = 1_440
HORIZON_DAYS = 120
"""How far a shift is looked for; who works on none of these days works never."""
Span = tuple[int, int]
"""Minutes of a day, from and until: (540, 1080) is 09:00 to 18:00."""
Week = tuple[tuple[Span, ...], ...]
"""Spans of each weekday, Monday first."""
OFFICE: Week = (*(((540, 1080),),) * 5, (), ())
"""Monday to Friday, 09:00 to 18:00."""


@dataclass(frozen=True, slots=True)
class Shift:
    """When a member works. ``special`` days of the company win over the week: holidays, and days made up for.

    A day made up for (补班) has the spans of the first weekday that has any.
    """

    week: Week = OFFICE
    special: Mapping[date, bool] = field(default_factory=dict)
    away_until: datetime | None = None


def spans_on(shift: Shift, day: date) -> tuple[Span, ...]:
    """The spans of one day."""
    working = shift.special.get(day)
    if working is None:
        return shift.week[day.weekday()]
    return next((spans for spans in shift.week if spans), ()) if working else ()


def spans_after(shift: Shift, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Spans of work that end after ``moment``, in UTC, cut at it."""
    moment = max(moment, shift.away_until) if shift.away_until is not None else moment
    first = beijing_date(moment)
    for number in range(HORIZON_DAYS):
        day = first + timedelta(days=number)
        begins = midnight(day)
        for begin, end in spans_on(shift, day):
            until = begins + timedelta(minutes=end)
            if until > moment:
                yield max(moment, begins + timedelta(minutes=begin)), until


def next_start(shift: Shift, moment: datetime) -> datetime | None:
    """When work goes on: ``moment`` itself during a shift; None when it never does."""
    return next((begin for begin, _ in spans_after(shift, moment)), None)


def is_working(shift: Shift, moment: datetime) -> bool:
    """Whether the shift runs at ``moment``."""
    return next_start(shift, moment) == moment


def add_working(shift: Shift, moment: datetime, length: timedelta) -> datetime | None:
    """When ``length`` of working time has passed since ``moment``; None when it never has."""
    for begin, end in spans_after(shift, moment):
        if end - begin >= length:
            return begin + length
        length -= end - begin
    return None


def working_between(shift: Shift, since: datetime, until: datetime) -> timedelta:
    """Working time between two moments; none when ``until`` is not the later one."""
    total = timedelta()
    for begin, end in spans_after(shift, since):
        if begin >= until:
            break
        total += min(end, until) - begin
    return total


def read_week(given: Sequence[Sequence[Sequence[int]]]) -> Week:
    """A week from JSON; InvalidInput when it is none: seven days, spans in order that do not overlap."""
    if len(given) != len(OFFICE):
        raise InvalidInput("a week has seven days", code="shift_week")
    for day in given:
        edges = [edge for span in day for edge in span]
        if any(len(span) != 2 or span[0] >= span[1] for span in day) or edges != sorted(edges):
            raise InvalidInput("the spans of a day follow one another", code="shift_week")
        if edges and (edges[0] < 0 or edges[-1] > DAY_MINUTES):
            raise InvalidInput("a day has 24 hours", code="shift_week")
    return tuple(tuple((span[0], span[1]) for span in day) for day in given)
