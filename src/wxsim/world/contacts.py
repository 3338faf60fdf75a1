"""How people and members of staff become friends, talk, and part."""

from wxsim.ids import TOKEN
from wxsim.world.chats import Chat
from wxsim.world.corps import ContactWay, Corp, Friendship, Member, WelcomeCode
from wxsim.world.people import Person
from wxsim.world.world import World

ADDED_BY_CODE = 1
ADDED_OTHERWISE = 0
ACTIVE = 1


def ask(world: World, corp: Corp, way: ContactWay, person: Person) -> tuple[str, Member | None]:
    """A person scanned a contact way. Answers what came of it and with whom.

    Outcomes: ``friend_added``, ``friend_requested``, ``already_friends``, ``nobody_available``.
    """
    external = world.external_userid(corp.corpid, person)
    members = corp.way_members(way)
    for member in corp.members.values() if way.is_exclusive else members:
        known = corp.friendship(member.userid, external)
        if known and not known.left_by_customer:
            return "already_friends", member
    chosen = _take_turn(world, corp, way, members)
    if chosen is None:
        return "nobody_available", None
    friendship = _friendship(world, corp, chosen, person, state=way.state)
    if way.skip_verify:
        friendship.half = world.switches.half_event_on_skip_verify
        befriend(world, corp, friendship, way.config_id)
        return "friend_added", chosen
    corp.requests[chosen.userid.lower(), external] = friendship
    world.ledger.write("friend.requested", **_named(corp, friendship), config_id=way.config_id)
    world.changes.touch()
    return "friend_requested", chosen


def add_directly(world: World, corp: Corp, member: Member, person: Person) -> Friendship:
    """They become friends without a contact way (searched, met, was handed a card)."""
    known = corp.friendship(member.userid, world.external_userid(corp.corpid, person))
    if known and not known.left_by_customer:
        return known
    friendship = _friendship(world, corp, member, person, state="", add_way=ADDED_OTHERWISE)
    befriend(world, corp, friendship, "")
    return friendship


def accept(world: World, corp: Corp, member: Member, external_userid: str) -> Friendship | None:
    """The member says yes: to a request, or to somebody who came in without confirmation."""
    request = corp.requests.pop((member.userid.lower(), external_userid), None)
    if request:
        request.created_at = world.clock.unix()
        befriend(world, corp, request, "")
        return request
    known = corp.friendship(member.userid, external_userid)
    if known is None or not known.half:
        return None
    known.half = False
    cause = world.ledger.write("friend.confirmed", **_named(corp, known))
    world.notices.contact_added(corp, known, cause)
    return known


def befriend(world: World, corp: Corp, friendship: Friendship, config_id: str) -> None:
    """Enter the friendship, issue the welcome code, tell the platform."""
    userid = friendship.userid.lower()
    corp.followers_of.setdefault(friendship.external_userid, {})[userid] = friendship
    corp.customers_of.setdefault(userid, {})[friendship.external_userid] = friendship
    member = corp.members[userid]
    chat = staff_chat(world, corp, member, friendship.person)
    chat.active = True
    customer = customer_chat(world, corp, friendship)
    customer.active = True
    if not chat.messages:
        world.show(chat, "notice", "text", text=f"你已添加了{member.name}，现在可以开始聊天了。")
        world.show(customer, "notice", "text", text=f"{friendship.person.name} 已成为你的客户。")
    if member.console_welcome is not None:
        tell_customer(world, corp, friendship, "text", text=member.console_welcome)
    else:
        friendship.welcome = _issue(world, corp, friendship)
    code = friendship.welcome.code if friendship.welcome else None
    cause = world.ledger.write(
        "friend.added",
        **_named(corp, friendship),
        name=friendship.person.name,
        state=friendship.state,
        config_id=config_id,
        half=friendship.half,
        welcome_code=code,
    )
    world.notices.contact_added(corp, friendship, cause)


def leave(world: World, corp: Corp, member: Member, person: Person) -> bool:
    """The person deletes the member."""
    external = world.external_userid(corp.corpid, person)
    friendship = corp.friendship(member.userid, external)
    if friendship is None or friendship.left_by_customer:
        return False
    friendship.left_by_customer = True
    if not world.switches.keep_customer_who_left:
        _forget(corp, friendship)
    staff_chat(world, corp, member, person).active = False
    cause = world.ledger.write("friend.left", **_named(corp, friendship))
    world.notices.contact_lost(corp, friendship, cause)
    world.changes.touch()
    return True


def remove(world: World, corp: Corp, member: Member, external_userid: str) -> bool:
    """The member deletes the customer."""
    friendship = corp.friendship(member.userid, external_userid)
    if friendship is None:
        return False
    _forget(corp, friendship)
    customer_chat(world, corp, friendship).active = False
    cause = world.ledger.write("friend.removed", **_named(corp, friendship))
    world.notices.contact_removed(corp, friendship, cause)
    world.changes.touch()
    return True


