"""The face of state codes.

Whoever makes a code by which people come (a contact way, a scene QR, a join way, a short link, a form) puts it here
with the campaign and the article it belongs to. Whoever reads the log asks here what a state code means.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from weloop.codes import repository
from weloop.codes.models import StateCode
from weloop.contracts.errors import NotFound
from weloop.contracts.terms import RELATION, Choice, ManyChanged, named
from weloop.kit.unit import UnitOfWork


class CodeKind(StrEnum):
    CONTACT_WAY = "contact_way"
    SCENE_QR = "scene_qr"
    JOIN_WAY = "join_way"
    SHORT_LINK = "short_link"
    FORM = "form"


Mechanism: TypeAlias = Literal["", "take_away", "name_card"]
"""How a code is offered: with something to take away (领取物), as a bare name card (裸名片), or not said."""


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """A state code, what it is called, and where it belongs. ``campaign_id`` None: 日常."""

    code: str
    kind: CodeKind
    name: str
    account_id: int | None = None
    campaign_id: int | None = None
    article_id: int | None = None
    mechanism: Mechanism = ""


async def put_code(unit: UnitOfWork, info: CodeInfo) -> None:
    """Make a state code known, or change its name and place."""
    row = await repository.get_code(unit.session, info.code)
    if row is None:
        row = StateCode(code=info.code, kind=info.kind, created_at=unit.now)
        unit.session.add(row)
    elif row.campaign_id != info.campaign_id:
        # Whoever came by it came for another campaign now.
        unit.append(ManyChanged(frozenset({RELATION})))
    row.name, row.account_id, row.mechanism = info.name, info.account_id, info.mechanism
    row.campaign_id, row.article_id = info.campaign_id, info.article_id
    await unit.session.flush()


async def get_code(unit: UnitOfWork, code: str) -> CodeInfo:
    """One state code; NotFound."""
    row = await repository.get_code(unit.session, code)
    if row is None:
        raise NotFound("there is no such state code", code="state_code_not_found")
    return _info(row)


async def find_codes(unit: UnitOfWork, codes: Collection[str]) -> dict[str, CodeInfo]:
    """Those of these codes that are known, by code."""
    return {row.code: _info(row) for row in await repository.find_codes(unit.session, codes)}


async def list_codes(
    unit: UnitOfWork, *, campaigns: Collection[int] = (), articles: Collection[int] = ()
) -> Sequence[CodeInfo]:
    """The codes of these campaigns and of these articles, oldest first."""
    return [_info(row) for row in await repository.list_codes(unit.session, campaigns=campaigns, articles=articles)]


async def all_codes(unit: UnitOfWork) -> dict[str, CodeInfo]:
    """Every state code: an installation has some hundreds."""
    return {row.code: _info(row) for row in await repository.all_codes(unit.session)}


async def code_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All state codes by what they are called, for rules that ask by which somebody came."""
    return named((code, info.name) for code, info in sorted((await all_codes(unit)).items()))


def _info(row: StateCode) -> CodeInfo:
    mechanism: Mechanism = row.mechanism if row.mechanism in ("take_away", "name_card") else ""  # type: ignore[assignment]
    return CodeInfo(row.code, CodeKind(row.kind), row.name, row.account_id, row.campaign_id, row.article_id, mechanism)
