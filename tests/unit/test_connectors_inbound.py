"""Callbacks → events: every documented sample, what is personal, what is refused."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weloop.connectors.official_account import inbound as official_account
from weloop.connectors.wecom import inbound as wecom
from weloop.contracts.callbacks import CallbackCredentials, CallbackMode, CallbackReader
from weloop.contracts.errors import CallbackRefused
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from wxapi.callback import MessageCipher, sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CORP, APP, ORIGINAL = "ww0123456789abcdef", "wx0123456789abcdef", "gh_loopdemo0001"
TOKEN = "loopToken7"
NOW = datetime(2026, 10, 9, tzinfo=UTC)
WECOM = CallbackCredentials(7, CORP, None, TOKEN, KEY)
ACCOUNT = CallbackCredentials(8, APP, ORIGINAL, TOKEN, KEY)
PLAIN = CallbackCredentials(8, APP, ORIGINAL, TOKEN, None, CallbackMode.PLAIN)
READERS: tuple[CallbackReader, ...] = (wecom, official_account)
CUSTOMER = "wmSIM00000000000000000000000001"


def wrap(fields: str, receiver: str) -> tuple[dict[str, str], bytes]:
    """An encrypted, signed push of an inner document."""
    encrypted = MessageCipher(KEY, receiver).encrypt(f"<xml>{fields}</xml>".encode())
    query = {"timestamp": "1760000100", "nonce": "n1", "msg_signature": sign(TOKEN, "1760000100", "n1", encrypted)}
    return query, f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


def read_wecom(fields: str) -> NewEvent:
    (event,) = wecom.parse(WECOM, *wrap(fields, CORP), NOW, "trace-1")
    return event


def read_account(fields: str) -> NewEvent:
    head = f"<ToUserName>{ORIGINAL}</ToUserName><FromUserName>oDemo_0001</FromUserName>"
    (event,) = official_account.parse(ACCOUNT, *wrap(head + fields, APP), NOW, "trace-1")
    return event


def change(change_type: str, more: str = "", created: int = 1760000100) -> str:
    return (
        f"<ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>{created}</CreateTime>"
        "<MsgType>event</MsgType><Event>change_external_contact</Event>"
        f"<ChangeType>{change_type}</ChangeType><UserID>lina</UserID><ExternalUserID>{CUSTOMER}</ExternalUserID>{more}"
    )


STATE = "<State>mp_menu_01</State>"
CODE = "<WelcomeCode>WELCOMECODE_0001</WelcomeCode>"
REALTIME, NORMAL = Lane.REALTIME, Lane.NORMAL


@pytest.mark.parametrize(
    ("fields", "kind", "data", "personal", "lane"),
    [
        (
            change("add_external_contact", STATE + CODE),
            EventKind.CONTACT_ADDED,
            {"staff": "lina", "half": False, "state": "mp_menu_01"},
            {"welcome_code": "WELCOMECODE_0001"},
            REALTIME,
        ),
        (
            change("add_half_external_contact", STATE + CODE),
            EventKind.CONTACT_ADDED,
            {"staff": "lina", "half": True, "state": "mp_menu_01"},
            {"welcome_code": "WELCOMECODE_0001"},
            REALTIME,
        ),
        (
            change("add_external_contact"),
            EventKind.CONTACT_ADDED,
            {"staff": "lina", "half": False},
            {},
            REALTIME,
        ),
        (change("edit_external_contact"), EventKind.CONTACT_EDITED, {"staff": "lina"}, {}, NORMAL),
        (
            change("del_external_contact", "<Source>DELETE_BY_TRANSFER</Source>"),
            EventKind.CONTACT_REMOVED,
            {"staff": "lina", "source": "DELETE_BY_TRANSFER"},
            {},
            NORMAL,
        ),
        (change("del_follow_user"), EventKind.CONTACT_LOST, {"staff": "lina"}, {}, NORMAL),
        (
            change("transfer_fail", "<FailReason>customer_limit_exceed</FailReason>"),
            EventKind.CONTACT_TRANSFER_FAILED,
            {"staff": "lina", "reason": "customer_limit_exceed"},
            {},
            NORMAL,
        ),
        (
            change("msg_audit_approved", CODE),
            EventKind.ARCHIVE_AGREED,
            {"staff": "lina"},
            {"welcome_code": "WELCOMECODE_0001"},
            REALTIME,
        ),
    ],
)
def test_wecom_contact_changes(fields: str, kind: EventKind, data: object, personal: object, lane: Lane):
    event = read_wecom(fields)
    assert (event.kind, event.data, event.personal, event.lane) == (kind, data, personal, lane)
    assert event.subject == IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORP, CUSTOMER)
    assert (event.account_id, event.trace_id) == (7, "trace-1")
    assert event.occurred_at == datetime(2025, 10, 9, 8, 55, tzinfo=UTC)


def head(event: str, more: str = "") -> str:
    return (
        f"<ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>1760001000</CreateTime>"
        f"<MsgType>event</MsgType><Event>{event}</Event>{more}"
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (
            head("change_external_chat", "<ChatId>wrSIM1</ChatId><ChangeType>a_type_of_next_year</ChangeType>"),
            "change_external_chat/a_type_of_next_year",
        ),
        (
            head(
                "change_external_chat",
                "<ChangeType>update</ChangeType><UpdateDetail>add_member</UpdateDetail><JoinScene>3</JoinScene>"
                "<MemChangeList><Item>wmSIM01</Item><Item>wmSIM02</Item></MemChangeList>",
            ),
            "change_external_chat/update",
        ),
        (
            head("customer_acquisition", "<ChangeType>friend_request</ChangeType><LinkId>cawSIM1</LinkId>"),
            "customer_acquisition/friend_request",
        ),
        (head("msgaudit_notify", "<AgentID>2000004</AgentID>"), "msgaudit_notify"),
        (head("enter_agent", "<EventKey/><AgentID>1000002</AgentID>"), "enter_agent"),
        (
            head("template_card_event", "<SelectedItems><SelectedItem><QuestionKey>a</QuestionKey></SelectedItem>"
                 "</SelectedItems><TaskId>t1</TaskId>"),
            "template_card_event",
        ),
        ("<CreateTime>1760004000</CreateTime><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>T</Token>",
         "kf_msg_or_event"),
        (change("a_type_of_next_year"), "change_external_contact/a_type_of_next_year"),
        (head("e" * 500), "e" * 64),
    ],
)  # fmt: skip
def test_wecom_unknown_types_are_kept_and_named(fields: str, name: str):
    event = read_wecom(fields)
    assert (event.kind, event.data) == (EventKind.UNKNOWN, {"type": name})


def test_unknown_types_keep_their_fields_for_a_later_version():
    with_subject = read_wecom(change("a_type_of_next_year"))
    assert with_subject.subject is not None
    assert with_subject.personal["fields"]["UserID"] == "lina"
    without = read_wecom(head("kf_msg_or_event", "<Token>ENC_SYNC_TOKEN</Token>"))
    assert without.subject is None
    assert without.personal["fields"]["Token"] == "ENC_SYNC_TOKEN"


def test_a_notice_of_customer_service_keeps_its_token_sealed():
    event = read_wecom(
        "<CreateTime>1760004000</CreateTime><MsgType>event</MsgType><Event>kf_msg_or_event</Event>"
        "<Token>ENC1</Token><OpenKfId>wkSIM1</OpenKfId>"
    )
    assert (event.kind, event.subject, event.data) == (EventKind.KF_NOTIFIED, None, {"open_kfid": "wkSIM1"})
    assert event.personal == {"token": "ENC1"}
    with pytest.raises(CallbackRefused):
        read_wecom(head("kf_msg_or_event", f"<OpenKfId>{'w' * 2000}</OpenKfId>"))


@pytest.mark.parametrize("more", ["<TagType>tag</TagType><Id>etSIM1</Id>", "<Id></Id>"])
def test_a_change_of_tags_says_only_that_there_is_one(more: str):
    event = read_wecom(head("change_external_tag", f"<ChangeType>shuffle</ChangeType>{more}"))
    assert (event.kind, event.subject, event.data) == (EventKind.PLATFORM_TAGS_CHANGED, None, {"change": "shuffle"})


CHAT = "<ChatId>wrSIM1</ChatId>"


def chat_change(change_type: str, more: str = "") -> NewEvent:
    return read_wecom(head("change_external_chat", f"{CHAT}<ChangeType>{change_type}</ChangeType>{more}"))


@pytest.mark.parametrize("change_type", ["create", "dismiss"])
def test_group_chats_that_begin_and_end(change_type: str):
    event = chat_change(change_type)
    assert (event.kind, event.subject, event.personal) == (EventKind.GROUP_CHAT_CHANGED, None, {})
    assert event.data == {"chat_id": "wrSIM1", "change": change_type}


def test_who_came_into_a_group_chat_is_named_by_identity_and_staff_are_left_out():
    more = (
        "<UpdateDetail>add_member</UpdateDetail><JoinScene>3</JoinScene><MemChangeCnt>3</MemChangeCnt><MemChangeList>"
        "<Item>wmSIM01</Item><Item><![CDATA[lina]]></Item><Item><![CDATA[woSIM02]]></Item></MemChangeList>"
        "<LastMemVer>1</LastMemVer><CurMemVer>2</CurMemVer>"
    )
    event = chat_change("update", more)
    guests = [IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORP, userid).id for userid in ("wmSIM01", "woSIM02")]
    assert event.data == {
        "chat_id": "wrSIM1", "change": "update", "detail": "add_member", "last_version": "1", "version": "2",
        "join_scene": 3, "members": guests,
    }  # fmt: skip
    assert chat_change("update", more.replace("wmSIM01", "wmSIM09")).dedupe != event.dedupe
    assert chat_change("update", more).dedupe == event.dedupe


def test_a_scene_that_is_no_number_is_left_out():
    assert "join_scene" not in chat_change("update", "<JoinScene>x3</JoinScene>").data


def test_wecom_member_message():
    event = read_wecom(
        "<FromUserName>lina</FromUserName><CreateTime>1760000100</CreateTime><MsgType>text</MsgType>"
        "<Content>明天拜访</Content><MsgId>4561</MsgId><AgentID>1000002</AgentID>"
    )
    assert event.kind is EventKind.STAFF_MESSAGE_RECEIVED
    assert (event.data, event.personal) == ({"staff": "lina", "type": "text"}, {"text": "明天拜访"})
    assert event.subject is None


EVENT = "<CreateTime>1760000200</CreateTime><MsgType>event</MsgType>"


@pytest.mark.parametrize(
    ("fields", "kind", "data", "personal"),
    [
        (EVENT + "<Event>subscribe</Event><EventKey></EventKey>", EventKind.FOLLOWER_SUBSCRIBED, {}, {}),
        (EVENT + "<Event>subscribe</Event>", EventKind.FOLLOWER_SUBSCRIBED, {}, {}),
        (
            EVENT + "<Event>subscribe</Event><EventKey>qrscene_expo2026_booth7</EventKey><Ticket>gQ1</Ticket>",
            EventKind.FOLLOWER_SUBSCRIBED,
            {"scene": "expo2026_booth7"},
            {},
        ),
        (EVENT + "<Event>unsubscribe</Event>", EventKind.FOLLOWER_UNSUBSCRIBED, {}, {}),
        (
            EVENT + "<Event>SCAN</Event><EventKey>expo2026_booth7</EventKey><Ticket>gQ1</Ticket>",
            EventKind.FOLLOWER_SCANNED,
            {"scene": "expo2026_booth7"},
            {},
        ),
        (
            EVENT + "<Event>CLICK</Event><EventKey>JOIN_GROUP</EventKey>",
            EventKind.MENU_CLICKED,
            {"type": "click", "key": "JOIN_GROUP"},
            {},
        ),
        (
            EVENT + "<Event>VIEW</Event><EventKey>https://m.example.com/wp</EventKey><MenuId>430000000</MenuId>",
            EventKind.MENU_CLICKED,
            {"type": "view", "key": "https://m.example.com/wp"},
            {},
        ),
        (
            EVENT + "<Event>view_miniprogram</Event><EventKey>pages/quote/index?from=menu</EventKey>",
            EventKind.MENU_CLICKED,
            {"type": "view_miniprogram", "key": "pages/quote/index?from=menu"},
            {},
        ),
        (
            "<CreateTime>1760000101</CreateTime><MsgType>text</MsgType><Content>想要报价单</Content>"
            "<MsgId>23000000000000002</MsgId><bizmsgmenuid>201</bizmsgmenuid>",
            EventKind.FOLLOWER_MESSAGE_RECEIVED,
            {"type": "text", "message_id": "23000000000000002"},
            {"text": "想要报价单"},
        ),
        (
            "<CreateTime>1760000102</CreateTime><MsgType>location</MsgType><Location_X>31.23</Location_X>"
            "<Label>上海市黄浦区</Label><MsgID>23000000000000003</MsgID>",
            EventKind.FOLLOWER_MESSAGE_RECEIVED,
            {"type": "location", "message_id": "23000000000000003"},
            {},
        ),
    ],
)
def test_official_account_events(fields: str, kind: EventKind, data: object, personal: object):
    event = read_account(fields)
    assert (event.kind, event.data, event.personal) == (kind, data, personal)
    assert event.subject == IdentityRef(IdentityKind.FOLLOWER, APP, "oDemo_0001")


@pytest.mark.parametrize(
    "name",
    [
        "LOCATION",
        "scancode_waitmsg",
        "pic_weixin",
        "location_select",
        "kf_switch_session",
        "user_authorization_revoke",
        "TEMPLATESENDJOBFINISH",
    ],
)
def test_official_account_unknown_types_of_a_follower(name: str):
    event = read_account(
        f"{EVENT}<Event>{name}</Event><ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo><Latitude>31.2</Latitude>"
    )
    assert (event.kind, event.data) == (EventKind.UNKNOWN, {"type": name})
    assert event.subject is not None


def test_a_mass_job_that_failed_tells_why_and_whom_it_reached():
    fields = "<MsgID>51001</MsgID><Status>err(20008)</Status><TotalCount>12</TotalCount><FilterCount>x</FilterCount>"
    event = read_account(f"{EVENT}<Event>MASSSENDJOBFINISH</Event>{fields}")
    assert (event.kind, event.subject, event.personal) == (EventKind.MASS_JOB_FINISHED, None, {})
    counts = {"total": 12, "chosen": 0, "sent": 0, "failed": 0}
    assert event.data == {"msg_id": "51001", "status": "err(20008)", **counts}
    assert read_account(f"{EVENT}<Event>MASSSENDJOBFINISH</Event>").kind is EventKind.UNKNOWN


def read_notices(wrapper: str, event: str, *items: str) -> list[NewEvent]:
    head = f"<ToUserName>{ORIGINAL}</ToUserName><FromUserName>oDemo_0001</FromUserName>"
    rows = "".join(f"<List>{item}</List>" for item in items)
    fields = f"{EVENT}<Event>{event}</Event><{wrapper}>{rows}</{wrapper}>"
    return official_account.parse(ACCOUNT, *wrap(head + fields, APP), NOW, "trace-1")


def test_answers_about_notices_are_an_event_for_each_template():
    items = (
        "<TemplateId><![CDATA[tplA]]></TemplateId><SubscribeStatusString>accept</SubscribeStatusString>",
        "<TemplateId>tplB</TemplateId><SubscribeStatusString>reject</SubscribeStatusString><PopupScene>1</PopupScene>",
    )
    events = read_notices("SubscribeMsgPopupEvent", "subscribe_msg_popup_event", *items)
    assert [(each.kind, each.data) for each in events] == [
        (EventKind.NOTICE_ANSWERED, {"template_id": "tplA", "answer": "accepted"}),
        (EventKind.NOTICE_ANSWERED, {"template_id": "tplB", "answer": "declined"}),
    ]
    assert len({each.dedupe for each in events}) == 2
    assert events[0].subject is not None
    [gone] = read_notices("SubscribeMsgChangeEvent", "subscribe_msg_change_event", items[1])
    assert gone.data == {"template_id": "tplB", "answer": "withdrawn"}


def test_what_became_of_a_notice_is_told_by_template():
    item = "<TemplateId>tplA</TemplateId><MsgID>1700000000000000001</MsgID><ErrorCode>{}</ErrorCode>"
    name = ("SubscribeMsgSentEvent", "subscribe_msg_sent_event")
    [fine] = read_notices(*name, item.format(0) + "<ErrorStatus>success</ErrorStatus>")
    [bad] = read_notices(*name, item.format(1))
    assert (fine.kind, fine.data["outcome"], fine.data["message_id"]) == (
        EventKind.NOTICE_ENDED,
        "delivered",
        "1700000000000000001",
    )
    assert (bad.data["outcome"], bad.data["status"]) == ("undelivered", "1")


@pytest.mark.parametrize("items", [(), ("",), ("<X>1</X>",), ("<TemplateId></TemplateId>",)])
def test_notices_without_a_template_stay_unknown(items: Sequence[str]):
    [event] = read_notices("SubscribeMsgPopupEvent", "subscribe_msg_popup_event", *items)
    assert event.kind is EventKind.UNKNOWN


@pytest.mark.parametrize("name", ["PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH", "annual_renew"])
def test_events_of_the_account_itself_make_nobody(name: str):
    """Their sender is an account of the platform, not a follower."""
    event = read_account(f"{EVENT}<Event>{name}</Event><MsgID>51001</MsgID>")
    assert (event.kind, event.subject) == (EventKind.UNKNOWN, None)
    assert event.personal["fields"]["MsgID"] == "51001"


def test_push_without_a_sender_is_kept_without_a_subject():
    query, body = wrap(f"<ToUserName>{ORIGINAL}</ToUserName>{EVENT}<Event>news_of_next_year</Event>", APP)
    (event,) = official_account.parse(ACCOUNT, query, body, NOW)
    assert (event.kind, event.data) == (EventKind.UNKNOWN, {"type": "news_of_next_year"})
    assert event.subject is None


def test_nothing_personal_in_data():
    secret = ("wmSIM", "oDemo", "WELCOMECODE", "想要")
    for event in (read_wecom(change("add_external_contact", STATE + CODE)), read_account(
        "<CreateTime>1760000101</CreateTime><MsgType>text</MsgType><Content>想要报价单</Content><MsgId>2</MsgId>"
    )):  # fmt: skip
        assert not any(word in str(event.data) for word in secret)


def test_same_occurrence_has_one_name_and_others_have_others():
    base = read_wecom(change("add_external_contact", STATE + CODE)).dedupe
    assert read_wecom(change("add_external_contact", CODE + STATE)).dedupe == base
    others = {
        read_wecom(change("add_half_external_contact", STATE + CODE)).dedupe,
        read_wecom(change("add_external_contact", STATE, created=1760000101)).dedupe,
        read_wecom(head("change_external_tag", "<Id>a</Id>")).dedupe,
        read_wecom(head("change_external_tag", "<Id>b</Id>")).dedupe,
        read_account(EVENT + "<Event>subscribe</Event>").dedupe,
        read_account(EVENT + "<Event>SCAN</Event><EventKey>1</EventKey>").dedupe,
        read_account(EVENT + "<Event>SCAN</Event><EventKey>2</EventKey>").dedupe,
    }
    assert len(others) == 7
    assert base not in others


def test_plain_mode_reads_plain_bodies():
    body = (
        f"<xml><ToUserName>{ORIGINAL}</ToUserName><FromUserName>o1</FromUserName>{EVENT}<Event>subscribe</Event></xml>"
    )
    query = {"timestamp": "1", "nonce": "2", "signature": sign(TOKEN, "1", "2")}
    (event,) = official_account.parse(PLAIN, query, body.encode(), NOW)
    assert event.kind is EventKind.FOLLOWER_SUBSCRIBED
    with pytest.raises(CallbackRefused) as refused:
        official_account.parse(PLAIN, query, body.replace(ORIGINAL, "gh_another").encode(), NOW)
    assert refused.value.http_status == 400


def test_compatible_mode_believes_only_what_is_signed():
    """The plain fields of a compatible body carry no signature."""
    inner = f"<ToUserName>{ORIGINAL}</ToUserName><FromUserName>o1</FromUserName>{EVENT}<Event>subscribe</Event>"
    query, body = wrap(inner, APP)
    forged = body.replace(b"<Encrypt>", b"<FromUserName>oForged</FromUserName><Event>unsubscribe</Event><Encrypt>")
    compatible = CallbackCredentials(8, APP, ORIGINAL, TOKEN, KEY, CallbackMode.COMPATIBLE)
    (event,) = official_account.parse(compatible, query, forged, NOW)
    assert (event.kind, event.subject.value) == (EventKind.FOLLOWER_SUBSCRIBED, "o1")
    with pytest.raises(CallbackRefused) as refused:
        official_account.parse(compatible, query, f"<xml>{inner}</xml>".encode(), NOW)
    assert refused.value.http_status == 400


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ({}, b"<xml><Encrypt>AAAA</Encrypt></xml>", 401),
        ({"msg_signature": "0" * 40, "timestamp": "1", "nonce": "2"}, b"<xml><Encrypt>AAAA</Encrypt></xml>", 401),
        ({}, b"", 400),
        ({}, b"<!DOCTYPE xml><xml/>", 400),
        ({}, b"<xml></xml>", 400),
        ({}, b"<" * (1024 * 1024 + 1), 413),
    ],
)
def test_refusals_have_a_status(reader: CallbackReader, query: dict[str, str], body: bytes, status: int):
    with pytest.raises(CallbackRefused) as refused:
        reader.parse(WECOM if reader is wecom else ACCOUNT, query, body, NOW)
    assert refused.value.http_status == status


def test_wrong_receiver_is_400():
    with pytest.raises(CallbackRefused) as refused:
        wecom.parse(WECOM, *wrap(change("add_external_contact"), "ww_another"), NOW)
    assert refused.value.http_status == 400


@pytest.mark.parametrize("created", ["", "soon", "-1", "1e9", "9" * 30, "٣", "99999999999"])
def test_impossible_moments_are_400(created: str):
    with pytest.raises(CallbackRefused) as refused:
        read_wecom(change("add_external_contact").replace("1760000100", created))
    assert refused.value.http_status == 400


@pytest.mark.parametrize("name", ["lina", CUSTOMER, "mp_menu_01"])
def test_ids_too_long_for_an_index_are_400(name: str):
    with pytest.raises(CallbackRefused):
        read_wecom(change("add_external_contact", STATE).replace(name, "x" * 5000))


@pytest.mark.parametrize("key", [None, "too-short"])
def test_account_without_usable_key_is_400(key: str | None):
    broken = CallbackCredentials(7, CORP, None, TOKEN, key)
    with pytest.raises(CallbackRefused) as refused:
        wecom.parse(broken, *wrap(change("add_external_contact"), CORP), NOW)
    assert refused.value.http_status == 400


def test_url_verification():
    encrypted = MessageCipher(KEY, CORP).encrypt(b"7788990011223344")
    query = {"timestamp": "1", "nonce": "2", "echostr": encrypted, "msg_signature": sign(TOKEN, "1", "2", encrypted)}
    assert wecom.verify_url(WECOM, query) == "7788990011223344"
    plain = {"timestamp": "1", "nonce": "2", "echostr": "58372", "signature": sign(TOKEN, "1", "2")}
    assert official_account.verify_url(ACCOUNT, plain) == "58372"
    for reader, credentials in ((wecom, WECOM), (official_account, ACCOUNT)):
        for broken in ({}, query | {"nonce": "3"}, plain | {"signature": "no", "msg_signature": "no"}):
            with pytest.raises(CallbackRefused) as refused:
                reader.verify_url(credentials, broken)
            assert refused.value.http_status in (400, 401)


def test_no_secret_in_the_repr_of_credentials():
    assert TOKEN not in repr(WECOM)
    assert KEY not in repr(WECOM)


SAMPLE = change("add_external_contact", STATE + CODE).encode()


@st.composite
def mutated_documents(draw: st.DrawFn) -> bytes:
    """An inner document with pieces replaced, removed or repeated: what a signed but broken push may hold."""
    body = bytearray(SAMPLE)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        pieces = [b"<", b"</UserID>", b"<UserID>", b"9" * 40, b"\x00", b"&amp;", b"<Event>x</Event>", "四".encode()]
        body[at : at + draw(st.integers(0, 30))] = draw(st.sampled_from(pieces) | st.binary(max_size=5))
    return b"<xml>" + bytes(body) + b"</xml>"


@settings(max_examples=300)
@given(mutated_documents())
def test_mutated_signed_documents_are_events_or_refused(document: bytes):
    for reader, credentials, receiver in ((wecom, WECOM, CORP), (official_account, ACCOUNT, APP)):
        encrypted = MessageCipher(KEY, receiver).encrypt(document)
        query = {"timestamp": "1", "nonce": "2", "msg_signature": sign(TOKEN, "1", "2", encrypted)}
        events: Sequence[NewEvent] = ()
        with contextlib.suppress(CallbackRefused):
            events = reader.parse(credentials, query, f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode(), NOW)
        assert len(events) <= 1


TAP = "<EventKey>lead:7:accept</EventKey><TaskId>lead-7-1</TaskId><CardType>button_interaction</CardType>"


def test_tap_on_a_card():
    first = read_wecom(head("template_card_event", TAP + "<ResponseCode>RC1</ResponseCode>"))
    assert (first.kind, first.lane, first.subject) == (EventKind.STAFF_CARD_ANSWERED, REALTIME, None)
    assert first.data == {
        "staff": "sys",
        "key": "lead:7:accept",
        "task_id": "lead-7-1",
        "response_code": "RC1",
    }
    again = read_wecom(head("template_card_event", TAP + "<ResponseCode>RC2</ResponseCode>"))
    assert first.dedupe != again.dedupe, "two taps are two occurrences"
    assert first.dedupe == read_wecom(head("template_card_event", TAP + "<ResponseCode>RC1</ResponseCode>")).dedupe


@pytest.mark.parametrize("field", ["EventKey", "TaskId", "ResponseCode"])
def test_tap_with_an_endless_field_is_refused(field: str):
    with pytest.raises(CallbackRefused):
        read_wecom(head("template_card_event", f"<ResponseCode>RC</ResponseCode><{field}>{'x' * 2000}</{field}>"))
