"""Attributes, tags and companies follow the identities of which they were told: merged, told apart, erased."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.access.api import CurrentUser, Role
from weloop.audience.attributes import create_attribute, set_attributes, values_of
from weloop.audience.companies import get_company, join_companies
from weloop.audience.tags import create_tag
from weloop.audience.tags_marking import tag_persons
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.entrypoints.bootstrap import build_handlers
from weloop.identity import service as identity
from weloop.identity.api import find_identities, forget
from weloop.identity.pages import person_detail
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.db import run
from weloop.kit.unit import Units

from .conftest import START

USER = CurrentUser(1, "op", "运营", Role.OPERATOR, "zh-CN", "light", "", b"")
Make = Callable[..., NewEvent]
ANNA = IdentityRef(IdentityKind.SITE_USER, "site", "anna")
PHONE = IdentityRef(IdentityKind.PHONE, "", "13800001111")


class Audience:
    """The log and what is noted of persons."""

    def __init__(self, engine: AsyncEngine, units: Units, keys: SubjectKeys) -> None:
        self.engine, self.units = engine, units
        self.dispatcher = Dispatcher(units, keys, build_handlers())
        self.number = 0

    async def happen(
        self, subject: IdentityRef, seconds: float = 0, kind: Any = EventKind.IDENTIFIED, **told: Any
    ) -> None:
        """Something is told of somebody."""
        self.number += 1
        at = START + timedelta(seconds=seconds)
        async with self.units.begin() as unit:
            unit.append(NewEvent(1, kind, f"told {self.number}", at, subject, **told))
        await self.settle()

    async def settle(self) -> None:
        """Until the log is handled."""
        while await self.dispatcher.work():
            pass

    async def define(self, key: str, type: str, *choices: str) -> None:
        """An attribute."""
        async with self.units.begin() as unit:
            await create_attribute(unit, USER, {"key": key, "name": key, "type": type, "choices": choices})

    async def values(self) -> dict[int, Any]:
        """What holds, by person, for those of whom anything does."""
        async with self.units.begin() as unit:
            rows = await run(unit.connection, "SELECT id FROM person")
            found = await values_of(unit, [row.id for row in rows])
        return {person: values for person, values in found.items() if values}

    async def query(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Look into the database."""
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await run(connection, sql, *arguments)]


@pytest.fixture
def audience(engine: AsyncEngine, units: Units, keys: SubjectKeys) -> Audience:
    """See :class:`Audience`."""
    return Audience(engine, units, keys)


def traits(**values: Any) -> dict[str, Any]:
    """Personal part of an identify."""
    return {"data": {"method": "identify"}, "personal": {"traits": values}}


async def test_traits_become_values_of_their_types_whatever_order_they_come_in(audience: Audience) -> None:
    await audience.define("level", "choice", "A", "B")
    await audience.define("seats", "number")
    await audience.define("trial_ends", "date")
    await audience.define("newsletter", "flag")
    await audience.happen(ANNA, 20, **traits(level="B", seats="1,200", trial_ends="2026/12/1", newsletter="是"))
    await audience.happen(ANNA, 10, **traits(level="A", seats=3, unknown="x"))
    await audience.happen(ANNA, 30, **traits(level="Z", seats={"$gt": 1}, trial_ends="2026-02-31", newsletter="maybe"))
    expected = {"level": "B", "seats": 1200.0, "trial_ends": "2026-12-01", "newsletter": True}
    assert await audience.values() == {ANNA.id: expected}
    [(changes,)] = await audience.query("SELECT count(*)::int FROM event WHERE kind = 'AttributeChanged'")
    assert changes == 4, "what changes nothing is no event"
    [(told,)] = await audience.query("SELECT string_agg(data::text, '') FROM event WHERE kind = 'AttributeChanged'")
    assert "2026-12-01" not in told, "values are personal"


async def test_a_value_set_by_hand_counts_until_something_newer_is_told(audience: Audience) -> None:
    await audience.define("seats", "number")
    await audience.happen(ANNA, 0, **traits(seats=1))
    async with audience.units.begin() as unit:
        now = unit.now
        await set_attributes(unit, [ANNA.id], {"seats": 7}, "hand")
    await audience.happen(ANNA, 5, **traits(seats=2))
    assert await audience.values() == {ANNA.id: {"seats": 7.0}}
    await audience.happen(ANNA, (now - START).total_seconds() + 60, **traits(seats=9))
    assert await audience.values() == {ANNA.id: {"seats": 9.0}}
    async with audience.units.begin() as unit:
        for raw in (True, "many", 1e300, float("nan"), []):
            with pytest.raises(InvalidInput):
                await set_attributes(unit, [ANNA.id], {"seats": raw}, "hand")
        with pytest.raises(NotFound):
            await set_attributes(unit, [ANNA.id], {"else": 1}, "hand")
        await set_attributes(unit, [ANNA.id, 4711], {"seats": None}, "hand")
    assert await audience.values() == {ANNA.id: {"seats": 9.0}}, "somebody's clock was ahead of ours"


async def _joined(audience: Audience, make: Make) -> IdentityRef:
    """A customer and a phone number, each with notes of its own, that become one person."""
    customer = make().subject
    assert customer is not None
    await audience.define("seats", "number")
    await audience.happen(PHONE, 0, EventKind.IDENTIFIED, **traits(seats=1))
    await audience.happen(customer, 10, EventKind.IDENTIFIED, **traits(seats=2))
    async with audience.units.begin() as unit:
        old, shared = await create_tag(unit, USER, "老客户"), await create_tag(unit, USER, "展会")
        await tag_persons(unit, [PHONE.id], [old.id, shared.id], on=True)
        await tag_persons(unit, [customer.id], [shared.id], on=True)
    aliases = (Alias(PHONE, Strength.WEAK),)
    await audience.happen(customer, 20, EventKind.PROFILE_FETCHED, data={"found": True}, aliases=aliases)
    return customer


