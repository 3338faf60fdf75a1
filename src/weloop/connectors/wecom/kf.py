"""FetchKfMessages, ListKfAccounts and SendKfMessage: what is said in WeChat customer service (微信客服).

A callback says only that there is something. What it is comes in pages, from a cursor on; the events of a page and the
next cursor leave in one outcome, which is written in one transaction. Whatever is read twice has the same names.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from weloop.connectors.attempts import attempt, text
from weloop.connectors.callbacks import type_name
from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.manifests import load_manifest
from weloop.connectors.one_by_one import OneByOneSender
from weloop.connectors.wecom.attachments import MEDIA_GONE, attachments_of, files_of, make_attachment
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.contact_rules import MAX_WORD
from weloop.contracts.errors import Retryable
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonObject, JsonValue
from weloop.contracts.kf import KfMemory
from weloop.contracts.media import MediaCache
from wxapi.errors import ApiError, CallRejected
from wxapi.wecom import KfCustomer, KfItem, KfPage, WecomClient
from wxapi.wecom.kf import CUSTOMER, SERVICER, SYSTEM
from wxapi.wecom.welcome import Attachment

REFUSED = frozenset({48002, 48007, 95000, 95004, 95017, 95023})
"""The app may not read this account, or it is gone: a fact about the set-up, not a command that failed."""
BAD_TOKEN, BAD_CURSOR = 95007, 50100


class FetchKfMessagesSender:
    """One page of one account a call."""

    batch = 1
    bucket = "wecom_kf"

    def __init__(self, clients: ClientProvider[WecomClient], memory: KfMemory) -> None:
        self._clients = clients
        self._memory = memory

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(each, self._fetch(account_id, each, now), now, reads_only=True) for each in commands]

    async def _fetch(self, account_id: int, command: Command, now: datetime) -> Done:
        open_kfid, corp = text(command, "open_kfid"), text(command, "scope")
        cursor = await self._memory.cursor(open_kfid)
        client = await self._clients.client(account_id)
        try:
            page = await _read_page(client, open_kfid, cursor, _living_token(command, now))
        except CallRejected as error:
            if error.errcode not in REFUSED:
                raise
            return Done({"open_kfid": open_kfid, "errcode": error.errcode})
        customers = await _find_customers(client, page.items)
        make = _EventMaker(account_id, open_kfid, corp, customers, command.trace_id, now)
        events = tuple(event for item in page.items if (event := make.event(item)) is not None)
        more = page.has_more and page.next_cursor not in ("", cursor)
        return Done(
            {"open_kfid": open_kfid, "errcode": 0, "cursor": cursor, "next_cursor": page.next_cursor, "more": more},
            events,
        )


async def _read_page(client: WecomClient, open_kfid: str, cursor: str, token: str) -> KfPage:
    """Without the token where it is no good any more; from the oldest that is kept where the cursor is none."""
    try:
        return await client.kf.sync(open_kfid, cursor, token)
    except CallRejected as error:
        if error.errcode == BAD_TOKEN and token:
            return await _read_page(client, open_kfid, cursor, "")
        if error.errcode == BAD_CURSOR and cursor:
            return await _read_page(client, open_kfid, "", token)
        raise


async def _find_customers(client: WecomClient, items: Sequence[KfItem]) -> dict[str, KfCustomer]:
    """Who wrote: whoever is nobody's friend is told of here only. What was said counts without it."""
    wanted = sorted({item.external_userid for item in items if item.external_userid})
    step = load_manifest("wecom").limits["kf_customers"]
    found: dict[str, KfCustomer] = {}
    try:
        for start in range(0, len(wanted), step):
            found |= {
                each.external_userid: each for each in await client.kf.get_customers(wanted[start : start + step])
            }
    except CallRejected:
        return found
    return found


def _living_token(command: Command, now: datetime) -> str:
    """The token of the callback that asked, empty once it is too old."""
    token, told = command.body.get("token"), command.body.get("told_at")
    if not isinstance(token, str) or not isinstance(told, int | float):
        return ""
    age = now - datetime.fromtimestamp(told, UTC)
    return token if age < timedelta(seconds=load_manifest("wecom").limits["kf_token_seconds"]) else ""


