"""The one event of the track API that has a meaning of its own: a member's message was archived (会话内容存档).

Where the archive is kept, another service reads it. What it tells is that there was a message, never what it says.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from weloop.connectors.web.errors import MessageRefused
from weloop.connectors.web.rules import OLDEST, KeyKind, read_time
from weloop.contracts.errors import NotAllowed
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef

NAME = "Staff Message Archived"
SLACK = timedelta(minutes=5)
"""How far the platform's clock may be ahead of ours."""
FIELDS = ("corp_id", "staff", "external_userid", "msgid")
_SHAPES = {
    "corp_id": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "staff": re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
    "external_userid": re.compile(r"w[mo][A-Za-z0-9_-]{1,62}"),
    "msgid": re.compile(r"[A-Za-z0-9_.-]{1,128}"),
}


def is_archived(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a message of the track API is this one."""
    return kind == "track" and body.get("event") == NAME


def read_archived(
    account_id: int, key: KeyKind, body: Mapping[str, Any], received_at: datetime, trace_id: str = ""
) -> NewEvent:
    """The event; NotAllowed with a public key, MessageRefused for a field that is missing, odd or too much."""
    if key is not KeyKind.SERVER:
        raise NotAllowed("this needs a server key", code="write_key_public")
    told = _read_fields(body.get("properties"))
    return NewEvent(
        account_id=account_id,
        kind=EventKind.STAFF_MESSAGE_ARCHIVED,
        dedupe=f"archived:{told['corp_id']}:{told['msgid']}",
        occurred_at=_read_time(body, received_at),
        subject=IdentityRef(IdentityKind.EXTERNAL_CONTACT, told["corp_id"], told["external_userid"]),
        data={"corp_id": told["corp_id"], "staff": told["staff"], "message_id": told["msgid"]},
        trace_id=trace_id,
    )


def _read_time(body: Mapping[str, Any], received_at: datetime) -> datetime:
    """The platform's own time. What cannot be it is refused: taken as of now, an old message would prove a contact."""
    sent = read_time(body.get("timestamp"), "timestamp")
    if sent is None or not received_at - OLDEST[KeyKind.SERVER] <= sent <= received_at + SLACK:
        raise MessageRefused("timestamp", "the time of the message is needed: ISO 8601, or milliseconds since 1970")
    return min(sent, received_at)


def _read_fields(properties: Any) -> dict[str, str]:
    given = properties if isinstance(properties, Mapping) else {}
    for name in given:
        if name not in FIELDS:
            raise MessageRefused(f"properties.{name[:60]}", f"only {', '.join(FIELDS)}; never what the message says")
    told = {}
    for name in FIELDS:
        value = given.get(name)
        if not isinstance(value, str) or not _SHAPES[name].fullmatch(value):
            raise MessageRefused(f"properties.{name}", "missing, or not of its shape")
        told[name] = value
    return told
