"""The part of the baseline that comes out of imported files."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weloop.analytics.api import RateInfo, rate_of
from weloop.codes.api import find_codes
from weloop.features.baseline.fields import benchmark_of
from weloop.features.baseline.rules import (
    FormerPerson,
    FormerRow,
    HopKey,
    fold_persons,
    pair_of,
    quantile,
    told_hops,
)
from weloop.features.baseline.schemas import HistoryBaseline, HistoryHop, HistoryPart
from weloop.identity.api import find_persons
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import FormerLead, list_former

MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class History:
    """Rows and the persons they name."""

    rows: Sequence[FormerLead]
    persons: Sequence[FormerPerson]


async def load_history(unit: UnitOfWork) -> History:
    """Everything that files told: three queries."""
    rows = await list_former(unit)
    person_of = await find_persons(unit, {row.identity_id for row in rows})
    codes = await find_codes(unit, {row.state for row in rows if row.state})

    def source_of(row: FormerRow) -> str:
        return row.source or (codes[row.state].name if row.state in codes else row.state)

    # A hundred thousand rows take a second: callbacks go on meanwhile.
    return History(rows, await asyncio.to_thread(fold_persons, rows, person_of, source_of))


def show_history(history: History) -> HistoryBaseline:
    """Its figures."""
    rows, persons = history.rows, history.persons
    days = [person.days for person in persons if person.days is not None]
    return HistoryBaseline(
        files=len({row.import_id for row in rows}),
        rows=len(rows),
        persons=len(persons),
        doubled=len(rows) - len(persons),
        won=sum(person.has_reached("won") for person in persons),
        amount=_amount(persons),
        timed=len(days),
        median_days=quantile(days, 0.5),
        p90_days=quantile(days, 0.9),
        hops=[_hop(persons, key) for key in told_hops(persons)],
        sources=_by_gain(_parts(persons, lambda person: person.source)),
        months=_parts(persons, lambda person: f"{person.entered_on:%Y-%m}" if person.entered_on else ""),
    )


def _hop(persons: Sequence[FormerPerson], key: HopKey) -> HistoryHop:
    rate = RateInfo.model_validate(rate_of(*pair_of(persons, key)))
    return HistoryHop(key=key, rate=rate, benchmark=benchmark_of(key))


def group(persons: Sequence[FormerPerson], key_of: Callable[[FormerPerson], str]) -> dict[str, list[FormerPerson]]:
    """Persons by a key of theirs."""
    found: defaultdict[str, list[FormerPerson]] = defaultdict(list)
    for person in persons:
        found[key_of(person)].append(person)
    return found


def _parts(persons: Sequence[FormerPerson], key_of: Callable[[FormerPerson], str]) -> list[HistoryPart]:
    return [_part(key, found) for key, found in sorted(group(persons, key_of).items())]


def _part(key: str, persons: Sequence[FormerPerson]) -> HistoryPart:
    return HistoryPart(
        key=key,
        persons=len(persons),
        qualified=sum(person.has_reached("mql") for person in persons),
        sql=sum(person.has_reached("sql") for person in persons),
        won=sum(person.has_reached("won") for person in persons),
        rate=RateInfo.model_validate(rate_of(*pair_of(persons, "lead_won"))),
        amount=_amount(persons),
    )


def _by_gain(parts: list[HistoryPart]) -> list[HistoryPart]:
    return sorted(parts, key=lambda part: (-part.won, -part.sql, -part.persons, part.key))[:MOST_PARTS]


def _amount(persons: Sequence[FormerPerson]) -> float | None:
    told = [person.amount for person in persons if person.amount is not None]
    return float(sum(told)) if told else None
