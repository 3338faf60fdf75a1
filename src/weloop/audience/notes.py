"""What pages show of attributes and tags."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from weloop.accounts.api import AccountRef, list_accounts
from weloop.audience import attributes_rows, companies_rows, tags_rows
from weloop.audience.attributes import to_plain, value_of
from weloop.audience.attributes_models import Attribute
from weloop.audience.notes_schemas import (
    AttributeInfo,
    CompanyRef,
    NotedMark,
    NotedTag,
    NotedValue,
    PersonNotes,
    TagInfo,
)
from weloop.audience.tags_models import Tag
from weloop.identity.api import find_identities, need_person
from weloop.kit.unit import UnitOfWork


async def list_attribute_infos(unit: UnitOfWork) -> list[AttributeInfo]:
    """All attributes with how many persons have a value."""
    counts = await attributes_rows.count_values(unit.connection)
    rows = await attributes_rows.list_attributes(unit.session)
    return [attribute_info(row, counts.get(row.id, 0)) for row in rows]


def attribute_info(row: Attribute, persons: int) -> AttributeInfo:
    """One of them."""
    shown = {name: getattr(row, name) for name in ("id", "key", "name", "type", "choices", "archived_at")}
    return AttributeInfo(**shown, persons=persons)


async def one_attribute(unit: UnitOfWork, row: Attribute) -> AttributeInfo:
    """An attribute that was just changed."""
    return attribute_info(row, (await attributes_rows.count_values(unit.connection)).get(row.id, 0))


async def list_tag_infos(unit: UnitOfWork) -> list[TagInfo]:
    """All tags that are not gone, with their counts."""
    accounts = {ref.id: ref for ref in await list_accounts(unit)}
    counts = await tags_rows.count_carriers(unit.connection)
    rows = await tags_rows.list_tags(unit.session)
    # Tags of an account that was removed are nobody's to see.
    known = [row for row in rows if row.account_id is None or row.account_id in accounts]
    return [tag_info(row, accounts, counts.get(row.id, (0, 0, 0))) for row in known]


def tag_info(row: Tag, accounts: Mapping[int, AccountRef], counts: tuple[int, int, int] = (0, 0, 0)) -> TagInfo:
    """One of them."""
    account = accounts.get(row.account_id or 0)
    persons, waiting, failed = counts
    return TagInfo(
        id=row.id,
        account_id=row.account_id,
        account_name=account.name if account is not None else None,
        kind=_kind(account),
        group=row.group_name,
        name=row.name,
        platform_id=row.platform_id,
        state=row.state,
        is_pending=row.pending is not None and row.failure is None,
        failure=row.failure,
        archived_at=row.archived_at,
        persons=persons,
        waiting=waiting,
        failed=failed,
    )


def _kind(account: AccountRef | None) -> str:
    return str(account.kind) if account is not None else "local"


async def one_tag(unit: UnitOfWork, row: Tag) -> TagInfo:
    """A tag that was just changed, with its counts."""
    accounts = {ref.id: ref for ref in await list_accounts(unit)}
    return tag_info(row, accounts, (await tags_rows.count_carriers(unit.connection)).get(row.id, (0, 0, 0)))


async def person_notes(unit: UnitOfWork, person_or_identity: int) -> PersonNotes:
    """What we note of a person; NotFound."""
    person = await need_person(unit, person_or_identity)
    companies = await companies_rows.find_companies(unit.connection, [person])
    return PersonNotes(
        attributes=await _values(unit, person),
        tags=await _tags(unit, person),
        company=CompanyRef(id=companies[0].id, name=companies[0].name) if companies else None,
    )


async def _values(unit: UnitOfWork, person: int) -> list[NotedValue]:
    held = {row.attribute_id: row for row in await attributes_rows.load_values(unit.connection, [person])}
    return [
        NotedValue(
            **{name: getattr(row, name) for name in ("id", "key", "name", "type", "choices")},
            value=to_plain(value_of(held[row.id], row)) if row.id in held else None,
            at=held[row.id].at if row.id in held else None,
            origin=held[row.id].origin if row.id in held else None,
        )
        for row in await attributes_rows.list_attributes(unit.session)
        if row.archived_at is None
    ]


async def _tags(unit: UnitOfWork, person: int) -> list[NotedTag]:
    identities = await find_identities(unit, [person])
    marks: defaultdict[int, list[Any]] = defaultdict(list)
    for mark in await tags_rows.load_marks(unit.connection, identities):
        marks[mark.tag_id].append(mark)
    since = {row.tag_id: row.since for row in await tags_rows.load_carried(unit.connection, [person])}
    rows = await tags_rows.list_tags(unit.session, marks)
    accounts = {ref.id: ref for ref in await list_accounts(unit)}
    return [_noted(row, accounts.get(row.account_id or 0), since.get(row.id), marks[row.id]) for row in rows]


def _noted(row: Tag, account: AccountRef | None, since: Any, marks: Sequence[Any]) -> NotedTag:
    return NotedTag(
        id=row.id,
        name=row.name,
        group=row.group_name,
        kind=_kind(account),
        account_name=account.name if account is not None else None,
        since=since,
        staff=sorted({mark.staff for mark in marks if mark.is_on and mark.staff}),
        marks=[
            NotedMark(staff=mark.staff, on=mark.wanted, failure=mark.failure)
            for mark in marks
            if mark.wanted is not None
        ],
    )
