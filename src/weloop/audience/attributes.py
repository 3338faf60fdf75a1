"""Typed attributes of persons: what there is, and what is told of whom.

A value is kept with the identity it was told of; of a person the newest holds. So two persons that become one keep the
newest, and each gets its own back when they are told apart (ADR 0006).
"""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from weloop.access.api import CurrentUser, record_act
from weloop.audience import attributes_rows
from weloop.audience.attributes_models import Attribute
from weloop.audience.attributes_rules import COLUMN, AttributeType, Value, check_choices, read_value
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.json import JsonObject, JsonValue
from weloop.identity.api import find_accounts, find_identities, find_persons, lock_persons
from weloop.kit.unit import UnitOfWork

TOPIC = "attributes"
BY_HAND = 2**63 - 1
"""In place of an event: what somebody says now counts after all that was told of this moment."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of an identity; ``value`` None: nothing any more. ``origin``: hand, import, track, journey."""

    identity_id: int
    attribute_id: int
    value: Value | None
    at: datetime
    origin: str
    event_id: int = BY_HAND


async def create_attribute(unit: UnitOfWork, user: CurrentUser, values: Mapping[str, Any]) -> Attribute:
    """Define an attribute. Conflict for a key that is known, InvalidInput for wrong choices."""
    choices = check_choices(AttributeType(values["type"]), values["choices"])
    row = Attribute(**{**values, "choices": choices}, created_at=unit.now)
    unit.session.add(row)
    try:
        await unit.session.flush()
    except IntegrityError as error:
        raise Conflict("an attribute has this key", code="attribute_known", key=values["key"]) from error
    _note(unit, user, "attribute_created", row)
    return row


async def change_attribute(
    unit: UnitOfWork, user: CurrentUser, attribute_id: int, name: str, choices: Sequence[str]
) -> Attribute:
    """Another name or other choices; values of a choice that is gone stay."""
    row = await _locked(unit, attribute_id)
    row.name, row.choices = name, check_choices(AttributeType(row.type), choices)
    await unit.session.flush()
    _note(unit, user, "attribute_changed", row)
    return row


async def archive_attribute(unit: UnitOfWork, user: CurrentUser, attribute_id: int, archived: bool) -> Attribute:
    """Put it away, or take it back. Its values stay; nothing is told of it any more."""
    row = await _locked(unit, attribute_id)
    if (row.archived_at is not None) is not archived:
        row.archived_at = unit.now if archived else None
        await unit.session.flush()
        _note(unit, user, "attribute_archived" if archived else "attribute_restored", row)
    return row


async def _locked(unit: UnitOfWork, attribute_id: int) -> Attribute:
    row = await attributes_rows.lock_attribute(unit.session, attribute_id)
    if row is None:
        raise NotFound("there is no such attribute", code="attribute_not_found")
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: Attribute) -> None:
    record_act(unit, user.id, act, f"attribute:{row.id}", {"name": row.name, "key": row.key})
    unit.publish(TOPIC)


async def open_attributes(unit: UnitOfWork) -> dict[str, Attribute]:
    """Those that are not archived, by key."""
    rows = await attributes_rows.list_attributes(unit.session)
    return {row.key: row for row in rows if row.archived_at is None}


async def set_attributes(unit: UnitOfWork, persons: Collection[int], given: Mapping[str, object], origin: str) -> None:
    """Set attributes {key: raw value} of many persons; None takes one away. ``persons``: ids of persons or identities.

    NotFound for an unknown or archived key, InvalidInput for what is no value of its type.
    """
    attributes = await open_attributes(unit)
    values: dict[int, Value | None] = {}
    for key, raw in given.items():
        row = attributes.get(key)
        if row is None:
            raise NotFound("there is no such attribute", code="attribute_not_found", key=key)
        values[row.id] = None if raw is None else _read(row, raw)
    found = sorted(set((await find_persons(unit, persons)).values()))
    told = [Told(person, key, value, unit.now, origin) for person in found for key, value in values.items()]
    await tell_values(unit, told)


def _read(row: Attribute, raw: object) -> Value:
    try:
        return read_value(AttributeType(row.type), row.choices, raw)
    except InvalidInput as error:
        raise InvalidInput(
            "no value of this attribute", code="attribute_value", type=row.type, name=row.name
        ) from error


