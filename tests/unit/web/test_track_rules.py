"""Messages of the track API: whom they are about, when they happened, what may stay in the log in clear."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.connectors.web.errors import MessageRefused
from weloop.connectors.web.messages import TYPES, Arrival, read_message
from weloop.connectors.web.rules import (
    KeyKind,
    WriteKeyEntry,
    clean_origin,
    correct_time,
    find_state,
    read_basic,
    read_time,
    split_properties,
)
from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, Strength

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.sampled_from(["", "x", "a\x00b", "13800001111", "a@b.cn", "2026-11-25"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "url", "page", "campaign", "state", "\x00"]), inner, max_size=3),
    max_leaves=5,
)


def read(kind: str, body: Any, key: KeyKind = KeyKind.SERVER, **envelope: Any) -> NewEvent:
    """One message as an event."""
    entry = WriteKeyEntry(1, 7, "site_a", key, frozenset())
    return read_message(Arrival(entry, NOW, "trace", **envelope), kind, body)


def names_of(event: NewEvent) -> set[tuple[str, str, str]]:
    """(kind, value, strength) of all aliases."""
    return {(str(alias.ref.kind), alias.ref.value, str(alias.strength)) for alias in event.aliases}


def test_a_server_says_who_is_who() -> None:
    traits = {"name": "李林", "phone": "+86 138 0000 1111", "email": "Lin@Example.com", "unionid": "oUnion_12345"}
    event = read("identify", {"userId": 42, "anonymousId": "browser-1", "traits": traits})
    assert event.subject is not None
    assert (event.subject.kind, event.subject.scope, event.subject.value) == (IdentityKind.SITE_USER, "site_a", "42")
    assert names_of(event) == {
        ("visitor", "browser-1", "weak"),
        ("phone", "13800001111", "weak"),
        ("email", "lin@example.com", "weak"),
        ("unionid", "oUnion_12345", "strong"),
    }
    assert event.profile is not None
    assert event.profile.name == "李林"
    assert event.data == {"method": "identify"}
    assert event.personal["traits"] == traits


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_public_key_names_nobody_but_its_visitor(kind: str) -> None:
    """Whatever a browser claims, its events belong to the browser and link it to nobody."""
    body = {
        "userId": "victim", "anonymousId": "browser-1", "previousId": "browser-1", "event": "e", "groupId": "g",
        "traits": {"phone": "13800001111", "email": "a@b.cn", "unionid": "oVictim_12345", "name": "x"},
    }  # fmt: skip
    event = read(kind, body, KeyKind.PUBLIC)
    assert event.aliases == ()
    assert event.subject is not None
    assert (event.subject.kind, event.subject.value) == (IdentityKind.VISITOR, "browser-1")
    assert event.personal["user_id"] == "victim"


def test_a_public_key_without_a_visitor_says_nothing() -> None:
    with pytest.raises(MessageRefused, match="anonymousId"):
        read("track", {"userId": "victim", "event": "Deal Won"}, KeyKind.PUBLIC)


def test_a_company_shares_no_names_with_its_members() -> None:
    event = read("group", {"userId": "1", "groupId": "acme", "traits": {"phone": "13800001111", "name": "Acme"}})
    assert event.aliases == ()
    assert event.profile is None
    assert event.data == {"method": "group", "group": "acme"}


def test_alias_joins_the_visitor_to_the_user() -> None:
    event = read("alias", {"previousId": "browser-1", "userId": "42"})
    assert names_of(event) == {("visitor", "browser-1", Strength.WEAK)}
    with pytest.raises(MessageRefused, match="previousId"):
        read("alias", {"userId": "42"})


def test_what_may_name_somebody_is_sealed() -> None:
    properties = {
        "plan": "pro", "seats": 12, "trial": False, "Email": "a@b.cn", "contact_name": "李林", "note": "电话13800001111",
        "order": 13800001111, "id": "110101199001011234", "items": [{"sku": 1}], "url": "https://x.cn/?a=1",
        "long": "x" * 101, "bad\x00name": 1, "nul": "a\x00b",
    }  # fmt: skip
    open_ones, sealed = split_properties(properties)
    assert open_ones == {"plan": "pro", "seats": 12, "trial": False, "nul": "a b"}
    assert {**open_ones, **sealed, "nul": "a\x00b"} == properties


def test_a_page_keeps_its_path_and_seals_its_address() -> None:
    page = {"url": "https://www.example.com/case/bearing?utm_state=abc234&phone=13800001111", "path": "/case/bearing?x"}
    event = read("page", {"anonymousId": "b", "name": "案例", "context": {"page": page, "userAgent": "UA"}})
    assert event.kind is EventKind.PAGE_VIEWED
    assert event.data == {"name": "案例", "path": "/case/bearing", "state": "abc234", "properties": {}}
    assert event.personal == {"page": {"url": page["url"]}, "user_agent": "UA"}


@pytest.mark.parametrize(
    ("properties", "context", "state"),
    [
        ({"state": "expo"}, {}, "expo"),
        ({"state": "paid"}, {"campaign": {"name": "x", "state": "expo"}}, "expo"),
        ({"url": "https://a.cn/?x=1&utm_state=expo"}, {}, "expo"),
        ({}, {"page": {"url": "https://a.cn/?utm_state=expo#top"}}, "expo"),
        ({"state": "浙江"}, {}, ""),
        ({"state": "x" * 65}, {"page": {"url": "https://a.cn/?utm_state=%00' OR 1"}}, ""),
        ({"state": ["expo"], "url": 7}, {"campaign": "expo", "page": "https://"}, ""),
        ({"url": "https://[::/?utm_state=expo"}, {}, ""),
    ],
)
def test_the_state_code_is_found(properties: Any, context: Any, state: str) -> None:
    assert find_state(properties, context) == state


def test_time_is_told_by_our_clock() -> None:
    """The sender's clock is an hour fast: it happened two minutes before it was sent."""
    fast = NOW + timedelta(hours=1)
    body = {"userId": "1", "event": "e", "timestamp": (fast - timedelta(minutes=2)).isoformat(), "sentAt": fast.isoformat()}
    assert read("track", body).occurred_at == NOW - timedelta(minutes=2)
    envelope = {name: body[name] for name in ("userId", "event", "timestamp")}
    assert read("track", envelope, sent_at=fast.isoformat()).occurred_at == NOW - timedelta(minutes=2)
    assert read("track", {**envelope, "timestamp": NOW.timestamp() * 1000 - 5000}).occurred_at == NOW - timedelta(seconds=5)


