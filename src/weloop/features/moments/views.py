"""How posts in Moments, and what became of them, are shown."""

from collections.abc import Sequence
from typing import Any

from weloop.access.api import find_user_names
from weloop.accounts.api import list_account_names
from weloop.audience.api import list_tags
from weloop.features.moments import repository
from weloop.features.moments.models import MomentRow
from weloop.features.moments.rules import State, per_thousand
from weloop.features.moments.schemas import MomentInfo, MomentMember
from weloop.features.moments.service import key_of
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import find_held
from weloop.staff.api import find_names

_COLUMNS = set(MomentInfo.model_fields) & set(MomentRow.__table__.columns.keys()) - {"created_by", "planned_by"}
_SUMS = ("asked", "published", "visible", "likes", "comments")


async def show_moments(unit: UnitOfWork, rows: Sequence[MomentRow]) -> list[MomentInfo]:
    """A constant number of questions, however many rows."""
    accounts = await list_account_names(unit)
    users = await find_user_names(unit, {each for row in rows for each in (row.created_by, row.planned_by) if each})
    tags = {(each.account_id, each.platform_id): each.name for each in await list_tags(unit)}
    sums = await repository.sum_members(unit.connection, [row.id for row in rows])
    parts = await repository.find_parts(unit.connection, {row.part_of or row.id for row in rows})
    held = await find_held(unit, {key_of(row) for row in rows if row.state == State.PLANNED})
    return [_info(row, accounts, users, tags, sums.get(row.id), held.get(key_of(row)), parts) for row in rows]


def _info(
    row: MomentRow,
    accounts: dict[int, str],
    users: dict[int, str],
    tags: dict[tuple[int | None, str], str],
    sums: Any,
    held: Any,
    parts: dict[tuple[int, int], int],
) -> MomentInfo:
    told = {name: getattr(sums, name) if sums is not None else 0 for name in _SUMS}
    return MomentInfo(
        **{name: getattr(row, name) for name in _COLUMNS},
        **told,
        account_name=accounts.get(row.account_id, ""),
        tag_names=[tags.get((row.account_id, tag), tag) for tag in row.tags],
        cancelling=row.state == State.ASKED and row.cancelled_at is not None,
        gates=(held.gates or "").split() if held is not None else [],
        due=held.due if held is not None else None,
        rest=parts.get((row.part_of or row.id, row.part + 1)),
        created_by=users.get(row.created_by),
        planned_by=users.get(row.planned_by or 0),
        per_thousand=per_thousand(told["likes"] + told["comments"], told["visible"]),
    )


async def show_members(unit: UnitOfWork, row: MomentRow) -> list[MomentMember]:
    """Members of a post, those who have not published it first."""
    rows = await repository.list_members(unit.connection, row.id)
    names = await find_names(unit, row.account_id, [each.staff for each in rows])
    return [
        MomentMember(
            **each._mapping,
            staff_name=names.get(each.staff),
            per_thousand=None if each.visible is None else per_thousand(each.likes + each.comments, each.visible),
        )
        for each in rows
    ]
