"""How often and when people may be written to: the installation's own rules, and arithmetic of quiet hours."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

BEIJING = timedelta(hours=8)
_ZERO = datetime(2020, 1, 1, tzinfo=UTC)
_STEPS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
MAX_WORD = 20
"""Characters of an opt-out word; longer messages are none."""


@dataclass(frozen=True, slots=True)
class HoursOfDay:
    """From ``start`` to before ``end``, Beijing time, over midnight where it is later than ``end``. Equal: none."""

    start: time
    end: time

    def ends_after(self, moment: datetime) -> datetime | None:
        """When the span that a moment lies in ends; None outside of it."""
        local = (moment.astimezone(UTC) + BEIJING).replace(tzinfo=None)
        begun, lasts = self.start <= local.time(), local.time() < self.end
        if not (begun and lasts if self.start <= self.end else begun or lasts):
            return None
        end = datetime.combine(local.date(), self.end)
        if end <= local:
            end += timedelta(days=1)
        return end.replace(tzinfo=UTC) - BEIJING


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The rules. Counts are messages to one person over all accounts and modules; windows slide."""

    marketing_quiet: HoursOfDay
    service_quiet: HoursOfDay
    marketing_per_week: int
    marketing_gap_hours: int
    service_per_campaign: int
    service_per_day: int
    """Of one campaign, within 24 hours."""
    sales_talk_hours: int
    """After a sales person last worked on somebody's lead, no marketing for so long."""
    answer_minutes: int
    """So long after a person did something, a message counts as the answer to it."""
    opt_out_words: tuple[str, ...]
    opt_in_words: tuple[str, ...]
    opt_out_reply: str
    """What is answered to a word, while the platform lets us; empty: nothing."""
    opt_in_reply: str
    wecom_mass_mode: str
    """How many mass messages WeCom lets a customer get, as the corp's administrator chose: ``month`` (as many a month
    as it has days), ``week`` (7), ``day`` (1)."""
    moment_per_day: int
    """Posts in Moments of one member on a Beijing day."""
    moment_advert_percent: int
    """At most so much of a member's posts of 7 days carries an advertisement."""
    moment_advert_gap_hours: int
    moment_adverts_in_a_row: int
    moment_repeat_days: int
    """So long a member does not post the same again."""
    moment_windows: tuple[HoursOfDay, ...]
    """When people look into Moments; outside of them a post is only pointed out."""


@lru_cache(maxsize=64)
def period_of(mode: str, moment: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the Beijing ``month``, ``week`` (from Monday), ``day``, ``hour``, ``minute`` of a moment."""
    if mode in _STEPS:
        begun = moment - (moment - _ZERO) % _STEPS[mode]
        return begun, begun + _STEPS[mode]
    day = (moment.astimezone(UTC) + BEIJING).date()
    if mode == "month":
        begin = day.replace(day=1)
        end = (begin + timedelta(days=31)).replace(day=1)
    elif mode == "week":
        begin = day - timedelta(days=day.weekday())
        end = begin + timedelta(days=7)
    else:
        begin, end = day, day + timedelta(days=1)
    return _midnight(begin), _midnight(end)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - BEIJING


def fold_word(text: str) -> str:
    """A word as it is compared: width and case folded, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_word(text: str, words: Sequence[str]) -> bool:
    """Whether a whole message is one of these words."""
    folded = fold_word(text)
    return 0 < len(folded) <= MAX_WORD and any(folded == fold_word(word) for word in words)