TAGS = "SELECT t.name, p.person_id FROM person_tag AS p JOIN tag AS t ON t.id = p.tag_id ORDER BY t.id, p.person_id"


async def test_one_person_keeps_the_newest_and_gives_back_when_told_apart(
    audience: Audience, contact_added: Make
) -> None:
    customer = await _joined(audience, contact_added)
    assert await audience.values() == {customer.id: {"seats": 2.0}}
    assert await audience.query(TAGS) == [("老客户", customer.id), ("展会", customer.id)]
    async with audience.units.begin() as unit:
        [link] = await run(unit.connection, "SELECT key FROM identity_fact")
        await identity.undo_fact(unit, link.key, 1, await find_identities(unit, [customer.id]))
    assert await audience.values() == {PHONE.id: {"seats": 1.0}, customer.id: {"seats": 2.0}}
    both = sorted((PHONE.id, customer.id))
    assert await audience.query(TAGS) == [("老客户", PHONE.id), *(("展会", person) for person in both)]


async def test_taking_a_tag_off_takes_it_off_all_of_a_person(audience: Audience, contact_added: Make) -> None:
    customer = await _joined(audience, contact_added)
    async with audience.units.begin() as unit:
        [shared] = await run(unit.connection, "SELECT id FROM tag WHERE name = '展会'")
        for _ in range(2):
            assert (await tag_persons(unit, [PHONE.id], [shared.id], on=False)).done == {customer.id}
    await audience.settle()
    assert await audience.query(TAGS) == [("老客户", customer.id)]
    kinds = await audience.query("SELECT kind, count(*)::int FROM event WHERE kind ILIKE 'Person%tagged' GROUP BY kind")
    assert dict(kinds) == {"PersonTagged": 3, "PersonUntagged": 1}, "twice is once"


async def test_erasure_leaves_no_value_and_no_mark(audience: Audience, contact_added: Make) -> None:
    customer = await _joined(audience, contact_added)
    await audience.happen(PHONE, 30, EventKind.PERSON_IMPORTED, **_row("杭州泵业有限公司"))
    async with audience.units.begin() as unit:
        await forget(unit, [customer.id], [])
    assert await audience.values() == {PHONE.id: {"seats": 1.0}}, "what was told of the number stays with it"
    async with audience.units.begin() as unit:
        await forget(unit, [PHONE.id], [])
    for table in ("attribute_value", "person_attribute", "tag_mark", "person_tag", "company_person", "company"):
        assert await audience.query(f"SELECT 1 FROM {table}") == [], table  # noqa: S608 -- constants
    assert await audience.query("SELECT 1 FROM event WHERE data::text LIKE '%泵业%'") == []


def _row(company: str) -> dict[str, Any]:
    return {"data": {"import_id": 1, "row": 1, "lead": False}, "profile": Profile(company=company)}


async def test_one_company_however_it_is_spelled(audience: Audience) -> None:
    people = [IdentityRef(IdentityKind.PHONE, "", f"1380000000{n}") for n in range(4)]
    names = ("杭州泵业有限公司", "杭州泵业（集团）股份有限公司", "Acme Co., Ltd.", "ACME")
    for person, name in zip(people, names, strict=True):
        await audience.happen(person, 0, EventKind.PERSON_IMPORTED, **_row(name))
    assert await audience.query("SELECT name FROM company ORDER BY id") == [("杭州泵业有限公司",), ("Acme Co., Ltd.",)]
    async with audience.units.begin() as unit:
        [pumps, acme] = await run(unit.connection, "SELECT id FROM company ORDER BY id")
        with pytest.raises(InvalidInput):
            await join_companies(unit, USER, acme.id, acme.id)
        await join_companies(unit, USER, acme.id, pumps.id)
        assert (await get_company(unit, pumps.id)).persons == 4
        with pytest.raises(NotFound):
            await get_company(unit, acme.id)
    late = IdentityRef(IdentityKind.PHONE, "", "13800000009")
    await audience.happen(late, 0, EventKind.PERSON_IMPORTED, **_row("acme inc."))
    async with audience.units.begin() as unit:
        assert (await get_company(unit, pumps.id)).persons == 5, "the name means the other one from now on"


async def test_names_of_tags_and_keys_of_attributes_are_used_once(audience: Audience) -> None:
    await audience.define("seats", "number")
    with pytest.raises(Conflict):
        await audience.define("seats", "text")
    with pytest.raises(InvalidInput):
        await audience.define("level", "choice")
    with pytest.raises(InvalidInput):
        await audience.define("note", "text", "A")
    async with audience.units.begin() as unit:
        await create_tag(unit, USER, "展会", "来源")
        await create_tag(unit, USER, "展会", "兴趣")
    with pytest.raises(Conflict):
        async with audience.units.begin() as unit:
            await create_tag(unit, USER, "展会", "来源")
    async with audience.units.begin() as unit:
        with pytest.raises(NotFound):
            await tag_persons(unit, [1], [99], on=True)
        with pytest.raises(NotFound):
            await person_detail(unit, None, 1)  # type: ignore[arg-type]