async def tell_values(unit: UnitOfWork, told: Sequence[Told]) -> None:
    """Keep what was told and fold the persons of whom it was; a change is an event ``AttributeChanged``."""
    attributes = {row.id: row for row in await attributes_rows.list_attributes(unit.session)}
    newest = {(each.identity_id, each.attribute_id): each for each in sorted(told, key=lambda t: (t.at, t.event_id))}
    person_of = await find_persons(unit, {each.identity_id for each in newest.values()})
    await lock_persons(unit, person_of.values())
    rows = [_row(attributes[each.attribute_id], each) for each in newest.values()]
    written = await attributes_rows.write_values(unit.connection, rows)
    persons = {person_of[identity] for identity in written if identity in person_of}
    if not persons:
        return
    changes = await attributes_rows.fold_persons(unit.connection, await find_identities(unit, persons), persons)
    await _announce(unit, changes, attributes)


def _row(attribute: Attribute, told: Told) -> tuple[object, ...]:
    place = COLUMN[AttributeType(attribute.type)]
    values = [told.value if column == place else None for column in ("text", "number", "day", "flag")]
    return (told.identity_id, told.attribute_id, *values, told.at, told.event_id, told.origin)


async def _announce(unit: UnitOfWork, changes: Sequence[Row[Any]], attributes: Mapping[int, Attribute]) -> None:
    accounts = await find_accounts(unit, {row.person_id for row in changes})
    for row in changes:
        attribute = attributes[row.attribute_id]
        value = value_of(row, attribute)
        unit.append(
            NewEvent(
                account_id=accounts.get(row.person_id, 0),
                kind=EventKind.ATTRIBUTE_CHANGED,
                dedupe=f"attribute:{uuid.uuid4().hex}",
                occurred_at=unit.now,
                identity_id=row.person_id,
                data={"attribute": attribute.key},
                personal={"value": to_plain(value)},
            )
        )
    if changes:
        unit.publish("persons")
        unit.publish(TOPIC)


def value_of(row: Row[Any], attribute: Attribute) -> Value | None:
    """The value in a row of (text, number, day, flag)."""
    value: Value | None = getattr(row, COLUMN[AttributeType(attribute.type)])
    return value


def to_plain(value: Value | None) -> str | float | bool | None:
    """A value as JSON has it: a day as YYYY-MM-DD."""
    return value.isoformat() if isinstance(value, date) else value


async def values_of(unit: UnitOfWork, persons: Collection[int]) -> dict[int, JsonObject]:
    """By person: the plain values of attributes that are not archived, by key."""
    attributes = {row.id: row for row in (await open_attributes(unit)).values()}
    found: dict[int, dict[str, Any]] = {person: {} for person in persons}
    for row in await attributes_rows.load_values(unit.connection, persons):
        if row.attribute_id in attributes:
            attribute = attributes[row.attribute_id]
            found[row.person_id][attribute.key] = to_plain(value_of(row, attribute))
    return dict(found.items())


async def attribute_names(unit: UnitOfWork) -> dict[str, str]:
    """Keys of those that are not archived, by name."""
    return {row.name: row.key for row in (await open_attributes(unit)).values()}


async def attribute_readers(unit: UnitOfWork) -> dict[str, Callable[[object], JsonValue]]:
    """By key what reads a value as somebody wrote it: the plain value, InvalidInput for what is none."""
    return {key: partial(_read_plain, row) for key, row in (await open_attributes(unit)).items()}


def _read_plain(row: Attribute, raw: object) -> JsonValue:
    return to_plain(_read(row, raw))


def read_told(
    attributes: Mapping[str, Attribute], given: Mapping[str, object], identity_id: int, at: datetime, **cause: Any
) -> list[Told]:
    """What of ``given`` (key → raw) are values of attributes; anything else is left out."""
    told = []
    for key, raw in given.items():
        attribute = attributes.get(key)
        if attribute is None:
            continue
        try:
            value = None if raw is None else read_value(AttributeType(attribute.type), attribute.choices, raw)
        except InvalidInput:
            continue
        told.append(Told(identity_id, attribute.id, value, at, **cause))
    return told


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Identities went to other persons: each person gets what its identities tell."""
    await attributes_rows.fold_persons(unit.connection, await find_identities(unit, persons), persons)
