"""External group chats of a corp: who is in them, who comes and goes, and the codes that lead into them."""

from dataclasses import dataclass, field

from wxsim.ids import HEX, TOKEN
from wxsim.world.chats import Chat
from wxsim.world.corps import Corp, Member
from wxsim.world.people import Person
from wxsim.world.world import World

INVITED, BY_LINK, BY_CODE = 1, 2, 3
"""``join_scene`` of a member; a callback's JoinScene knows 0 (invited, by a link too) and 3 only."""
LEFT, REMOVED = 0, 1
"""``QuitScene`` of a callback."""
NORMAL, OWNER_LEFT = 0, 1
"""Status of a group chat as the list tells it."""
RESIGNED = 5


@dataclass(slots=True, eq=False)
class ChatMember:
    """Somebody in a group chat; ``person`` is None for a member of staff."""

    userid: str
    joined_at: int
    scene: int
    person: Person | None = None
    state: str = ""
    invitor: str = ""
    nickname: str = ""
    silent: bool = False
    """One of a crowd whose phone nobody looks at: nothing is shown there."""


@dataclass(slots=True, eq=False)
class GroupChat:
    """A customer group. ``members`` by userid or external_userid, in the order of coming."""

    chat_id: str
    name: str
    owner: str
    created_at: int
    notice: str = ""
    admins: list[str] = field(default_factory=list)
    members: dict[str, ChatMember] = field(default_factory=dict)
    version: str = ""
    dismissed: bool = False


@dataclass(slots=True, eq=False)
class JoinWay:
    """A 「加入群聊」 code as the API keeps it. ``made``: the group chats it made itself, when all others were full."""

    config_id: str
    agentid: int
    scene: int
    chats: list[str]
    remark: str = ""
    auto_create: bool = True
    base_name: str = ""
    base_id: int = 0
    state: str = ""
    mark_source: bool = True
    qr_code: str = ""
    made: list[str] = field(default_factory=list)


def create_group_chat(world: World, corp: Corp, owner: Member, name: str, admins: list[str] | None = None) -> GroupChat:
    """A member starts a group chat, with admins of staff."""
    chat = GroupChat("wr" + world.ids.fresh(30, "group chat", alphabet=TOKEN), name, owner.userid, world.clock.unix())
    chat.admins = list(admins or [])
    corp.group_chats[chat.chat_id] = chat
    for userid in dict.fromkeys([owner.userid, *chat.admins]):
        member = corp.member(userid)
        if member:
            chat.members[member.userid] = ChatMember(member.userid, chat.created_at, INVITED, invitor=owner.userid)
            _phone_chat(world, corp, chat, member)
    _renew(world, chat)
    cause = world.ledger.write("group.created", **_named(corp, chat), name=name, owner=owner.userid)
    world.notices.group_created(corp, chat, cause)
    return chat


def enter_by_code(world: World, corp: Corp, way: JoinWay, person: Person) -> tuple[str, GroupChat | None]:
    """A person scanned a join way: ``group_joined``, ``already_in_group`` or ``group_full``, and the group chat."""
    external = world.external_userid(corp.corpid, person)
    chats = [chat for chat in map(corp.group_chats.get, [*way.chats, *way.made]) if chat and not chat.dismissed]
    inside = next((chat for chat in chats if external in chat.members), None)
    if inside:
        return "already_in_group", inside
    chosen = next((chat for chat in chats if not is_full(world, chat)), None)
    if chosen is None and way.auto_create and chats:
        chosen = _make_next(world, corp, way, chats[0])
    if chosen is None:
        world.ledger.write("group.full", corpid=corp.corpid, config_id=way.config_id, person=person.id)
        return "group_full", None
    join(world, corp, chosen, person, BY_CODE, state=way.state)
    return "group_joined", chosen


def join(
    world: World, corp: Corp, chat: GroupChat, person: Person, scene: int, *, state: str = "", invitor: str = ""
) -> bool:
    """The person comes in; False when they were in, or there is no room."""
    external = world.external_userid(corp.corpid, person)
    if chat.dismissed or external in chat.members or is_full(world, chat):
        return False
    chat.members[external] = ChatMember(external, world.clock.unix(), scene, person, state, invitor)
    cause = world.ledger.write(
        "group.joined",
        **_named(corp, chat),
        external_userid=external,
        person=person.id,
        scene=scene,
        state=state,
        invitor=invitor,
    )
    mine = world.phone(person).open(_key(corp, chat), _title(chat), "group")
    mine.active = True
    world.show(mine, "notice", "text", text=f"你加入了群聊「{chat.name}」。")
    _tell_all(world, corp, chat, f"{person.name} 加入了群聊。", but=external)
    _count_change(world, corp, chat, "add_member", external, cause, join_scene=BY_CODE if scene == BY_CODE else 0)
    return True


