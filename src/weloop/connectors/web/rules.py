"""Pure rules of the track API: keys and origins, what is personal, when something happened, which state code it tells."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from weloop.connectors.web.errors import MessageRefused
from weloop.contracts.errors import InvalidInput
from weloop.contracts.json import JsonObject, JsonValue


class KeyKind(StrEnum):
    PUBLIC = "public"
    """Stands in pages and apps for all to read: what it says of a person's names is hearsay and links nobody."""
    SERVER = "server"
    """Is kept on a server of the company: what it says of a person's names is believed."""


@dataclass(frozen=True, slots=True)
class WriteKeyEntry:
    """A live write key. ``scope`` is the app id of its site; ``origins`` are those of pages that may use it."""

    id: int
    account_id: int
    scope: str
    kind: KeyKind
    origins: frozenset[str]


PREFIXES = {KeyKind.PUBLIC: "wlp_", KeyKind.SERVER: "wls_"}
"""Of the keys: whoever finds one in a page or a log sees what it is."""
STATE_PARAMETER = "utm_state"
"""Query parameter that carries a state code. Analytics SDKs hand on what begins with ``utm_`` as context.campaign."""
OLDEST = {KeyKind.PUBLIC: timedelta(days=35), KeyKind.SERVER: timedelta(days=3660)}
"""What is older is taken as of now: a phone that was off for weeks is, a clock that stands at 1970 is not."""
MAX_OPEN_TEXT, MAX_OPEN_NAMES = 100, 50
_STATE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_PERSONAL_VALUE = re.compile(r"[^@\s]+@[^@\s]+\.|(?<![0-9])1[3-9][0-9]{9}(?![0-9])|(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
"""An e-mail address, a mobile number or the number of an identity card."""
_PERSONAL_NAMES = frozenset(
    "email mail phone mobile tel telephone cellphone name firstname lastname fullname username nickname realname "
    "contact contactname address street birthday birthdate idcard idnumber wechat wechatid weixin openid unionid "
    "externaluserid ip useragent password token url href referrer referer search query title".split()
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def hash_key(key: str) -> bytes:
    """What is stored of a key. It holds 192 random bits, so that a plain hash tells nothing."""
    return hashlib.sha256(key.encode()).digest()


def read_basic(authorization: str) -> str | None:
    """The user name of HTTP Basic; None when the header is something else."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None


def clean_origin(given: str) -> str:
    """An origin as browsers send it, such as ``https://www.example.com``; InvalidInput."""
    try:
        parts = urlsplit(given.strip().lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    shown = f"[{host}]" if ":" in host else host
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment and parts.username is None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(shown) or not bare or port == 0:
        raise InvalidInput("an origin is scheme, host and port", code="origin_shape", origin=given[:100])
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")


def read_time(given: Any, field: str) -> datetime | None:
    """ISO 8601, or milliseconds since 1970; without an offset UTC is meant. None stays None; MessageRefused."""
    if given is None:
        return None
    try:
        if isinstance(given, str):
            moment = datetime.fromisoformat(given)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(given, int | float) and not isinstance(given, bool):
            return datetime.fromtimestamp(given / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise MessageRefused(field, "expected ISO 8601, such as 2026-11-25T08:00:00.000Z")


def correct_time(
    timestamp: datetime | None, sent_at: datetime | None, received_at: datetime, oldest: timedelta
) -> datetime:
    """When it happened by our clock: as long before we received it as, by the sender's clock, before it was sent.

    What would lie in the future or is too old to be true happened when it came.
    """
    if timestamp is None:
        return received_at
    age = (sent_at or received_at) - timestamp
    return received_at - age if timedelta(0) <= age <= oldest else received_at


def looks_personal(text: str) -> bool:
    """Whether a text holds an address or a number that belongs to one human being."""
    return _PERSONAL_VALUE.search(text) is not None


def clean_text(text: str, most: int = MAX_OPEN_TEXT) -> str:
    """Without control characters, cut."""
    return _CONTROL.sub(" ", text)[:most].strip()


def split_properties(properties: Mapping[str, Any]) -> tuple[JsonObject, JsonObject]:
    """What may stay in the log for ever, and what is sealed: whatever names or may name a human being, or is nested."""
    open_ones: dict[str, JsonValue] = {}
    sealed: dict[str, JsonValue] = {}
    for name, value in properties.items():
        if len(open_ones) < MAX_OPEN_NAMES and _is_open(name, value):
            open_ones[name] = clean_text(value) if isinstance(value, str) else value
        else:
            sealed[name] = value
    return open_ones, sealed


def _is_open(name: str, value: Any) -> bool:
    if not isinstance(value, str | int | float | bool) or len(name) > MAX_OPEN_TEXT or _CONTROL.search(name):
        return False
    plain = re.sub(r"[^a-z]", "", name.lower())
    text = str(value)
    return plain not in _PERSONAL_NAMES and len(text) <= MAX_OPEN_TEXT and not looks_personal(f"{name} {text}")


def find_state(properties: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The state code that brought somebody: what the SDK took from the address, the address, or ``properties.state``."""
    campaign, page = context.get("campaign"), context.get("page")
    told = campaign.get("state") if isinstance(campaign, Mapping) else None
    addresses = [properties.get("url"), page.get("url") if isinstance(page, Mapping) else None]
    found = (told, *(_state_in(each) for each in addresses if isinstance(each, str)), properties.get("state"))
    return next((each for each in found if isinstance(each, str) and _STATE.fullmatch(each)), "")


def _state_in(address: str) -> str | None:
    if STATE_PARAMETER not in address:
        return None
    try:
        return parse_qs(urlsplit(address).query, max_num_fields=100).get(STATE_PARAMETER, [None])[0]
    except ValueError:
        return None


def path_of(properties: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The path of the page without its query; empty when there is none, or it names somebody."""
    page = context.get("page")
    given = properties.get("path") or (page.get("path") if isinstance(page, Mapping) else None)
    path = clean_text(given.partition("?")[0].partition("#")[0], 200) if isinstance(given, str) else ""
    return "" if looks_personal(path) else path
