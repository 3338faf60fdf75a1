"""Official account callbacks → events."""

from collections.abc import Mapping
from datetime import datetime

from weloop.connectors.callbacks import (
    Fields,
    inner_fields,
    moment,
    occurrence,
    plain_codec,
    refuse,
    safe_codec,
    short,
    type_name,
    whole_occurrence,
)
from weloop.contracts.callbacks import CallbackCredentials, CallbackMode
from weloop.contracts.contact_rules import MAX_WORD
from weloop.contracts.errors import CallbackRefused
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject, JsonValue
from wxapi.callback import CallbackError, read_rows

_SCENE_PREFIX = "qrscene_"
_MENU_TYPES = {"click": "click", "view": "view", "view_miniprogram": "view_miniprogram"}
MENU_KEY_CHARACTERS = 1024
"""An address of the menu has at most 1,024 bytes; whatever claims more is cut."""
_POPUP, _NOTICE_SENT = "subscribe_msg_popup_event", "subscribe_msg_sent_event"
_NOTICE_ROWS = {
    _POPUP: "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    _NOTICE_SENT: "SubscribeMsgSentEvent",
}
"""Events about subscription notices, with the element that lists their templates."""
_ANSWERED = frozenset({EventKind.FOLLOWER_SUBSCRIBED, EventKind.FOLLOWER_SCANNED, EventKind.MENU_CLICKED})
"""They open a window of one minute for a reply, and somebody may be waiting for it."""
_PLATFORM_EVENTS = frozenset(
    {
        "masssendjobfinish",
        "publishjobfinish",
        "freepublishjobfinish",
        "qualification_verify_success",
        "qualification_verify_fail",
        "naming_verify_success",
        "naming_verify_fail",
        "annual_renew",
        "verify_expired",
    }
)
"""Events about the account itself: their sender is an account of the platform, not a follower."""


def parse(
    credentials: CallbackCredentials,
    query: Mapping[str, str],
    body: bytes,
    received_at: datetime,
    trace_id: str = "",
) -> list[NewEvent]:
    """Check, decrypt where the mode says so, and read one push; see ``contracts.callbacks.CallbackReader``."""
    plain = credentials.mode is CallbackMode.PLAIN
    codec = plain_codec(credentials) if plain else safe_codec(credentials)
    try:
        document = codec.open(query, body)
    except CallbackError as error:
        raise refuse(error) from None
    fields = inner_fields(document)
    if plain:
        _check_receiver(credentials, fields)
    name = fields.get("Event", "").lower()
    if name in _NOTICE_ROWS and fields.get("FromUserName"):
        return _read_notices(credentials, fields, name, document, trace_id)
    return [_read(credentials, fields, trace_id)]


def verify_url(credentials: CallbackCredentials, query: Mapping[str, str]) -> str:
    """Answer the verification of the address: the echo as it came, in every mode."""
    try:
        return plain_codec(credentials).verify_url(query)
    except CallbackError as error:
        raise refuse(error) from None


def _check_receiver(credentials: CallbackCredentials, fields: Fields) -> None:
    """A plain body has no receiver behind it; its ``ToUserName`` is all there is."""
    if credentials.original_id and fields.get("ToUserName") != credentials.original_id:
        raise CallbackRefused(400, "it is meant for another receiver")


