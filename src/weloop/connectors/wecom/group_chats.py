"""FetchGroupChat and ListGroupChats: who is in a group chat now, and which group chats there are.

Callbacks may be lost, doubled and late. So they are only the occasion: what counts is the list of members that the
platform gives, compared with what we know. Whoever is new has joined, whoever is missing has left, and each is named by
chat, member and the platform's time of joining, so that a comparison made twice says nothing twice.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from weloop.connectors.attempts import text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.manifests import load_manifest
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.group_chats import GroupChatMemory, KnownMember
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonValue
from wxapi.errors import CallRejected
from wxapi.wecom import GroupChat, GroupMember, ListedGroupChat, WecomClient
from wxapi.wecom.group_chats import EXTERNAL, STAFF

GONE = frozenset({49008, 40050})
"""Dissolved, or an id that means nothing (global table of codes; not told for this API in particular)."""
TOO_MANY = 81017
"""The app sees more members than one list without owners may cover."""


class FetchGroupChatSender(OneByOneSender[WecomClient]):
    """One group chat a call."""

    bucket = "wecom_group_chat"
    reads_only = True

    def __init__(self, clients: ClientProvider[WecomClient], memory: GroupChatMemory) -> None:
        super().__init__(clients)
        self._memory = memory

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        chat_id, corp = text(command, "chat_id"), text(command, "scope")
        # In this order: whoever is known before the platform is asked and missing in its answer has left.
        known = await self._memory.known(chat_id)
        chat = await _read_chat(client, chat_id)
        present = {_contact(corp, member).id: member for member in (chat.members if chat else ()) if _is_guest(member)}
        make = _EventMaker(command.account_id, chat_id, corp, chat.name if chat else "", command.trace_id, now)
        left = [
            make.left(key, member, present.get(key))
            for key, member in known.items()
            if _has_left(member, present.get(key))
        ]
        joined = [make.joined(member) for key, member in present.items() if not _is_known(known.get(key), member)]
        return Done(result=_summary(chat_id, chat, len(present), now), events=(*left, *joined))


async def _read_chat(client: WecomClient, chat_id: str) -> GroupChat | None:
    try:
        return await client.group_chats.get(chat_id, names=True)
    except CallRejected as error:
        if error.errcode in GONE:
            return None
        raise


def _is_guest(member: GroupMember) -> bool:
    return member.type == EXTERNAL and bool(member.userid)


def _contact(corp: str, member: GroupMember) -> IdentityRef:
    return IdentityRef(IdentityKind.EXTERNAL_CONTACT, corp, member.userid)


def _has_left(known: KnownMember, now: GroupMember | None) -> bool:
    """Who came back meanwhile has left as well."""
    return now is None or now.joined_at > known.joined_at


def _is_known(known: KnownMember | None, member: GroupMember) -> bool:
    return known is not None and known.joined_at >= member.joined_at


class _EventMaker:
    """Events about the members of one group chat."""

    def __init__(self, account_id: int, chat_id: str, corp: str, name: str, trace_id: str, now: datetime) -> None:
        self._account_id = account_id
        self._chat_id = chat_id
        self._corp = corp
        self._name_of_chat = name
        self._trace_id = trace_id
        self._now = now

    def joined(self, member: GroupMember) -> NewEvent:
        """The platform tells union id and name of members too, also of those who are nobody's friends."""
        subject = _contact(self._corp, member)
        data: dict[str, JsonValue] = {"chat_id": self._chat_id, "join_scene": member.join_scene}
        data |= {
            name: value
            for name, value in (("name", self._name_of_chat), ("state", member.state), ("invitor", member.invitor))
            if value
        }
        alias = Alias(IdentityRef(IdentityKind.UNIONID, "", member.unionid), Strength.STRONG)
        return NewEvent(
            account_id=self._account_id,
            kind=EventKind.GROUP_JOINED,
            dedupe=self._name("joined", subject.id, member.joined_at),
            occurred_at=_moment(member.joined_at, self._now),
            subject=subject,
            data=data,
            aliases=(alias,) if member.unionid else (),
            profile=Profile(name=member.name) if member.name else None,
            trace_id=self._trace_id,
        )

    def left(self, identity_id: int, member: KnownMember, back: GroupMember | None) -> NewEvent:
        """When: as the callback said; without one, before they came back, or now that we notice."""
        latest = _moment(back.joined_at, self._now) if back else self._now
        data: dict[str, JsonValue] = {"chat_id": self._chat_id, "joined": member.joined_at}
        if member.quit_scene is not None:
            data["quit_scene"] = member.quit_scene
        return NewEvent(
            account_id=self._account_id,
            kind=EventKind.GROUP_LEFT,
            dedupe=self._name("left", identity_id, member.joined_at),
            occurred_at=min(member.quit_at or latest, latest),
            identity_id=identity_id,
            data=data,
            trace_id=self._trace_id,
        )

    def _name(self, what: str, identity_id: int, joined_at: int) -> str:
        return f"group:{self._chat_id}:{identity_id}:{joined_at}:{what}"


def _moment(seconds: int, now: datetime) -> datetime:
    """The platform's time; without one, now."""
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else now


def _summary(chat_id: str, chat: GroupChat | None, customers: int, now: datetime) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"chat_id": chat_id, "gone": chat is None, "fetched_at": now.timestamp()}
    if chat is None:
        return found
    staff = sum(member.type == STAFF for member in chat.members)
    return found | {
        "name": chat.name,
        "owner": chat.owner,
        "created_at": chat.created_at,
        "version": chat.version,
        "staff": staff,
        "customers": customers,
    }


class ListGroupChatsSender(OneByOneSender[WecomClient]):
    """Lists all group chats of an account, page by page."""

    bucket = "wecom_group_chat"
    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        chats = await _list_chats(client)
        events = tuple(_found(command.account_id, command, chat, status, now) for chat, status in sorted(chats.items()))
        return Done(result={"found": len(events)}, events=events)


async def _list_chats(client: WecomClient) -> Mapping[str, int]:
    """Status by chat id."""
    try:
        return await _list_pages(client, ())
    except CallRejected as error:
        if error.errcode != TOO_MANY:
            raise
    found: dict[str, int] = {}
    owners = await client.customers.list_follow_users()
    step = load_manifest("wecom").limits["group_chat_owners"]
    for start in range(0, len(owners), step):
        found |= await _list_pages(client, owners[start : start + step])
    return found


async def _list_pages(client: WecomClient, owners: Sequence[str]) -> dict[str, int]:
    listed: list[ListedGroupChat] = []
    cursor = ""
    for _ in range(load_manifest("wecom").limits["group_chat_pages"]):
        page = await client.group_chats.list(cursor, owners=owners)
        listed += page.chats
        cursor = page.next_cursor
        if not cursor:
            break
    return {chat.chat_id: chat.status for chat in listed if chat.chat_id}


def _found(account_id: int, command: Command, chat_id: str, status: int, now: datetime) -> NewEvent:
    return NewEvent(
        account_id=account_id,
        kind=EventKind.GROUP_CHAT_CHANGED,
        dedupe=f"found:{command.key}:{chat_id}",
        occurred_at=now,
        data={"chat_id": chat_id, "change": "found", "status": status},
        trace_id=command.trace_id,
    )
