"""WeCom callbacks → events."""

from collections.abc import Callable, Mapping
from datetime import datetime

from weloop.connectors.callbacks import (
    Fields,
    inner_fields,
    moment,
    occurrence,
    refuse,
    safe_codec,
    short,
    type_name,
    whole_occurrence,
)
from weloop.contracts.callbacks import CallbackCredentials
from weloop.contracts.errors import CallbackRefused
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonValue
from wxapi.callback import CallbackError, read_list

Data = dict[str, JsonValue]

_CODE_CHARACTERS = 1024
"""No length is published; those seen have fewer than 100."""


def parse(
    credentials: CallbackCredentials,
    query: Mapping[str, str],
    body: bytes,
    received_at: datetime,
    trace_id: str = "",
) -> list[NewEvent]:
    """Check, decrypt and read one push; see ``contracts.callbacks.CallbackReader``."""
    try:
        document = safe_codec(credentials).open(query, body)
    except CallbackError as error:
        raise refuse(error) from None
    fields = inner_fields(document)
    if fields.get("Event") == "change_external_chat" and fields.get("ChatId") and fields.get("ChangeType") in _CHATS:
        return [_read_chat_change(credentials, fields, document, trace_id)]
    return [_read(credentials, fields, trace_id)]


def verify_url(credentials: CallbackCredentials, query: Mapping[str, str]) -> str:
    """Answer the verification of the address: the decrypted echo."""
    try:
        return safe_codec(credentials).verify_url(query)
    except CallbackError as error:
        raise refuse(error) from None


def _read(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    if fields.get("MsgType", "event") != "event":
        return _read_staff_message(credentials, fields, trace_id)
    if fields.get("Event") == "template_card_event" and fields.get("ResponseCode"):
        return _read_card_answer(credentials, fields, trace_id)
    if fields.get("Event") == "change_external_contact":
        form = _CONTACT_FORMS.get(fields.get("ChangeType", ""))
        if form is not None and fields.get("UserID") and fields.get("ExternalUserID"):
            return _read_contact_change(credentials, fields, form, trace_id)
    if fields.get("Event") == "change_external_tag":
        return _read_tag_change(credentials, fields, trace_id)
    if fields.get("Event") == "kf_msg_or_event" and fields.get("OpenKfId"):
        return _read_kf_notice(credentials, fields, trace_id)
    return _read_unknown(credentials, fields, trace_id)


def _contact(credentials: CallbackCredentials, fields: Fields) -> IdentityRef:
    return IdentityRef(IdentityKind.EXTERNAL_CONTACT, credentials.app_id, short(fields, "ExternalUserID"))


def _read_contact_change(
    credentials: CallbackCredentials, fields: Fields, form: "_ContactForm", trace_id: str
) -> NewEvent:
    kind, describe, lane = form
    data: Data = {"staff": short(fields, "UserID")}
    describe(data, fields)
    code = fields.get("WelcomeCode")
    return NewEvent(
        account_id=credentials.account_id,
        kind=kind,
        dedupe=_change_occurrence(fields),
        occurred_at=moment(fields),
        subject=_contact(credentials, fields),
        data=data,
        personal={"welcome_code": code} if code else {},
        lane=lane,
        trace_id=trace_id,
    )


def _change_occurrence(fields: Fields) -> str:
    return occurrence(
        fields.get("FromUserName", ""),
        fields.get("CreateTime", ""),
        fields["Event"],
        fields["ChangeType"],
        fields["UserID"],
        fields["ExternalUserID"],
    )


def _describe_added(data: Data, fields: Fields) -> None:
    data["half"] = fields["ChangeType"] == "add_half_external_contact"
    _describe_state(data, fields)


def _describe_state(data: Data, fields: Fields) -> None:
    if state := short(fields, "State"):
        data["state"] = state


def _describe_removed(data: Data, fields: Fields) -> None:
    if source := short(fields, "Source"):
        data["source"] = source


def _describe_refusal(data: Data, fields: Fields) -> None:
    data["reason"] = short(fields, "FailReason")


def _describe_nothing(data: Data, fields: Fields) -> None:
    """The kind says it all."""


_ContactForm = tuple[EventKind, Callable[[Data, Fields], None], Lane]

_CONTACT_FORMS: dict[str, _ContactForm] = {
    "add_external_contact": (EventKind.CONTACT_ADDED, _describe_added, Lane.REALTIME),
    "add_half_external_contact": (EventKind.CONTACT_ADDED, _describe_added, Lane.REALTIME),
    "msg_audit_approved": (EventKind.ARCHIVE_AGREED, _describe_nothing, Lane.REALTIME),
    "edit_external_contact": (EventKind.CONTACT_EDITED, _describe_state, Lane.NORMAL),
    "del_external_contact": (EventKind.CONTACT_REMOVED, _describe_removed, Lane.NORMAL),
    "del_follow_user": (EventKind.CONTACT_LOST, _describe_nothing, Lane.NORMAL),
    "transfer_fail": (EventKind.CONTACT_TRANSFER_FAILED, _describe_refusal, Lane.NORMAL),
}
"""``ChangeType`` of ``change_external_contact`` → what it is here. Those with a welcome code are urgent."""


_CHATS = frozenset({"create", "update", "dismiss"})
"""``ChangeType`` of ``change_external_chat``."""


def _read_chat_change(credentials: CallbackCredentials, fields: Fields, document: bytes, trace_id: str) -> NewEvent:
    """A group chat is another one. Who came or went is named by identity; members of staff are left out."""
    try:
        changed = read_list(document, "MemChangeList")
    except CallbackError as error:
        raise refuse(error) from None
    data: Data = {"chat_id": short(fields, "ChatId"), "change": fields["ChangeType"]}
    for name, field in (("detail", "UpdateDetail"), ("last_version", "LastMemVer"), ("version", "CurMemVer")):
        if value := short(fields, field):
            data[name] = value
    for name, field in (("join_scene", "JoinScene"), ("quit_scene", "QuitScene")):
        if (scene := short(fields, field)).isascii() and scene.isdigit():
            data[name] = int(scene[:4])
    guests = [_guest(credentials, userid) for userid in changed if userid.startswith(_EXTERNAL)]
    if guests:
        data["members"] = [guest.id for guest in guests]
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.GROUP_CHAT_CHANGED,
        dedupe=occurrence(whole_occurrence(fields), *changed),
        occurred_at=moment(fields),
        data=data,
        trace_id=trace_id,
    )


