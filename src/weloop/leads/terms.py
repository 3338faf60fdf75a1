"""What rules of segments may ask of a person's lead: the open one, else the newest."""

from collections.abc import Collection, Mapping
from operator import attrgetter
from typing import Any

from weloop.codes.api import code_choices
from weloop.contracts.terms import Choices, FieldOffer, FieldType, Need, Offer, TermQuery, Words, fixed, no_choices
from weloop.kit.unit import UnitOfWork
from weloop.leads import reading
from weloop.leads.api import EVENTS, find_standings
from weloop.leads.scoring import load_scoring
from weloop.staff.api import staff_choices

LEAD: Need = ("lead",)
_STAGES = fixed(
    ("lead", "线索", "Lead"),
    ("mql", "有效线索 MQL", "MQL"),
    ("accepted", "已接单", "Accepted"),
    ("sql", "SQL", "SQL"),
    ("opportunity", "商机", "Opportunity"),
    ("won", "赢单", "Won"),
    ("lost", "输单", "Lost"),
)
_ORIGINS = fixed(
    ("contact", "加好友", "New friend"),
    ("form", "表单", "Form"),
    ("import", "导入", "Import"),
    ("manual", "手工录入", "By hand"),
)


async def load_standings(
    unit: UnitOfWork, persons: Collection[int], _needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("lead",): how the lead stands."""
    return {LEAD: await find_standings(unit, persons)}


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
        _field("stage", "线索阶段", "Stage", "text", choices=_STAGES),
        _field("score", "线索评分", "Score", "number", scored=True),
        _field("staff", "负责人", "Owner", "text", choices=staff_choices),
        _field("state", "线索渠道", "Source of the lead", "text", choices=code_choices),
        _field("origin", "线索来源方式", "Origin", "text", choices=_ORIGINS),
        _field("created_at", "成为线索的时间", "Became a lead", "moment"),
    ),
    loaders={"lead": load_standings},
)