class _EventMaker:
    """Events of one account. Items without a customer, or of a kind that concerns nobody, are left out.

    The first event of each customer says who they are.
    """

    def __init__(
        self,
        account_id: int,
        open_kfid: str,
        corp: str,
        customers: dict[str, KfCustomer],
        trace_id: str,
        now: datetime,
    ) -> None:
        self._account_id = account_id
        self._open_kfid = open_kfid
        self._corp = corp
        self._customers = customers
        self._trace_id = trace_id
        self._now = now

    def event(self, item: KfItem) -> NewEvent | None:
        """What an item is here; None when it is nothing."""
        read = _READERS.get(item.origin)
        found = read(item) if read is not None and item.msgid and item.external_userid else None
        if found is None:
            return None
        kind, data = found
        customer = self._customers.pop(item.external_userid, None)
        return NewEvent(
            account_id=self._account_id,
            kind=kind,
            dedupe=f"kf:{self._open_kfid}:{item.msgid}",
            occurred_at=self._moment(item.sent_at),
            subject=IdentityRef(IdentityKind.EXTERNAL_CONTACT, self._corp, item.external_userid),
            data={"open_kfid": self._open_kfid, **data},
            personal={"text": item.text} if item.text else {},
            aliases=_aliases(customer),
            profile=_profile(customer),
            # What may be an opt-out word waits for nothing.
            lane=Lane.REALTIME if item.text and len(item.text.strip()) <= MAX_WORD else Lane.NORMAL,
            trace_id=self._trace_id,
        )

    def _moment(self, seconds: int) -> datetime:
        """The platform's time; without one that can be true, now."""
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= self._now.timestamp() + 60 else self._now


def _aliases(customer: KfCustomer | None) -> tuple[Alias, ...]:
    if customer is None or not customer.unionid:
        return ()
    return (Alias(IdentityRef(IdentityKind.UNIONID, "", customer.unionid), Strength.STRONG),)


def _profile(customer: KfCustomer | None) -> Profile | None:
    if customer is None or not customer.name:
        return None
    return Profile(name=customer.name, avatar_url=customer.avatar or None)


_Read = tuple[EventKind, dict[str, JsonValue]]


def _read_asked(item: KfItem) -> _Read:
    return EventKind.KF_MESSAGE_RECEIVED, {"type": type_name(item.msgtype), "message_id": item.msgid}


def _read_answered(item: KfItem) -> _Read | None:
    if not item.servicer:
        return None
    data: dict[str, JsonValue] = {"type": type_name(item.msgtype), "message_id": item.msgid, "staff": item.servicer}
    return EventKind.KF_MESSAGE_ANSWERED, data


def _read_happened(item: KfItem) -> _Read | None:
    if item.event.get("event_type") == "msg_send_fail" and item.event.get("fail_msgid"):
        status = f"msg_send_fail {item.event.get('fail_type', 0)}"
        data: dict[str, JsonValue] = {"message_id": str(item.event["fail_msgid"])[:64], "outcome": "undelivered"}
        return EventKind.NOTICE_ENDED, {**data, "status": status[:64]}
    if item.event.get("event_type") != "enter_session":
        return None
    scene = item.event.get("scene")
    return EventKind.KF_SESSION_ENTERED, {"scene": scene} if isinstance(scene, str) and scene else {}


_READERS: Mapping[int, Callable[[KfItem], _Read | None]] = {
    CUSTOMER: _read_asked,
    SERVICER: _read_answered,
    SYSTEM: _read_happened,
}


class SendKfMessageSender(OneByOneSender[WecomClient]):
    """One message a call: a text, or one attachment. Its id is made of its key: the platform takes it once."""

    bucket = "wecom_kf_message"

    def __init__(self, clients: ClientProvider[WecomClient], media: MediaCache) -> None:
        super().__init__(clients)
        self._media = media

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        message = await self._make(client, command, now)
        to = text(command, "open_kfid"), text(command, "external_userid")
        try:
            return Done({"message_id": await client.kf.send(*to, message, message_id(command.key))})
        except CallRejected as error:
            files = files_of(command) if error.errcode == MEDIA_GONE else set()
            if not files:
                raise
            await self._media.forget(command.account_id, files)
            raise Retryable(error.meaning, error.errcode) from None

    async def _make(self, client: WecomClient, command: Command, now: datetime) -> Attachment:
        attachments = attachments_of(command)
        if not attachments:
            return {"msgtype": "text", "text": {"content": text(command, "text")}}
        try:
            return await make_attachment(command.account_id, client, self._media, attachments[0])
        except ApiError as error:
            # Nothing was said to the customer yet: an upload whose answer was lost is only a delay.
            raise map_error(error, now, reads_only=True) from None


def message_id(key: str) -> str:
    """An id of at most 32 of ``0-9a-zA-Z_-`` for a command."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class ListKfAccountsSender:
    """All customer-service accounts that the app may read."""

    batch = 1
    bucket = "wecom_kf"

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(each, self._list(account_id), now, reads_only=True) for each in commands]

    async def _list(self, account_id: int) -> Done:
        client = await self._clients.client(account_id)
        limits = load_manifest("wecom").limits
        found: list[JsonObject] = []
        try:
            for number in range(limits["kf_account_pages"]):
                page = await client.kf.list_accounts(number * limits["kf_accounts"], limits["kf_accounts"])
                found += [{"open_kfid": each.open_kfid, "name": each.name} for each in page if each.managed]
                if len(page) < limits["kf_accounts"]:
                    break
        except CallRejected as error:
            if error.errcode not in REFUSED:
                raise
            return Done({"errcode": error.errcode, "accounts": []})
        return Done({"errcode": 0, "accounts": found})
