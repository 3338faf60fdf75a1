"""Messages of the track API, as analytics SDKs send them, turned into events. Pure.

Facts from a public key link nobody: a browser may claim any user id, phone number or unionid. Its events belong to
the visitor alone, and what it claims is kept, sealed, as a claim.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from weloop.connectors.web.archived import is_archived, read_archived
from weloop.connectors.web.errors import MessageRefused
from weloop.connectors.web.rules import (
    OLDEST,
    KeyKind,
    WriteKeyEntry,
    clean_text,
    correct_time,
    find_state,
    looks_personal,
    path_of,
    read_time,
    split_properties,
)
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonObject, JsonValue
from weloop.contracts.phones import clean_phone

TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias"})
MAX_ID, MAX_NAME = 255, 200
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}\.[^@\s\x00-\x1f.]{2,63}")
_UNIONID = re.compile(r"[0-9A-Za-z_-]{6,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a request came: by which key, when, and what its envelope says of its sending."""

    key: WriteKeyEntry
    received_at: datetime
    trace_id: str
    sent_at: Any = None
    context: Mapping[str, Any] | None = None


def read_message(arrival: Arrival, kind: str, body: Any) -> NewEvent:
    """One event; MessageRefused names the field that does not fit, NotAllowed what needs a server key."""
    if not isinstance(body, dict):
        raise MessageRefused("message", "expected an object")
    if kind not in TYPES:
        raise MessageRefused("type", f"expected one of {', '.join(sorted(TYPES))}")
    if is_archived(kind, body):
        key = arrival.key
        return read_archived(key.account_id, key.kind, body, arrival.received_at, arrival.trace_id)
    names = _names(arrival.key, kind, body)
    context = {**(arrival.context or {}), **_object(body, "context")}
    event_kind, data, personal = _WHAT[kind](body, context)
    traits = _object(body, "traits") if kind == "identify" else {}
    return NewEvent(
        account_id=arrival.key.account_id,
        kind=event_kind,
        dedupe=f"track:{arrival.key.kind}:{_message_id(body)}",
        occurred_at=_moment(arrival, body),
        subject=names.subject,
        data=data,
        personal={**personal, **names.claims, **_surroundings(context)},
        aliases=_aliases(names, traits) if arrival.key.kind is KeyKind.SERVER else (),
        profile=_profile(traits),
        trace_id=arrival.trace_id,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Whom a message is about, who else that is by the sender's word, and names that are no more than claims."""

    subject: IdentityRef
    others: tuple[IdentityRef, ...]
    claims: JsonObject


def _names(key: WriteKeyEntry, kind: str, body: Mapping[str, Any]) -> _Names:
    user, visitor = _id(body, "userId"), _id(body, "anonymousId")
    if kind == "alias":
        visitor = _id(body, "previousId") or visitor
        if not user or not visitor:
            raise MessageRefused("previousId" if user else "userId", "alias needs userId and previousId")
    as_visitor = IdentityRef(IdentityKind.VISITOR, key.scope, visitor)
    if key.kind is KeyKind.PUBLIC:
        if not visitor:
            raise MessageRefused("anonymousId", "a message with a public key needs anonymousId")
        return _Names(as_visitor, (), {"user_id": user} if user else {})
    if not user and not visitor:
        raise MessageRefused("userId", "a message needs userId or anonymousId")
    if not user:
        return _Names(as_visitor, (), {})
    return _Names(IdentityRef(IdentityKind.SITE_USER, key.scope, user), (as_visitor,) if visitor else (), {})


def _id(body: Mapping[str, Any], field: str) -> str:
    """An id as text; numbers are taken as their digits. Empty when there is none."""
    given = body.get(field)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise MessageRefused(field, "expected text")
    text = str(given).strip()
    if len(text) > MAX_ID or _CONTROL.search(text):
        raise MessageRefused(field, f"at most {MAX_ID} characters, and no control characters")
    return text


def _aliases(names: _Names, traits: Mapping[str, Any]) -> tuple[Alias, ...]:
    """Who else the subject is, by the word of a server. A unionid is one person's; the rest may be shared."""
    found = [Alias(ref, Strength.WEAK) for ref in names.others]
    phone, email, unionid = (traits.get(name) for name in ("phone", "email", "unionid"))
    if phone and isinstance(phone, str | int) and (digits := clean_phone(str(phone)[:40])):
        found.append(Alias(IdentityRef(IdentityKind.PHONE, "", digits), Strength.WEAK))
    if isinstance(email, str) and _EMAIL.fullmatch(email.strip()):
        found.append(Alias(IdentityRef(IdentityKind.EMAIL, "", email.strip().lower()), Strength.WEAK))
    if isinstance(unionid, str) and _UNIONID.fullmatch(unionid):
        found.append(Alias(IdentityRef(IdentityKind.UNIONID, "", unionid), Strength.STRONG))
    return tuple(found)


def _profile(traits: Mapping[str, Any]) -> Profile | None:
    """Only with a name: a profile replaces the one before it whole."""
    parts = (traits.get(name) for name in ("firstName", "lastName"))
    name = traits.get("name") or " ".join(part for part in parts if isinstance(part, str))
    if not isinstance(name, str) or not clean_text(name):
        return None
    company = traits.get("company")
    company = company.get("name") if isinstance(company, Mapping) else company
    return Profile(name=clean_text(name), company=clean_text(company) or None if isinstance(company, str) else None)


def _message_id(body: Mapping[str, Any]) -> str:
    """Without an id, what says the same of the same moment is the same message; without a moment, nothing is."""
    given = _id(body, "messageId")
    if given:
        return given
    if body.get("timestamp") is None and body.get("originalTimestamp") is None:
        return secrets.token_hex(16)
    said = {name: value for name, value in body.items() if name not in ("sentAt", "writeKey")}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _moment(arrival: Arrival, body: Mapping[str, Any]) -> datetime:
    given = body.get("timestamp") if body.get("timestamp") is not None else body.get("originalTimestamp")
    sent = body.get("sentAt") if body.get("sentAt") is not None else arrival.sent_at
    return correct_time(
        read_time(given, "timestamp"), read_time(sent, "sentAt"), arrival.received_at, OLDEST[arrival.key.kind]
    )


_What = tuple[EventKind, JsonObject, JsonObject]


def _track(body: Mapping[str, Any], context: Mapping[str, Any]) -> _What:
    name = _label(body, "event")
    if not name:
        raise MessageRefused("event", "a track message needs the name of what happened")
    properties = _object(body, "properties")
    open_ones, sealed = split_properties(properties)
    data: dict[str, JsonValue] = {"name": name, **_state(properties, context), "properties": open_ones}
    return EventKind.TRACKED, data, {"properties": sealed} if sealed else {}


def _page(body: Mapping[str, Any], context: Mapping[str, Any]) -> _What:
    properties = _object(body, "properties")
    open_ones, sealed = split_properties(properties)
    told = {"name": _label(body, "name"), "category": _label(body, "category"), "path": path_of(properties, context)}
    data: dict[str, JsonValue] = {
        **{name: text for name, text in told.items() if text},
        **_state(properties, context),
        "properties": {name: value for name, value in open_ones.items() if name != "path"},
    }
    return EventKind.PAGE_VIEWED, data, {"properties": sealed} if sealed else {}


def _identify(body: Mapping[str, Any], _: Mapping[str, Any]) -> _What:
    return EventKind.IDENTIFIED, {"method": "identify"}, {"traits": _object(body, "traits")}


def _alias(_: Mapping[str, Any], __: Mapping[str, Any]) -> _What:
    return EventKind.IDENTIFIED, {"method": "alias"}, {}


def _group(body: Mapping[str, Any], _: Mapping[str, Any]) -> _What:
    group = _id(body, "groupId")
    if not group:
        raise MessageRefused("groupId", "a group message needs the id of the group")
    personal = {"traits": _object(body, "traits")}
    if looks_personal(group):
        return EventKind.IDENTIFIED, {"method": "group"}, {**personal, "group": group}
    return EventKind.IDENTIFIED, {"method": "group", "group": group}, personal


_WHAT = {"track": _track, "page": _page, "screen": _page, "identify": _identify, "alias": _alias, "group": _group}


def _object(body: Mapping[str, Any], field: str) -> dict[str, Any]:
    given = body.get(field)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise MessageRefused(field, "expected an object")
    return given


def _label(body: Mapping[str, Any], field: str) -> str:
    """A name that stays in the log for ever: it may not be somebody's."""
    given = body.get(field)
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > MAX_NAME:
        raise MessageRefused(field, f"expected a text of at most {MAX_NAME} characters")
    text = clean_text(given, MAX_NAME)
    if looks_personal(text):
        raise MessageRefused(field, "a name that holds a phone number, an address or an id card is not taken")
    return text


def _state(properties: Mapping[str, Any], context: Mapping[str, Any]) -> JsonObject:
    state = find_state(properties, context)
    return {"state": state} if state else {}


def _surroundings(context: Mapping[str, Any]) -> JsonObject:
    """What is kept, sealed, of where it happened: the page and the browser."""
    page = context.get("page")
    kept = {name: page[name] for name in ("url", "referrer", "title") if page.get(name)} if isinstance(page, dict) else {}
    agent = context.get("userAgent")
    return {**({"page": kept} if kept else {}), **({"user_agent": agent[:300]} if isinstance(agent, str) else {})}
