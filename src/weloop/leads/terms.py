"""What rules of segments may ask of a person's lead: the open one, else the newest."""

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

from weloop.codes.api import code_choices
from weloop.contracts.terms import Choice, Choices, FieldOffer, FieldType, Need, Offer, TermQuery, Words, no_choices
from weloop.kit.unit import UnitOfWork
from weloop.leads import reading
from weloop.leads.api import EVENTS, find_standings
from weloop.leads.scoring import load_scoring
from weloop.staff.api import staff_choices

LEAD: Need = ("lead",)
STAGES: Sequence[Choice] = (
    Choice("lead", Words("线索", "Lead")),
    Choice("mql", Words("有效线索 MQL", "MQL")),
    Choice("accepted", Words("已接单", "Accepted")),
    Choice("sql", Words("SQL", "SQL")),
    Choice("opportunity", Words("商机", "Opportunity")),
    Choice("won", Words("赢单", "Won")),
    Choice("lost", Words("输单", "Lost")),
)
ORIGINS: Sequence[Choice] = (
    Choice("contact", Words("加好友", "New friend")),
    Choice("form", Words("表单", "Form")),
    Choice("import", Words("导入", "Import")),
    Choice("manual", Words("手工录入", "By hand")),
)


async def load_standings(
    unit: UnitOfWork, persons: Collection[int], _needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("lead",): how the lead stands."""
    return {LEAD: await find_standings(unit, persons)}


async def stage_choices(_unit: UnitOfWork) -> Sequence[Choice]:
    """All stages of a lead, in their order."""
    return STAGES


async def origin_choices(_unit: UnitOfWork) -> Sequence[Choice]:
    """All ways in which somebody becomes a lead."""
    return ORIGINS


def _field(
    name: str, zh: str, en: str, kind: FieldType, *, scored: bool = False, choices: Choices = no_choices
) -> FieldOffer:
    def sql(query: TermQuery) -> str:
        half_life = query.bind(load_scoring().half_life.total_seconds(), "float8")
        return f"{query.join(reading.standing_sql('true', query.now, half_life))}.{name}"

    marks = EVENTS | load_scoring().kinds if scored else EVENTS
    return FieldOffer(
        f"lead.{name}",
        Words(zh, en),
        kind,
        sql,
        LEAD,
        attrgetter(name),
        frozenset(map(str, marks)),
        timed=scored,
        choices=choices,
    )


OFFER = Offer(
    Words("线索", "Lead"),
    fields=(
        _field("stage", "线索阶段", "Stage", "text", choices=stage_choices),
        _field("score", "线索评分", "Score", "number", scored=True),
        _field("staff", "负责人", "Owner", "text", choices=staff_choices),
        _field("state", "线索渠道", "Source of the lead", "text", choices=code_choices),
        _field("origin", "线索来源方式", "Origin", "text", choices=origin_choices),
        _field("created_at", "成为线索的时间", "Became a lead", "moment"),
    ),
    loaders={"lead": load_standings},
)
