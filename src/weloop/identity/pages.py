"""Putting the person pages together."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.accounts.api import list_account_names
from weloop.contracts.errors import NotFound
from weloop.contracts.identities import IdentityKind, Strength
from weloop.contracts.labels import Labels, SourceLabel
from weloop.identity import reading, repository
from weloop.identity.reading import PersonFilter
from weloop.identity.rules import Link, standing
from weloop.identity.schemas import (
    FactInfo,
    IdentityInfo,
    PersonDetail,
    PersonInfo,
    PersonPage,
    ProfileInfo,
    RelationInfo,
    SourceName,
    StaffName,
    Timeline,
    TimelineItem,
)
from weloop.inbox.api import SubjectKeys, find_waiting, load_timeline
from weloop.kit.pagination import PageRequest
from weloop.kit.unit import UnitOfWork

TIMELINE_SIZE = 50
_SELF_TOLD = frozenset(IdentityKind) - {IdentityKind.EXTERNAL_CONTACT, IdentityKind.FOLLOWER}
"""Kinds without a platform that could be asked whether it knows them."""
NEWEST = 2**63 - 1


async def person_page(unit: UnitOfWork, labels: Labels, wanted: PersonFilter, page: PageRequest) -> PersonPage:
    """One page of the list with the names it shows."""
    rows = await reading.list_persons(unit.connection, wanted, page)
    total, unresolved, more = await reading.count_persons(unit.connection, wanted)
    items = await _persons(unit, labels, rows)
    return PersonPage(items=items, total=total, more=more, unresolved=unresolved, page=page.page, size=page.size)


async def _persons(unit: UnitOfWork, labels: Labels, rows: Sequence[Row[Any]]) -> list[PersonInfo]:
    staff = await labels.staff(unit, {userid for row in rows for userid in row.staff})
    sources = await labels.sources(unit, {row.state_code for row in rows if row.state_code})
    return [
        PersonInfo(
            **{**row._mapping, "staff": [StaffName(userid=userid, name=staff.get(userid)) for userid in row.staff]},
            source=_source_name(sources.get(row.state_code or "")),
        )
        for row in rows
    ]


def _source_name(found: SourceLabel | None) -> SourceName | None:
    return None if found is None else SourceName(id=found.id, name=found.name, kind=found.kind)


async def person_detail(unit: UnitOfWork, labels: Labels, person_id: int) -> PersonDetail:
    """A person with identities, relations and facts; NotFound."""
    row = await reading.load_person(unit.connection, person_id)
    if row is None:
        raise NotFound("there is no such person", code="person_not_found")
    identities = await reading.load_identities(unit.connection, row.id)
    ids = [item.id for item in identities]
    relations = await reading.load_relations(unit.connection, ids)
    names = await list_account_names(unit)
    staff = await labels.staff(unit, {item.staff for item in relations if item.staff})
    [info] = await _persons(unit, labels, [row])
    return PersonDetail(
        **info.model_dump(),
        identities=[_identity(item, names) for item in identities],
        relations=[_relation(item, names, staff) for item in relations],
        facts=await _facts(unit, ids),
    )


def _identity(row: Row[Any], names: dict[int, str]) -> IdentityInfo:
    told_itself = row.kind in _SELF_TOLD and row.told_at is not None
    profile = ProfileInfo.model_validate(row) if row.found or told_itself else None
    return IdentityInfo(
        id=row.id,
        kind=row.kind,
        value=row.value,
        account_id=row.account_id,
        account_name=names.get(row.account_id),
        profile=profile,
        found=row.found,
        fetched_at=row.fetched_at,
    )


def _relation(row: Row[Any], names: dict[int, str], staff: Any) -> RelationInfo:
    return RelationInfo(
        account_id=row.account_id,
        account_name=names.get(row.account_id),
        staff=StaffName(userid=row.staff, name=staff.get(row.staff)) if row.staff else None,
        since=row.added_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by if row.ended_at else None,
    )


async def _facts(unit: UnitOfWork, identities: Sequence[int]) -> list[FactInfo]:
    rows = await repository.load_facts(unit.connection, identities)
    links = [row for row in rows if row.target is None]
    kept = standing([row.key for row in links], {row.key: row.target for row in rows if row.target is not None})
    values = await reading.load_values(unit.connection, {end for row in links for end in (row.a, row.b)})
    return [
        FactInfo(
            key=row.key.hex(),
            a=row.a,
            b=row.b,
            a_kind=values[row.a].kind,
            a_value=values[row.a].value,
            b_kind=values[row.b].kind,
            b_value=values[row.b].value,
            strength=row.strength,
            active=row.key in kept,
            ignored=row.key in kept and values[row.a].person_id != values[row.b].person_id,
            at=row.at,
        )
        for row in sorted(links, key=lambda row: (row.at, row.key))
    ]


async def person_timeline(unit: UnitOfWork, keys: SubjectKeys, person_id: int, before: int | None) -> Timeline:
    """A page of the person's events; none yet of whom the log holds something that was not handled; NotFound."""
    row = await reading.load_person(unit.connection, person_id)
    if row is None:
        if await find_waiting(unit, [person_id]):
            return Timeline(items=[], next=None)
        raise NotFound("there is no such person", code="person_not_found")
    ids = [item.id for item in await reading.load_identities(unit.connection, row.id)]
    names = await list_account_names(unit)
    events = await load_timeline(unit.connection, keys, ids, before=before or NEWEST, limit=TIMELINE_SIZE + 1)
    shown = events[:TIMELINE_SIZE]
    return Timeline(
        items=[
            TimelineItem(
                id=event.id,
                kind=event.kind,
                occurred_at=event.occurred_at,
                recorded_at=event.recorded_at,
                account_id=event.account_id,
                account_name=names.get(event.account_id),
                data=dict(event.data),
                personal={name: value for name, value in event.personal.items() if name != "welcome_code"},
            )
            for event in shown
        ],
        next=shown[-1].id if len(events) > TIMELINE_SIZE else None,
    )


async def link_of(unit: UnitOfWork, person_id: int, key: bytes) -> tuple[Link, list[bytes]]:
    """A link of this person by key, with the standing undos that aim at it; NotFound."""
    row = await reading.load_person(unit.connection, person_id)
    identities = await reading.load_identities(unit.connection, row.id if row is not None else person_id)
    rows = await repository.load_facts(unit.connection, [item.id for item in identities])
    for row in rows:
        if row.key == key and row.target is None:
            undos = {item.key: item.target for item in rows if item.target is not None}
            standing_undos = standing([undo for undo, target in undos.items() if target == key], undos)
            return Link(row.a, row.b, Strength(row.strength)), sorted(standing_undos)
    raise NotFound("there is no such link", code="fact_not_found")
