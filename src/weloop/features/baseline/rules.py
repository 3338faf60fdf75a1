"""Former leads as persons, how far they came, and what cannot be told. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

ORDER = ("lead", "mql", "accepted", "sql", "opportunity", "won")
"""How far a lead comes. ``lost`` tells no way: such a lead counts as one and no more."""
HopKey: TypeAlias = Literal["lead_mql", "mql_sql", "sql_won", "lead_won"]
HOPS: Mapping[HopKey, tuple[str, str]] = {
    "lead_mql": ("lead", "mql"),
    "mql_sql": ("mql", "sql"),
    "sql_won": ("sql", "won"),
    "lead_won": ("lead", "won"),
}
WAY: Sequence[HopKey] = ("lead_mql", "mql_sql", "sql_won")
_TELLERS = {"mql": ("mql", "accepted"), "sql": ("sql", "opportunity"), "won": ("won", "lost")}
"""Stages at which somebody must stand for one to be told at all."""


class FormerRow(Protocol):
    """What a row of a file tells; None and "" where it does not."""

    @property
    def import_id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def identity_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def entered_on(self) -> date | None: ...
    @property
    def reached(self) -> str | None: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def won_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class FormerPerson:
    """All rows of one person: the first that tells it names the source, the earliest days count, the furthest stage.

    ``days``: from the entry to the sale. ``amount``: of what was won; None where no row tells one.
    """

    source: str
    entered_on: date | None
    reached: str | None
    days: int | None
    amount: Decimal | None

    def has_reached(self, stage: str) -> bool:
        """Whether they came at least that far."""
        return self.reached in ORDER and ORDER.index(self.reached) >= ORDER.index(stage)


def fold_persons(
    rows: Iterable[FormerRow], person_of: Mapping[int, int], source_of: Callable[[FormerRow], str]
) -> list[FormerPerson]:
    """Persons by ``person_of`` (identity → person); an identity that is forgotten stays one of its own."""
    found: defaultdict[int, list[FormerRow]] = defaultdict(list)
    for row in rows:
        found[person_of.get(row.identity_id, -row.identity_id)].append(row)
    return [_fold(each, source_of) for each in found.values()]


def _fold(rows: Sequence[FormerRow], source_of: Callable[[FormerRow], str]) -> FormerPerson:
    ordered = sorted(rows, key=lambda row: (row.entered_on or date.max, row.import_id, row.number))
    entered_on = min((row.entered_on for row in rows if row.entered_on), default=None)
    won_on = min((row.won_on for row in rows if row.won_on), default=None)
    days = (won_on - entered_on).days if won_on and entered_on else None
    amounts = [row.amount for row in rows if row.reached == "won" and row.amount is not None]
    return FormerPerson(
        next((source for row in ordered if (source := source_of(row))), ""),
        entered_on,
        max((row.reached for row in rows if row.reached), key=_rank, default=None),
        days if days is not None and days >= 0 else None,
        sum(amounts, Decimal(0)) if amounts else None,
    )


def _rank(stage: str) -> int:
    return ORDER.index(stage) if stage in ORDER else -1


def told_hops(persons: Iterable[FormerPerson]) -> list[HopKey]:
    """Hops with somebody at both ends: a file that knows only open and won tells nothing of what lies between."""
    seen = {person.reached for person in persons} - {None}
    if not seen:
        return []
    told = {stage: not seen.isdisjoint(tellers) for stage, tellers in _TELLERS.items()} | {"lead": True}
    return [key for key, (source, target) in HOPS.items() if told[source] and told[target]]


def pair_of(persons: Iterable[FormerPerson], hop: HopKey) -> tuple[int, int]:
    """(entered, passed) of a hop, of persons of whom a stage is told."""
    source, target = HOPS[hop]
    entered = [each for each in persons if each.reached and (source == "lead" or each.has_reached(source))]
    return len(entered), sum(each.has_reached(target) for each in entered)


def quantile(values: Sequence[int], share: float) -> float | None:
    """Linear between the two nearest; None without any."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
