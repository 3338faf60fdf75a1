"""客户群 customer groups: the list (path 92120) and one with its members (92122)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wxapi.caller import Caller
from wxapi.fields import Object, number, object_of, objects, text, without_none

_ROOT = "/cgi-bin/externalcontact/groupchat"
_LIST = "group_chat_list"
STAFF, EXTERNAL = 1, 2
"""``type`` of a member."""


@dataclass(frozen=True, slots=True)
class ListedGroupChat:
    """A group chat of the list. ``status``: 0 normal, 1 owner resigned, 2 being handed over, 3 handed over."""

    chat_id: str
    status: int


@dataclass(frozen=True, slots=True)
class GroupChatPage:
    """A page of the list; ``next_cursor`` is empty on the last one."""

    chats: tuple[ListedGroupChat, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class GroupMember:
    """Somebody in a group chat: ``type`` 1 member of the corp, 2 external. ``joined_at`` in Unix seconds.

    ``join_scene``: 1 invited, 2 by an invitation link, 3 by a code. ``state`` is that of the join way.
    """

    userid: str
    type: int
    joined_at: int
    join_scene: int
    state: str
    invitor: str
    unionid: str = field(repr=False)
    name: str = field(repr=False)
    group_nickname: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A group chat with everybody in it. ``version`` says whether the list of members is another one."""

    chat_id: str
    name: str
    owner: str
    created_at: int
    notice: str
    version: str
    admins: tuple[str, ...]
    members: tuple[GroupMember, ...]


class GroupChats:
    """``/cgi-bin/externalcontact/groupchat``: reading."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(
        self, cursor: str = "", limit: int = 1000, *, owners: Sequence[str] = (), status: int = 0
    ) -> GroupChatPage:
        """A page of the group chats that the app sees; ``limit`` 1 to 1000, at most 100 owners.

        Without owners the platform refuses (81017) when the app sees more than 1000 members.
        """
        body = {
            "status_filter": status,
            "owner_filter": {"userid_list": list(owners)} if owners else None,
            "cursor": cursor or None,
            "limit": limit,
        }
        reply = await self._caller.post(f"{_ROOT}/list", without_none(body))
        chats = (ListedGroupChat(text(item, "chat_id"), number(item, "status")) for item in objects(reply, _LIST))
        return GroupChatPage(tuple(chats), text(reply, "next_cursor"))

    async def get(self, chat_id: str, *, names: bool = False) -> GroupChat:
        """One group chat; with ``names``, what members are called."""
        reply = await self._caller.post(f"{_ROOT}/get", {"chat_id": chat_id, "need_name": int(names)})
        item = object_of(reply, "group_chat")
        return GroupChat(
            chat_id=text(item, "chat_id"),
            name=text(item, "name"),
            owner=text(item, "owner"),
            created_at=number(item, "create_time"),
            notice=text(item, "notice"),
            version=text(item, "member_version"),
            admins=tuple(text(admin, "userid") for admin in objects(item, "admin_list")),
            members=tuple(_read_member(member) for member in objects(item, "member_list")),
        )


def _read_member(item: Object) -> GroupMember:
    return GroupMember(
        userid=text(item, "userid"),
        type=number(item, "type"),
        joined_at=number(item, "join_time"),
        join_scene=number(item, "join_scene"),
        state=text(item, "state"),
        invitor=text(object_of(item, "invitor"), "userid"),
        unionid=text(item, "unionid"),
        name=text(item, "name"),
        group_nickname=text(item, "group_nickname"),
    )
