"""Customer groups (客户群): the list, and one with its members."""

from wxsim.wire.fields import Body
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall, page
from wxsim.world.group_chats import ChatMember, GroupChat, status_of

STATUSES = (0, 1, 2, 3)
LIST_LIMIT = 1000
OWNERS = 100
STAFF, EXTERNAL = 1, 2


def list_chats(call: WecomCall) -> dict[str, object]:
    """Group chats whose owner the app sees, in the order of their making; dissolved ones are gone."""
    call.require_contact_api()
    body = call.body()
    status, limit = body.number("status_filter"), body.number("limit")
    if status not in STATUSES or not 1 <= limit <= LIST_LIMIT:
        raise Refusal(40058)
    owners = _owners(call, body)
    found = [
        chat
        for chat in call.corp.group_chats.values()
        if not chat.dismissed
        and (chat.owner.lower() in owners)
        and (status == 0 or status_of(call.corp, chat) == status)
    ]
    start, end, cursor = page(body.text("cursor"), limit, len(found))
    rows = [{"chat_id": chat.chat_id, "status": status_of(call.corp, chat)} for chat in found[start:end]]
    return {"group_chat_list": rows, "next_cursor": cursor}


def get_chat(call: WecomCall) -> dict[str, object]:
    """One group chat with everybody in it."""
    call.require_contact_api()
    body = call.body()
    chat = seen_chat(call, body.text("chat_id"))
    with_names = body.number("need_name") == 1
    return {
        "group_chat": {
            "chat_id": chat.chat_id,
            "name": chat.name,
            "owner": chat.owner,
            "create_time": chat.created_at,
            "notice": chat.notice,
            "member_list": [_show_member(call, each, with_names) for each in chat.members.values()],
            "admin_list": [{"userid": userid} for userid in chat.admins],
            "member_version": chat.version,
        }
    }


def seen_chat(call: WecomCall, chat_id: str) -> GroupChat:
    """A group chat whose owner is in range: 40050 unknown, 49008 dissolved, 60011 out of range."""
    chat = call.corp.group_chats.get(chat_id)
    if chat is None:
        raise Refusal(40050)
    if chat.dismissed:
        raise Refusal(49008)
    owner = call.corp.member(chat.owner)
    if owner is not None and not call.sees(owner):
        raise Refusal(60011)
    return chat


def _owners(call: WecomCall, body: Body) -> set[str]:
    wanted = body.body("owner_filter").texts("userid_list")
    if len(wanted) > OWNERS:
        raise Refusal(40058, "userid_list must have at most 100 entries")
    if wanted:
        return {call.member(userid).userid.lower() for userid in wanted}
    visible = call.visible_members()
    most = call.world.limits.listed_members
    if most is not None and len(visible) > most:
        raise Refusal(81017)
    return {member.userid.lower() for member in visible}


def _show_member(call: WecomCall, member: ChatMember, with_name: bool) -> dict[str, object]:
    staff = call.corp.member(member.userid) if member.person is None else None
    shown: dict[str, object] = {
        "userid": member.userid,
        "type": STAFF if member.person is None else EXTERNAL,
        "join_time": member.joined_at,
        "join_scene": member.scene,
        "group_nickname": member.nickname,
    }
    if member.person:
        unionid = call.world.unionid(call.corp.open_platform, member.person)
        shown |= {"unionid": unionid} if unionid else {}
        shown |= {"state": member.state} if member.state else {}
    if member.invitor:
        shown["invitor"] = {"userid": member.invitor}
    if with_name:
        shown["name"] = member.person.name if member.person else (staff.name if staff else "")
    return shown


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/externalcontact/groupchat/list": post(list_chats),
    "/cgi-bin/externalcontact/groupchat/get": post(get_chat),
}
