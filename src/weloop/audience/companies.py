"""Companies (公司): persons belong to one by the name that their profile tells, whoever spelled it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from weloop.access.api import CurrentUser, record_act
from weloop.audience import companies_rows
from weloop.audience.companies_rules import company_key
from weloop.audience.touches import refresh_readers
from weloop.contracts.errors import InvalidInput, NotFound
from weloop.contracts.events import Event, EventKind
from weloop.identity.api import find_persons, find_portraits, list_employed
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork, Units

TOPIC = "companies"
COMPANY = "company"
"""The mark of segments that two companies became one."""
_AT_ONCE = 5_000


async def fold(unit: UnitOfWork, persons: Collection[int]) -> None:
    """Place persons by what their profiles tell now."""
    told = {person: each.company for person, each in (await find_portraits(unit, persons)).items() if each.company}
    keys = {person: key for person, name in told.items() if (key := company_key(name))}
    await companies_rows.make_companies(unit.connection, {key: told[person] for person, key in keys.items()}, unit.now)
    if await companies_rows.place_persons(unit.connection, keys, persons):
        unit.publish(TOPIC)


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Identities went to other persons: these may be of another company now."""
    await fold(unit, persons)


async def follow_profiles(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle events that tell a profile, once identity has taken it in."""
    told = {event.identity_id for event in events if event.profile is not None and event.identity_id is not None}
    if told:
        await fold(unit, set((await find_persons(unit, told)).values()))


async def place_persons(units: Units, now: datetime) -> None:
    """Place everybody anew, such as those who were known before there were companies. Run daily, in machine time."""
    after: int | None = None
    while True:
        async with units.begin() as unit:
            persons = await list_employed(unit, after, _AT_ONCE)
            if not persons:
                return
            await fold(unit, persons)
            after = persons[-1]


async def get_company(unit: UnitOfWork, company_id: int) -> Row[Any]:
    """(id, name, created_at, persons); NotFound."""
    row = await companies_rows.load_company(unit.connection, company_id)
    if row is None:
        raise NotFound("there is no such company", code="company_not_found")
    return row


async def find_company_persons(unit: UnitOfWork, company_id: int) -> list[int]:
    """Who belongs to a company."""
    return await companies_rows.list_persons(unit.connection, company_id)


async def forget(unit: UnitOfWork, persons: Collection[int]) -> None:
    """Persons were erased, or less is known of them: what is left places them, and no name of theirs is kept."""
    await fold(unit, persons)
    await companies_rows.drop_deserted(unit.connection)


async def rename_company(unit: UnitOfWork, user: CurrentUser, company_id: int, name: str) -> None:
    """Show it under another spelling."""
    await get_company(unit, company_id)
    await companies_rows.rename_company(unit.connection, company_id, name)
    record_act(unit, user.id, "company_renamed", f"company:{company_id}", {"name": name})
    unit.publish(TOPIC)


async def join_companies(unit: UnitOfWork, user: CurrentUser, company_id: int, into: int) -> None:
    """Make two companies one: what comes under a name of the first belongs to the second from now on."""
    if company_id == into:
        raise InvalidInput("two different companies", code="company_same")
    joined, stays = await get_company(unit, company_id), await get_company(unit, into)
    await companies_rows.join_companies(unit.connection, company_id, into)
    record_act(unit, user.id, "companies_joined", f"company:{into}", {"name": stays.name, "joined": joined.name})
    await refresh_readers(unit, [COMPANY])
    unit.publish(TOPIC)
    unit.publish("persons")


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = ((tuple(EventKind), follow_profiles),)
"""To be registered with the inbox."""
