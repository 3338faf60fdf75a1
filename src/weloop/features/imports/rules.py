"""Rules of imports: what a column may mean, how it is guessed from its name, and what a row must be."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TypeAlias

from weloop.contracts.errors import InvalidInput
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonObject, JsonValue
from weloop.contracts.phones import clean_phone
from weloop.features.imports.former import Former, contradiction, make_former, read_amount, read_day, read_stage


class Field(StrEnum):
    """What a column may hold."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    COMPANY = "company"
    TITLE = "title"
    NEED = "need"
    NOTE = "note"
    OWNER = "owner"
    STATE = "state"
    UNIONID = "unionid"
    EXTERNAL_USERID = "external_userid"
    FORMER_SOURCE = "former_source"
    """Where they came from, in the words of the file; ``STATE`` is a source of ours."""
    ENTERED_ON = "entered_on"
    REACHED = "reached"
    AMOUNT = "amount"
    WON_ON = "won_on"


OWN = "attribute:"
"""How a column names an attribute of persons: this, and its key."""
Meaning: TypeAlias = Field | str
"""What a column means: one of ours, or an attribute that somebody defined."""
KEYS = (Field.PHONE, Field.EXTERNAL_USERID, Field.UNIONID, Field.EMAIL)
"""By which a person is known, in this order: the first that a row has carries its name and company."""
_KINDS = {
    Field.PHONE: IdentityKind.PHONE,
    Field.EXTERNAL_USERID: IdentityKind.EXTERNAL_CONTACT,
    Field.UNIONID: IdentityKind.UNIONID,
    Field.EMAIL: IdentityKind.EMAIL,
}


class Placement(StrEnum):
    """What becomes of the rows beside persons."""

    NONE = "none"
    """Persons only."""
    POOL = "pool"
    """Leads: with the owner the row names, else in the open pool."""
    ASSIGN = "assign"
    """Leads: with the owner the row names, else shared out as leads are."""


class Kept(StrEnum):
    """Why undoing an import leaves somebody where they are."""

    LEAD = "lead"
    """They are or were a lead, or the lead of the import was worked."""
    MET = "met"
    """They were seen since, or are a friend."""
    KNOWN = "known"
    """They were known before."""


class State(StrEnum):
    """How far an import is."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


_NOISE = re.compile(r"[\s_\-*:：()（）【】\[\]/.。、]|必填|选填|required|optional")


@cache
def load_meanings() -> Mapping[str, Field]:
    """Field by column name, from ``columns.toml`` beside this file."""
    given = tomllib.loads(resources.files(__package__).joinpath("columns.toml").read_text("utf-8"))
    return {name: Field(meant) for meant, names in given.items() for name in names}


def guess_fields(columns: Sequence[str], own: Mapping[str, str]) -> list[Meaning | None]:
    """What each column may mean by its name; of two that mean the same the first. ``own``: attributes, name → key."""
    named = {_plain(name): OWN + key for name, key in own.items()}
    taken: set[Meaning] = set()
    guessed: list[Meaning | None] = []
    for column in columns:
        meant = named.get(_plain(column)) or load_meanings().get(_plain(column))
        meant = None if meant in taken else meant
        taken |= {meant} if meant is not None else set()
        guessed.append(meant)
    return guessed


def _plain(column: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", column).lower())


def check_fields(columns: int, fields: Sequence[Meaning | None]) -> None:
    """InvalidInput unless there is a field or None for each column, each field once, and one that tells who it is."""
    chosen = [each for each in fields if each is not None]
    if len(fields) != columns:
        raise InvalidInput("one field or none for each column", code="import_fields", columns=columns)
    twice = sorted({each for each in chosen if chosen.count(each) > 1})
    if twice:
        raise InvalidInput("two columns cannot be the same", code="import_field_twice", field=twice[0])
    if not set(KEYS) & set(chosen):
        raise InvalidInput("no column tells who it is", code="import_no_key")


ReadOwn: TypeAlias = Callable[[str], JsonValue]
"""A value of an attribute as somebody wrote it → as the log keeps it; InvalidInput if it is none."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may name. ``owners``: userids by userid and by name, "" where a name is several members'."""

    scope: str
    owners: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    """State codes by code and by name."""
    today: date = date.max
    """The Beijing day: nothing of former times is later."""
    own: Mapping[str, ReadOwn] = field(default_factory=dict)
    """By key of an attribute what reads its values."""


def by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Ids by id and by name; "" where several have a name. ``names``: id → name."""
    found: dict[str, str] = {}
    for key, name in names.items():
        found[name] = "" if name in found else key
    return {**found, **{key: key for key in names}}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row stays out. ``column`` counts from 0; -1: the row as a whole."""

    column: int
    code: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row that can come in. ``refs``: by which the person is known, the first one carries the profile."""

    number: int
    refs: tuple[IdentityRef, ...]
    profile: Profile | None
    personal: JsonObject
    owner: str
    state: str
    former: Former = field(default_factory=Former)

    @property
    def subject(self) -> IdentityRef:
        """Whom the row is about."""
        return self.refs[0]

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Their other names; somebody typed them."""
        return tuple(Alias(ref, Strength.WEAK) for ref in self.refs[1:])


