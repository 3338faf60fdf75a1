"""The figures of the first page: what four weeks brought, beside the four before."""

from dataclasses import dataclass
from datetime import date, timedelta

from weloop.campaigns.api import read_costs
from weloop.identity.api import count_new_friends
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import LeadFigures, read_figures

DAYS = 28


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a stretch of Beijing days brought. ``cost`` in yuan; ``cost_per_sql`` None without costs or SQLs."""

    friends: int
    leads: LeadFigures
    cost: float

    @property
    def cost_per_sql(self) -> float | None:
        """What was spent for each SQL."""
        return self.cost / self.leads.sql if self.cost and self.leads.sql else None


async def read_stretches(unit: UnitOfWork, days: int = DAYS) -> tuple[Stretch, Stretch]:
    """The last ``days`` Beijing days with today, and as many before them."""
    tomorrow = beijing_date(unit.now) + timedelta(days=1)
    first = tomorrow - timedelta(days=days)
    return (
        await read_stretch(unit, first, tomorrow),
        await read_stretch(unit, first - timedelta(days=days), first),
    )


async def read_stretch(unit: UnitOfWork, first: date, after: date) -> Stretch:
    """The Beijing days from ``first`` to the one before ``after``."""
    since, until = midnight(first), midnight(after)
    costs = await read_costs(unit, first, after - timedelta(days=1))
    return Stretch(
        await count_new_friends(unit, since, until),
        await read_figures(unit, since, until),
        float(sum(costs.values())),
    )