def leave_group(world: World, corp: Corp, chat: GroupChat, person: Person, *, removed: bool = False) -> bool:
    """The person leaves, or is removed by the owner; False when they are not in."""
    external = world.external_userid(corp.corpid, person)
    if chat.dismissed or chat.members.pop(external, None) is None:
        return False
    cause = world.ledger.write(
        "group.removed" if removed else "group.left", **_named(corp, chat), external_userid=external, person=person.id
    )
    mine = world.phone(person).open(_key(corp, chat), chat.name, "group")
    mine.active = False
    world.show(mine, "notice", "text", text="你被移出了群聊。" if removed else "你退出了群聊。")
    _tell_all(world, corp, chat, f"{person.name} 已不在群里。")
    _count_change(world, corp, chat, "del_member", external, cause, quit_scene=REMOVED if removed else LEFT)
    return True


def rename(world: World, corp: Corp, chat: GroupChat, name: str) -> None:
    """The owner gives the group chat another name."""
    chat.name = name
    cause = world.ledger.write("group.renamed", **_named(corp, chat), name=name)
    _tell_all(world, corp, chat, f"群名改为「{name}」。")
    world.notices.group_changed(corp, chat, "change_name", cause)


def dismiss(world: World, corp: Corp, chat: GroupChat) -> None:
    """The owner dissolves the group chat."""
    if chat.dismissed:
        return
    _tell_all(world, corp, chat, "群聊已解散。")
    chat.dismissed = True
    for phone_chat in _phone_chats(world, corp, chat):
        phone_chat.active = False
    cause = world.ledger.write("group.dismissed", **_named(corp, chat))
    world.notices.group_dismissed(corp, chat, cause)


def speak(world: World, corp: Corp, chat: GroupChat, userid: str, text: str) -> bool:
    """Somebody in the group chat says something; the platform calls nobody back. False when they are not in."""
    speaker = chat.members.get(userid)
    if chat.dismissed or speaker is None:
        return False
    staff = corp.member(userid)
    name = speaker.person.name if speaker.person else (staff.name if staff else userid)
    for other in chat.members.values():
        shown = _phone_of(world, corp, chat, other)
        if shown:
            world.show(shown, "me" if other is speaker else "them", "text", text=text, speaker=name)
    world.ledger.write("group.said", **_named(corp, chat), userid=userid)
    return True


def is_full(world: World, chat: GroupChat) -> bool:
    """Whether nobody fits in any more."""
    cap = world.limits.group_chat_members
    return cap is not None and len(chat.members) >= cap


def status_of(corp: Corp, chat: GroupChat) -> int:
    """0 normal, 1 the owner has left the corp."""
    owner = corp.member(chat.owner)
    return OWNER_LEFT if owner is None or owner.status == RESIGNED else NORMAL


def _make_next(world: World, corp: Corp, way: JoinWay, first: GroupChat) -> GroupChat | None:
    """All are full: the next group chat, owned as the first one is."""
    owner = corp.member(first.owner)
    if owner is None:
        return None
    name = f"{way.base_name or first.name}{way.base_id + len(way.made)}"
    chat = create_group_chat(world, corp, owner, name, first.admins)
    way.made.append(chat.chat_id)
    return chat


def _count_change(
    world: World, corp: Corp, chat: GroupChat, detail: str, userid: str, cause: int, **scene: int
) -> None:
    before = chat.version
    _renew(world, chat)
    world.changes.touch()
    world.notices.group_members_changed(corp, chat, detail, [userid], before, cause, **scene)


def _renew(world: World, chat: GroupChat) -> None:
    """A version says nothing but that it is another one."""
    chat.version = world.ids.fresh(32, f"member version {chat.chat_id}", alphabet=HEX)


def _tell_all(world: World, corp: Corp, chat: GroupChat, text: str, but: str = "") -> None:
    for member in chat.members.values():
        shown = _phone_of(world, corp, chat, member) if member.userid != but else None
        if shown:
            shown.title = _title(chat)
            world.show(shown, "notice", "text", text=text)


def _phone_of(world: World, corp: Corp, chat: GroupChat, member: ChatMember) -> Chat | None:
    if member.silent:
        return None
    if member.person:
        return world.phone(member.person).open(_key(corp, chat), _title(chat), "group")
    staff = corp.member(member.userid)
    return _phone_chat(world, corp, chat, staff) if staff else None


def _phone_chat(world: World, corp: Corp, chat: GroupChat, staff: Member) -> Chat:
    return world.staff_phone(corp, staff).open(_key(corp, chat), _title(chat), "group")


def _phone_chats(world: World, corp: Corp, chat: GroupChat) -> list[Chat]:
    shown = [_phone_of(world, corp, chat, member) for member in chat.members.values()]
    return [each for each in shown if each]


def _title(chat: GroupChat) -> str:
    return f"{chat.name}({len(chat.members)})"


def _key(corp: Corp, chat: GroupChat) -> str:
    return f"group:{corp.corpid}:{chat.chat_id}"


def find_chat(world: World, key: str) -> tuple[Corp, GroupChat] | None:
    """The group chat behind the key of a phone's chat."""
    kind, _, rest = key.partition(":")
    corpid, _, chat_id = rest.partition(":")
    corp = world.corps.get(corpid)
    chat = corp.group_chats.get(chat_id) if corp and kind == "group" else None
    return (corp, chat) if corp and chat else None


def _named(corp: Corp, chat: GroupChat) -> dict[str, object]:
    return {"corpid": corp.corpid, "chat_id": chat.chat_id}