def _read(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    if not fields.get("FromUserName"):
        return _read_unknown(credentials, fields, trace_id)
    if fields.get("MsgType", "event").lower() != "event":
        return _read_message(credentials, fields, trace_id)
    # The documented spelling differs by event and by age; the platform's own advice is to ignore case.
    name = fields.get("Event", "").lower()
    if name == "masssendjobfinish" and fields.get("MsgID"):
        return _read_mass_job(credentials, fields, trace_id)
    if name == "templatesendjobfinish" and fields.get("MsgID"):
        return _read_notice(credentials, fields, trace_id)
    if name == "subscribe":
        scene = short(fields, "EventKey").removeprefix(_SCENE_PREFIX)
        return _read_event(credentials, fields, EventKind.FOLLOWER_SUBSCRIBED, _scene(scene), trace_id)
    if name == "unsubscribe":
        return _read_event(credentials, fields, EventKind.FOLLOWER_UNSUBSCRIBED, {}, trace_id)
    if name == "scan":
        return _read_event(credentials, fields, EventKind.FOLLOWER_SCANNED, _scene(short(fields, "EventKey")), trace_id)
    if name in _MENU_TYPES:
        data = {"type": _MENU_TYPES[name], "key": fields.get("EventKey", "")[:MENU_KEY_CHARACTERS]}
        return _read_event(credentials, fields, EventKind.MENU_CLICKED, data, trace_id)
    return _read_unknown(credentials, fields, trace_id)


def _scene(scene: str) -> JsonObject:
    return {"scene": scene} if scene else {}


def _follower(credentials: CallbackCredentials, fields: Fields) -> IdentityRef:
    return IdentityRef(IdentityKind.FOLLOWER, credentials.app_id, short(fields, "FromUserName"))


def _read_event(
    credentials: CallbackCredentials, fields: Fields, kind: EventKind, data: JsonObject, trace_id: str
) -> NewEvent:
    return NewEvent(
        account_id=credentials.account_id,
        kind=kind,
        dedupe=occurrence(
            fields["FromUserName"], fields.get("CreateTime", ""), fields["Event"].lower(), fields.get("EventKey", "")
        ),
        occurred_at=moment(fields),
        subject=_follower(credentials, fields),
        data=data,
        lane=Lane.REALTIME if kind in _ANSWERED else Lane.NORMAL,
        trace_id=trace_id,
    )


def _read_mass_job(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """How a mass message ended. It comes in the name of a helper of the platform's, which is no follower."""
    counts = (("total", "TotalCount"), ("chosen", "FilterCount"), ("sent", "SentCount"), ("failed", "ErrorCount"))
    data: dict[str, JsonValue] = {name: _count(fields.get(field, "")) for name, field in counts}
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.MASS_JOB_FINISHED,
        dedupe=occurrence("mass", fields["MsgID"], fields.get("Status", "")),
        occurred_at=moment(fields),
        data={"msg_id": short(fields, "MsgID"), "status": short(fields, "Status"), **data},
        trace_id=trace_id,
    )


def _read_notice(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """Whether a template message arrived. It comes in the name of whom it was for."""
    status = short(fields, "Status")
    outcome = "delivered" if status == "success" else "undelivered"
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.NOTICE_ENDED,
        dedupe=occurrence("template", fields["MsgID"]),
        occurred_at=moment(fields),
        subject=_follower(credentials, fields),
        data={"message_id": short(fields, "MsgID"), "outcome": outcome, "status": status},
        trace_id=trace_id,
    )


def _read_notices(
    credentials: CallbackCredentials, fields: Fields, name: str, document: bytes, trace_id: str
) -> list[NewEvent]:
    """What a follower answered about subscription notices, or what became of them: an event for each template."""
    try:
        rows = [row for row in read_rows(document, _NOTICE_ROWS[name]) if row.get("TemplateId")]
    except CallbackError as error:
        raise refuse(error) from None
    return [
        NewEvent(
            account_id=credentials.account_id,
            kind=EventKind.NOTICE_ENDED if name == _NOTICE_SENT else EventKind.NOTICE_ANSWERED,
            dedupe=occurrence(fields["FromUserName"], fields.get("CreateTime", ""), name, str(number), *row.values()),
            occurred_at=moment(fields),
            subject=_follower(credentials, fields),
            data=_notice_data(name, row),
            trace_id=trace_id,
        )
        for number, row in enumerate(rows)
    ] or [_read_unknown(credentials, fields, trace_id)]


def _notice_data(name: str, row: Fields) -> JsonObject:
    template: dict[str, JsonValue] = {"template_id": short(row, "TemplateId")}
    if name == _NOTICE_SENT:
        outcome = "delivered" if row.get("ErrorCode") == "0" else "undelivered"
        status = short(row, "ErrorStatus") or row.get("ErrorCode", "")[:16]
        return {**template, "message_id": short(row, "MsgID"), "outcome": outcome, "status": status}
    if row.get("SubscribeStatusString") == "accept":
        return {**template, "answer": "accepted"}
    return {**template, "answer": "declined" if name == _POPUP else "withdrawn"}


def _count(text: str) -> int:
    return int(text[:12]) if text.isascii() and text.isdigit() else 0


def _read_message(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    message_id = short(fields, "MsgId") or short(fields, "MsgID")
    text = fields.get("Content")
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.FOLLOWER_MESSAGE_RECEIVED,
        dedupe=occurrence("message", message_id) if message_id else whole_occurrence(fields),
        occurred_at=moment(fields),
        subject=_follower(credentials, fields),
        data={"type": type_name(fields["MsgType"]), "message_id": message_id},
        personal={"text": text} if text else {},
        # It may be a word that ends all marketing, within a minute whatever else waits.
        lane=Lane.REALTIME if text and len(text.strip()) <= MAX_WORD else Lane.NORMAL,
        trace_id=trace_id,
    )


def _read_unknown(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """Keep what has no name yet, sealed, and for its sender if that is a follower."""
    name = fields.get("Event") or fields.get("MsgType", "")
    about_follower = bool(fields.get("FromUserName")) and name.lower() not in _PLATFORM_EVENTS
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.UNKNOWN,
        dedupe=whole_occurrence(fields),
        occurred_at=moment(fields),
        subject=_follower(credentials, fields) if about_follower else None,
        data={"type": type_name(name)},
        personal={"fields": fields},
        trace_id=trace_id,
    )
