"""微信客服 WeChat customer service: accounts, links, servicers, and what was said (path 94670)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, object_of, objects, text, without_none
from wxapi.wecom.welcome import Attachment

_ROOT = "/cgi-bin/kf"
CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
"""``origin`` of an item: the customer wrote, something happened, a servicer wrote in the client."""


@dataclass(frozen=True, slots=True)
class KfAccount:
    """A customer-service account; ``managed``: the app may call its interfaces."""

    open_kfid: str
    name: str
    managed: bool


@dataclass(frozen=True, slots=True)
class KfServicer:
    """A member (or a department) behind an account; ``status`` 0 serving, 1 stopped."""

    userid: str
    department_id: int
    status: int


@dataclass(frozen=True, slots=True)
class KfCustomer:
    """Somebody who came to customer service; ``gender`` 0 unknown, 1 male, 2 female."""

    external_userid: str
    name: str = field(repr=False)
    avatar: str = field(repr=False)
    gender: int
    unionid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KfItem:
    """A message or an event; what the platform did not tell is empty. ``sent_at`` in Unix seconds.

    ``event`` holds the fields of an event as they came, ``event_type`` among them.
    """

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: int
    origin: int
    msgtype: str
    servicer: str
    text: str = field(repr=False)
    event: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class KfPage:
    """A page of what was said. ``has_more`` may be true of an empty page."""

    items: tuple[KfItem, ...]
    next_cursor: str
    has_more: bool


class Kf:
    """``/cgi-bin/kf``: reading, sending, and links."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list_accounts(self, offset: int = 0, limit: int = 100) -> tuple[KfAccount, ...]:
        """A page of the accounts, ``limit`` at most 100; one that is not full is the last."""
        reply = await self._caller.post(f"{_ROOT}/account/list", {"offset": offset, "limit": limit})
        return tuple(
            KfAccount(text(item, "open_kfid"), text(item, "name"), flag(item, "manage_privilege"))
            for item in objects(reply, "account_list")
        )

    async def list_servicers(self, open_kfid: str) -> tuple[KfServicer, ...]:
        """Who answers for an account."""
        reply = await self._caller.get(f"{_ROOT}/servicer/list", open_kfid=open_kfid)
        return tuple(
            KfServicer(text(item, "userid"), number(item, "department_id"), number(item, "status"))
            for item in objects(reply, "servicer_list")
        )

    async def add_contact_way(self, open_kfid: str, scene: str = "") -> str:
        """A link that leads to the account; ``scene`` (at most 32 of ``0-9a-zA-Z_-``) comes back when it is used."""
        body = without_none({"open_kfid": open_kfid, "scene": scene or None})
        return text(await self._caller.post(f"{_ROOT}/add_contact_way", body), "url")

    async def sync(self, open_kfid: str, cursor: str = "", token: str = "", limit: int = 1000) -> KfPage:
        """What was said after ``cursor``; without one from the oldest that is kept (3 days).

        ``token`` comes with a callback and lives for 10 minutes (95007 when it is no good); without it the platform
        keeps a strict limit. Messages that were sent through the API are not among them.
        """
        body = {"open_kfid": open_kfid, "cursor": cursor or None, "token": token or None, "limit": limit}
        reply = await self._caller.post(f"{_ROOT}/sync_msg", without_none(body))
        items = tuple(_read_item(item) for item in objects(reply, "msg_list"))
        return KfPage(items, text(reply, "next_cursor"), flag(reply, "has_more"))

    async def send_text(self, open_kfid: str, external_userid: str, content: str, msgid: str) -> str:
        """Send a text; see :meth:`send`."""
        return await self.send(open_kfid, external_userid, {"msgtype": "text", "text": {"content": content}}, msgid)

    async def send(self, open_kfid: str, external_userid: str, message: Attachment, msgid: str) -> str:
        """Send a message within 48 hours of the customer's last one, at most 5 (95001: no more, 95002: too late).

        ``message``: a picture or file as ``welcome.image`` and ``welcome.file`` make them, or a :func:`link`.
        ``msgid``, at most 32 of ``0-9a-zA-Z_-``, is used once per account. Answers the id under which
        ``msg_send_fail`` tells if it did not arrive after all.
        """
        body = {"touser": external_userid, "open_kfid": open_kfid, "msgid": msgid, **message}
        return text(await self._caller.post(f"{_ROOT}/send_msg", body), "msgid")

    async def get_customers(self, external_userids: Sequence[str]) -> tuple[KfCustomer, ...]:
        """Who these are, at most 100 at once; those whom the platform does not tell of are left out."""
        reply = await self._caller.post(f"{_ROOT}/customer/batchget", {"external_userid_list": list(external_userids)})
        return tuple(
            KfCustomer(
                text(item, "external_userid"),
                text(item, "nickname"),
                text(item, "avatar"),
                number(item, "gender"),
                text(item, "unionid"),
            )
            for item in objects(reply, "customer_list")
        )


def link(title: str, url: str, thumb_media_id: str, desc: str | None = None) -> Attachment:
    """A link card of customer service: its picture, from ``media.upload``, must be there."""
    given = {"title": title, "url": url, "desc": desc, "thumb_media_id": thumb_media_id}
    return {"msgtype": "link", "link": without_none(given)}


def _read_item(item: Object) -> KfItem:
    """Of an event the ids stand inside of it."""
    event = object_of(item, "event")
    return KfItem(
        msgid=text(item, "msgid"),
        open_kfid=text(item, "open_kfid") or text(event, "open_kfid"),
        external_userid=text(item, "external_userid") or text(event, "external_userid"),
        sent_at=number(item, "send_time"),
        origin=number(item, "origin"),
        msgtype=text(item, "msgtype"),
        servicer=text(item, "servicer_userid") or text(event, "servicer_userid"),
        text=text(object_of(item, "text"), "content"),
        event=event,
    )