_EXTERNAL = ("wm", "wo")
"""How the platform begins ids of external contacts: WeChat users, users of other corps."""


def _guest(credentials: CallbackCredentials, userid: str) -> IdentityRef:
    return IdentityRef(IdentityKind.EXTERNAL_CONTACT, credentials.app_id, userid)


def _read_staff_message(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    message_id = fields.get("MsgId")
    text = fields.get("Content")
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.STAFF_MESSAGE_RECEIVED,
        dedupe=occurrence("message", message_id) if message_id else whole_occurrence(fields),
        occurred_at=moment(fields),
        data={"staff": short(fields, "FromUserName"), "type": type_name(fields["MsgType"])},
        personal={"text": text} if text else {},
        trace_id=trace_id,
    )


def _read_card_answer(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """A tap on a card. Every tap brings a response code of its own, which the platform's repeats carry too."""
    code = _short_code(fields["ResponseCode"])
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.STAFF_CARD_ANSWERED,
        dedupe=occurrence("card", code),
        occurred_at=moment(fields),
        data={
            "staff": short(fields, "FromUserName"),
            "key": short(fields, "EventKey"),
            "task_id": short(fields, "TaskId"),
            "response_code": code,
        },
        lane=Lane.REALTIME,
        trace_id=trace_id,
    )


def _read_kf_notice(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """Something is new in customer service; what it is must be asked for. The token is a key for ten minutes."""
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.KF_NOTIFIED,
        dedupe=whole_occurrence(fields),
        occurred_at=moment(fields),
        data={"open_kfid": short(fields, "OpenKfId")},
        personal={"token": short(fields, "Token")},
        trace_id=trace_id,
    )


def _read_tag_change(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """Tags of the corp changed. Repeats and lost ones do no harm: all tags are read anew."""
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.PLATFORM_TAGS_CHANGED,
        dedupe=whole_occurrence(fields),
        occurred_at=moment(fields),
        data={"change": type_name(fields.get("ChangeType", ""))},
        trace_id=trace_id,
    )


def _short_code(code: str) -> str:
    if len(code) > _CODE_CHARACTERS:
        raise CallbackRefused(400, "a response code is too long")
    return code


def _read_unknown(credentials: CallbackCredentials, fields: Fields, trace_id: str) -> NewEvent:
    """Keep what has no name yet, sealed, so that a later version can read it."""
    subject = _contact(credentials, fields) if fields.get("ExternalUserID") else None
    return NewEvent(
        account_id=credentials.account_id,
        kind=EventKind.UNKNOWN,
        dedupe=whole_occurrence(fields),
        occurred_at=moment(fields),
        subject=subject,
        data={"type": type_name(fields.get("Event", ""), fields.get("ChangeType", ""))},
        personal={"fields": fields},
        trace_id=trace_id,
    )