@given(st.datetimes(timezones=st.just(UTC)), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_nothing_happens_in_the_future_or_before_memory(timestamp: datetime, sent_at: datetime | None) -> None:
    assert NOW - MONTH <= correct_time(timestamp, sent_at, NOW, MONTH) <= NOW


@pytest.mark.parametrize("given_time", ["yesterday", "2026-13-01", True, [], {}, 1e300, "9" * 400, "-1"])
def test_a_time_that_is_none_is_refused(given_time: Any) -> None:
    with pytest.raises(MessageRefused, match="timestamp"):
        read_time(given_time, "timestamp")


def test_the_same_message_is_known_again() -> None:
    said = {"userId": "1", "event": "e", "messageId": "m-1"}
    assert read("track", said).dedupe == read("track", {**said, "event": "other"}).dedupe
    assert read("track", said).dedupe != read("track", {**said, "anonymousId": "b"}, KeyKind.PUBLIC).dedupe
    bare = {"userId": "1", "event": "e", "timestamp": NOW.isoformat()}
    assert read("track", {**bare, "sentAt": NOW.isoformat()}).dedupe == read("track", bare).dedupe
    assert read("track", {"userId": "1", "event": "e"}).dedupe != read("track", {"userId": "1", "event": "e"}).dedupe


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("track", [], "message"),
        ("open", {}, "type"),
        ("track", {"event": "e"}, "userId"),
        ("track", {"userId": "1"}, "event"),
        ("track", {"userId": "1", "event": "call 13800001111"}, "event"),
        ("track", {"userId": "1", "event": "x" * 201}, "event"),
        ("track", {"userId": "1", "event": "e", "properties": []}, "properties"),
        ("track", {"userId": "x" * 256, "event": "e"}, "userId"),
        ("track", {"userId": "a\x00b", "event": "e"}, "userId"),
        ("track", {"userId": True, "event": "e"}, "userId"),
        ("track", {"userId": "1", "event": "e", "messageId": {}}, "messageId"),
        ("page", {"userId": "1", "context": 1}, "context"),
        ("group", {"userId": "1"}, "groupId"),
        ("identify", {"userId": "1", "traits": "x"}, "traits"),
    ],
)
def test_what_does_not_fit_is_named(kind: str, body: Any, field: str) -> None:
    with pytest.raises(MessageRefused) as caught:
        read(kind, body)
    assert caught.value.params["field"] == field


FIELDS = (
    "userId anonymousId previousId groupId event name category traits properties context timestamp sentAt messageId"
).split()


@given(st.sampled_from(sorted(TYPES)), st.sampled_from(KeyKind), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_any_json_is_an_event_that_can_be_stored_or_refused(kind: str, key: KeyKind, body: dict[str, Any]) -> None:
    try:
        event = read(kind, {"anonymousId": "b", "event": "e", **body}, key)
    except MessageRefused:
        return
    assert b"\\u0000" not in orjson.dumps(event.data), "PostgreSQL keeps no NUL"
    assert key is KeyKind.SERVER or not event.aliases


@pytest.mark.parametrize(
    ("given_origin", "origin"),
    [
        ("https://WWW.Example.com/", "https://www.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://example.com:443", "https://example.com"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_are_kept_as_browsers_send_them(given_origin: str, origin: str) -> None:
    assert clean_origin(given_origin) == origin


@pytest.mark.parametrize(
    "given_origin", ["", "*", "example.com", "ftp://example.com", "https://a.cn/path", "https://u@a.cn", "https://a b",
                     "https://a.cn:99999", "null", "https://a.cn?x", "https://[::"]  # fmt: skip
)
def test_what_is_no_origin_is_refused(given_origin: str) -> None:
    with pytest.raises(InvalidInput):
        clean_origin(given_origin)


def test_the_key_is_the_user_name_of_basic() -> None:
    def header(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    assert read_basic(header("wls_abc:")) == "wls_abc"
    assert read_basic(header("wls_abc")) == "wls_abc"
    assert read_basic("Bearer wls_abc") is None
    assert read_basic("Basic %%%") is None
    assert read_basic("Basic gICA") is None
