"""Pure rules of webhooks: which events an endpoint wants, where it may stand, how a message is signed, when to try again."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Literal, get_args
from urllib.parse import urlsplit

from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import EventKind
from weloop.contracts.json import JsonObject

Offered = Literal[
    EventKind.LEAD_CREATED,
    EventKind.LEAD_ASSIGNED,
    EventKind.LEAD_ACCEPTED,
    EventKind.LEAD_CONTACTED,
    EventKind.LEAD_ADVANCED,
    EventKind.LEAD_WITHDRAWN,
    EventKind.LEAD_CLOCK_EXPIRED,
    EventKind.FOLLOW_UP_WRITTEN,
    EventKind.TASK_DONE,
    EventKind.CONTACT_ADDED,
    EventKind.CONTACT_LOST,
    EventKind.CONTACT_REMOVED,
    EventKind.FOLLOWER_SUBSCRIBED,
    EventKind.FOLLOWER_UNSUBSCRIBED,
    EventKind.FOLLOWER_SCANNED,
    EventKind.MENU_CLICKED,
    EventKind.GROUP_JOINED,
    EventKind.GROUP_LEFT,
    EventKind.PAGE_VIEWED,
    EventKind.TRACKED,
    EventKind.IDENTIFIED,
    EventKind.LINK_OPENED,
]
"""Kinds that may go out. Outcomes of commands may not: each delivery is one, and would cause the next."""
OFFERED: tuple[EventKind, ...] = get_args(Offered)
TEST = "Test"
"""Type of the message that a person sends to try an endpoint."""
SECRET_PREFIX = "whsec_"
SECRET_BYTES = 24
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
_MAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""IPv6 addresses that lead to an IPv4 address inside them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Events of a kind whose ``data`` has one of the values under each name."""

    kind: str
    where: Mapping[str, Sequence[str]]


def wants(wanted: Iterable[Wanted], kind: EventKind, data: JsonObject) -> bool:
    """Whether one of these asks for an event."""
    return any(
        each.kind == kind and all(str(data.get(name, "")) in values for name, values in each.where.items())
        for each in wanted
    )


def clean_url(given: str, *, private: bool) -> str:
    """The address of an endpoint; InvalidInput. ``private``: plain http and addresses of inner networks are allowed."""
    text = given.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("address") from None
    schemes = ("http", "https") if private else ("https",)
    if any(ord(sign) <= 32 or ord(sign) > 126 for sign in text) or parts.scheme not in schemes:
        raise _refused("address")
    if not host or parts.username is not None or parts.fragment or port == 0:
        raise _refused("address")
    if not private and (host == "localhost" or host.endswith(".localhost") or not is_public_host(host)):
        raise _refused("private")
    return text


def is_public_host(host: str) -> bool:
    """Whether a host may be called as far as its name tells: names are looked up when a message is sent."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        return True


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public network, and none that leads into ours by another way."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _MAPPED):
            return False
    return address.is_global and not address.is_multicast


def sign(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header ``webhook-signature``: one signature for each secret that is valid now."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_hmac(secret, signed)}" for secret in secrets)


def _hmac(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def wait_after(age: timedelta) -> timedelta:
    """How long to wait before the next try: twice as long as it has been tried. Ten tries take some nine hours."""
    return min(LONGEST_WAIT, max(FIRST_WAIT, age * 2))


def _refused(part: str) -> InvalidInput:
    return InvalidInput(f"a webhook cannot stand there: {part}", code="webhook_url", part=part)