def edit(world: World, corp: Corp, friendship: Friendship, remark: str) -> None:
    """The member changes the remark in the client."""
    friendship.remark = remark
    customer_chat(world, corp, friendship)
    cause = world.ledger.write("friend.edited", **_named(corp, friendship), remark=remark)
    world.notices.contact_edited(corp, friendship, cause)
    world.changes.touch()


def tell_member(world: World, corp: Corp, member: Member, person: Person, text: str) -> bool:
    """The person writes to the member; the platform sends no event for it. False when they are not friends."""
    friendship = corp.friendship(member.userid, world.external_userid(corp.corpid, person))
    chat = staff_chat(world, corp, member, person)
    world.show(chat, "me", "text", text=text)
    if friendship is None or friendship.left_by_customer:
        world.show(chat, "notice", "text", text=f"你还不是 {member.name} 的好友，消息没有送达。")
        return False
    friendship.chatted = True
    world.show(customer_chat(world, corp, friendship), "them", "text", text=text)
    world.ledger.write("chat.said", **_named(corp, friendship), by="person", text=text)
    return True


def tell_customer(world: World, corp: Corp, friendship: Friendship, kind: str, **body: str) -> None:
    """A bubble from the member's side: typed by hand, or sent by the platform in the member's name."""
    member = corp.members[friendship.userid.lower()]
    world.show(staff_chat(world, corp, member, friendship.person), "them", kind, **body)
    world.show(customer_chat(world, corp, friendship), "me", kind, **body)


def answer_customer(world: World, corp: Corp, friendship: Friendship, text: str) -> None:
    """The member writes by hand; a welcome is no longer possible after it."""
    friendship.chatted = True
    tell_customer(world, corp, friendship, "text", text=text)
    world.ledger.write("chat.said", **_named(corp, friendship), by="member", text=text)


def tell_app(world: World, corp: Corp, agentid: int, member: Member, text: str) -> None:
    """A member writes to an app."""
    app = corp.apps[agentid]
    chat = world.staff_phone(corp, member).open(f"app:{corp.corpid}:{agentid}", app.name, "app")
    world.show(chat, "me", "text", text=text)
    cause = world.ledger.write("app.said", corpid=corp.corpid, agentid=agentid, userid=member.userid, text=text)
    world.notices.app_message(corp, agentid, member.userid, text, cause)


def staff_chat(world: World, corp: Corp, member: Member, person: Person) -> Chat:
    """The chat with this member on the person's phone."""
    return world.phone(person).open(f"staff:{corp.corpid}:{member.userid.lower()}", member.name, "staff")


def customer_chat(world: World, corp: Corp, friendship: Friendship) -> Chat:
    """The chat with this customer on the member's phone."""
    member = corp.members[friendship.userid.lower()]
    title = friendship.remark or friendship.person.name
    return world.staff_phone(corp, member).open(f"customer:{friendship.external_userid}", title, "customer")


def last_chatted(world: World, corp: Corp, friendship: Friendship) -> tuple[float, int]:
    """When the two last had something in their chat, and since when they are friends: to compare members by."""
    chat = world.phone(friendship.person).chats.get(f"staff:{corp.corpid}:{friendship.userid.lower()}")
    return (chat.messages[-1].at if chat and chat.messages else 0.0, friendship.created_at)


def _friendship(
    world: World, corp: Corp, member: Member, person: Person, *, state: str, add_way: int = ADDED_BY_CODE
) -> Friendship:
    external = world.external_userid(corp.corpid, person)
    return Friendship(person, external, member.userid, world.clock.unix(), add_way, external, state)


def _take_turn(world: World, corp: Corp, way: ContactWay, members: list[Member]) -> Member | None:
    """Members take turns; who is full or not active is passed over (the platform's own rule is not published)."""
    for offset in range(len(members)):
        member = members[(way.turn + offset) % len(members)]
        if member.status == ACTIVE and member.contact_enabled and not _is_full(world, corp, member):
            way.turn += offset + 1
            return member
    return None


def _is_full(world: World, corp: Corp, member: Member) -> bool:
    cap = world.limits.customers_per_member
    return cap is not None and len(corp.customers_of.get(member.userid.lower(), {})) >= cap


def _issue(world: World, corp: Corp, friendship: Friendship) -> WelcomeCode:
    code = world.ids.fresh(43, "welcome", alphabet=TOKEN)
    corp.welcome_codes[code] = friendship
    return WelcomeCode(code, world.clock.time())


def _forget(corp: Corp, friendship: Friendship) -> None:
    userid = friendship.userid.lower()
    corp.followers_of.get(friendship.external_userid, {}).pop(userid, None)
    corp.customers_of.get(userid, {}).pop(friendship.external_userid, None)


def _named(corp: Corp, friendship: Friendship) -> dict[str, object]:
    return {
        "corpid": corp.corpid,
        "userid": friendship.userid,
        "external_userid": friendship.external_userid,
        "person": friendship.person.id,
    }