_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_PLATFORM_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")
_LONGEST = {
    Field.FORMER_SOURCE: 60,
    Field.NAME: 100,
    Field.COMPANY: 200,
    Field.TITLE: 100,
    Field.NEED: 1000,
    Field.NOTE: 1000,
}
_TOLD = (Field.TITLE, Field.NEED, Field.NOTE)
_FORMER = (Field.FORMER_SOURCE, Field.ENTERED_ON, Field.REACHED, Field.AMOUNT, Field.WON_ON)


def read_row(
    number: int, cells: Sequence[str], fields: Sequence[Meaning | None], known: Known
) -> tuple[ImportRow | None, list[Fault]]:
    """A row as it comes in, or why it does not: every fault of it."""
    faults: list[Fault] = []
    values: dict[Field, str] = {}
    own: dict[str, JsonValue] = {}
    for column, meant in enumerate(fields):
        text = cells[column] if column < len(cells) else ""
        if meant is None or not text:
            continue
        if not isinstance(meant, Field):
            try:
                own[meant.removeprefix(OWN)] = known.own[meant.removeprefix(OWN)](text)
            except (InvalidInput, KeyError):
                faults.append(Fault(column, "attribute"))
            continue
        value, code = _read(meant, text, known)
        if code:
            faults.append(Fault(column, code))
        else:
            values[meant] = value
    former = make_former(*(values.get(each, "") for each in _FORMER))
    if not faults and (wrong := contradiction(former)):
        faults.append(Fault(fields.index(Field.WON_ON), wrong))
    refs = tuple(_ref(key, values[key], known) for key in KEYS if key in values)
    if not refs and not faults:
        faults.append(Fault(-1, "no_key"))
    if faults:
        return None, faults
    named = Field.NAME in values or Field.COMPANY in values
    profile = Profile(name=values.get(Field.NAME), company=values.get(Field.COMPANY)) if named else None
    personal: JsonObject = {str(each): values[each] for each in _TOLD if each in values}
    if own:
        personal = {**personal, "attributes": own}
    wanted = (values.get(Field.OWNER, ""), values.get(Field.STATE, ""))
    return ImportRow(number, refs, profile, personal, *wanted, former), []


def _ref(key: Field, value: str, known: Known) -> IdentityRef:
    return IdentityRef(_KINDS[key], known.scope if key is Field.EXTERNAL_USERID else "", value)


def _read(meant: Field, text: str, known: Known) -> tuple[str, str]:
    """(value, "") or ("", what is wrong)."""
    if meant is Field.PHONE:
        return _checked(clean_phone(text), "phone")
    if meant is Field.EMAIL:
        address = unicodedata.normalize("NFKC", text).strip().lower()
        return _checked(address if len(address) <= 254 and _EMAIL.fullmatch(address) else "", "email")
    if meant in (Field.UNIONID, Field.EXTERNAL_USERID):
        return _checked(text if _PLATFORM_ID.fullmatch(text) else "", meant)
    if meant is Field.OWNER:
        return _checked(known.owners.get(text, ""), "owner_several" if text in known.owners else "owner_unknown")
    if meant is Field.STATE:
        return _checked(known.states.get(text, ""), "state_several" if text in known.states else "state_unknown")
    if meant in (Field.ENTERED_ON, Field.WON_ON):
        day = read_day(text)
        return ("", "date_future") if day > known.today.isoformat() else _checked(day, "date")
    if meant is Field.REACHED:
        return _checked(read_stage(text), "reached_unknown")
    if meant is Field.AMOUNT:
        return _checked(read_amount(text), "amount")
    return _checked(text if len(text) <= _LONGEST[meant] else "", "too_long")


def _checked(value: str, code: str) -> tuple[str, str]:
    return (value, "") if value else ("", code)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds; see ``limits.toml``."""

    file_bytes: int
    rows: int
    columns: int
    cell: int
    text: int
    memory: int
    cpu_seconds: int
    seconds: int
    batch: int
    draft_days: int
    done_days: int


@cache
def load_limits() -> Limits:
    """From ``limits.toml`` beside this file."""
    given = tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text("utf-8"))
    file, reader, keep = given["file"], given["reader"], given["keep"]
    return Limits(
        file["bytes"],
        file["rows"],
        file["columns"],
        file["cell"],
        file["text"],
        reader["memory"],
        reader["cpu_seconds"],
        reader["seconds"],
        given["batch"]["rows"],
        keep["draft_days"],
        keep["done_days"],
    )
