"""What the pages show, gathered from the world."""

from dataclasses import dataclass
from itertools import islice

from wxsim.clock import beijing_text
from wxsim.console.bubbles import Bubble, avatar_of, clock_text, draw_bubbles, summary, web_page
from wxsim.console.place import Place
from wxsim.simulator import Simulator
from wxsim.wire.deliveries import Delivery
from wxsim.world.chats import Chat, Phone
from wxsim.world.codes import Code, ContactCode, GroupCode, KfCode
from wxsim.world.corps import Corp, Member, WecomApp
from wxsim.world.kf import KfAccount
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.people import Person
from wxsim.world.world import World

PEOPLE_SHOWN = 40
SORTED_UP_TO = 1000
CALLBACKS_SHOWN = 40
CODES_SHOWN = 12
CHATS_SHOWN = 100

OUTCOMES = {
    "friend_added": "已添加好友",
    "friend_requested": "好友申请已发送，等对方通过",
    "already_friends": "你们已经是好友了",
    "nobody_available": "暂时没有可以添加的员工",
    "followed": "已关注",
    "scanned": "已进入公众号",
    "expired": "二维码已过期",
    "unknown_code": "无法识别这个二维码",
    "not_for_you": "这个二维码不是给你的",
    "group_joined": "已加入群聊",
    "already_in_group": "你已经在群里了",
    "group_full": "群已满，暂时进不去",
    "group_left": "已退出群聊",
    "kf_entered": "已进入客服会话",
    "person_created": "来了一位新朋友",
    "friend_deleted": "已删除好友",
    "unfollowed": "已取消关注",
    "accepted": "已通过好友申请",
    "customer_deleted": "已删除客户",
    "not_posted": "今天不能再发表了",
    "not_delivered": "消息没有送达",
}


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One line of a chat list."""

    key: str
    title: str
    kind: str
    label: str
    avatar: str
    summary: str
    time: str
    unread: int
    active: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people."""

    id: str
    name: str
    avatar: str
    note: str
    time: str


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One line of the list of staff."""

    key: str
    name: str
    avatar: str
    note: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code to pick."""

    url: str
    title: str
    note: str
    picture: str


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """One callback for developers."""

    id: str
    time: str
    account: str
    event: str
    state: str
    attempts: int
    status: str
    milliseconds: str
    answer: str
    plain: str


def people_rows(world: World, search: str) -> list[PersonRow]:
    """People to choose from: who talked last comes first."""
    found = [each for each in world.people.values() if search.lower() in each.name.lower() or search == each.id]
    if len(found) <= SORTED_UP_TO:
        found.sort(key=lambda each: -_last_message(world.phone(each)))
    else:
        found = found[: -PEOPLE_SHOWN - 1 : -1]
    return [_person_row(world, each) for each in found[:PEOPLE_SHOWN]]


def staff_rows(world: World, search: str) -> list[StaffRow]:
    """Members of all corps."""
    return [
        StaffRow(
            f"{corp.corpid}/{member.userid}",
            member.name,
            f"/avatar/staff/{corp.corpid}/{member.userid}.svg",
            member.position or corp.name,
        )
        for corp in world.corps.values()
        for member in corp.members.values()
        if search.lower() in member.name.lower()
    ]


def chat_rows(world: World, phone: Phone) -> list[ChatRow]:
    """The chat list of a phone, newest first."""
    now = world.clock.time()
    return [_chat_row(world, chat, now) for chat in phone.recent()[:CHATS_SHOWN]]


def open_chat(world: World, phone: Phone, key: str) -> tuple[ChatRow, list[Bubble]] | None:
    """One chat with its bubbles; reading it clears its badge."""
    chat = phone.chats.get(key)
    if chat is None:
        return None
    chat.unread = 0
    now = world.clock.time()
    return _chat_row(world, chat, now), draw_bubbles(chat, now, world.base_url)


def code_rows(world: World) -> list[CodeRow]:
    """The newest codes of the world, then the accounts' plain ones."""
    return [code_row(code) for code in islice(reversed(world.codes.values()), CODES_SHOWN)]


def callback_rows(simulator: Simulator) -> list[CallbackRow]:
    """The newest callbacks, newest first."""
    newest = list(simulator.deliveries.recent)[-CALLBACKS_SHOWN:]
    return [_callback_row(each) for each in reversed(newest)]


def request_rows(world: World, corp: Corp, member: Member) -> list[PersonRow]:
    """Friend requests that wait for this member; the id is the external_userid."""
    waiting = [
        (external, each) for (userid, external), each in corp.requests.items() if userid == member.userid.lower()
    ]
    waiting += [
        (external, each) for external, each in corp.customers_of.get(member.userid.lower(), {}).items() if each.half
    ]
    now = world.clock.time()
    return [
        PersonRow(
            external, each.person.name, f"/avatar/{each.person.id}.svg", each.state, clock_text(each.created_at, now)
        )
        for external, each in waiting
    ]


def accounts_of(world: World, person: Person) -> list[tuple[OfficialAccount, bool]]:
    """Every official account, and whether this person follows it."""
    rows = []
    for account in world.accounts.values():
        follower = account.followers.get(world.openid(account.appid, person))
        rows.append((account, bool(follower and follower.subscribed)))
    return rows


def kf_rows(world: World) -> list[tuple[Corp, KfAccount]]:
    """Every customer-service account."""
    return [(corp, account) for corp in world.corps.values() for account in corp.kf_accounts.values()]


def find_staff(world: World, key: str) -> tuple[Corp, Member] | None:
    """The member named ``corpid/userid``."""
    corpid, _, userid = key.partition("/")
    corp = world.corps.get(corpid)
    member = corp.member(userid) if corp else None
    return (corp, member) if corp and member else None


def toolbar(corp: Corp) -> list[WecomApp]:
    """聊天工具栏: the apps with a page for beside a chat."""
    return [app for app in corp.apps.values() if app.toolbar_url]


def page_beside(corp: Corp, place: Place) -> str:
    """The page that stands beside the open chat; empty for none."""
    app = next((each for each in toolbar(corp) if str(each.agentid) == place.beside), None)
    return web_page(app.toolbar_url) if app else ""


def default_person(world: World, place: Place) -> Person | None:
    """The person of the place, else the first one there is."""
    return world.people.get(place.person) or next(iter(world.people.values()), None)


def world_time(world: World) -> str:
    """The world's clock for the page head."""
    return beijing_text(world.clock.time(), "%Y-%m-%d %H:%M")


def _last_message(phone: Phone) -> int:
    return max((chat.messages[-1].n for chat in phone.chats.values() if chat.messages), default=0)


def _person_row(world: World, person: Person) -> PersonRow:
    recent = world.phone(person).recent()
    note = summary(recent[0]) if recent else "还没有聊天"
    time = clock_text(recent[0].messages[-1].at, world.clock.time()) if recent and recent[0].messages else ""
    return PersonRow(person.id, person.name, f"/avatar/{person.id}.svg", note, time)


def _chat_row(world: World, chat: Chat, now: float) -> ChatRow:
    last = chat.messages[-1] if chat.messages else None
    external = chat.key.partition(":")[2]
    person = world.person_by(external) if chat.kind == "customer" else None
    avatar = avatar_of(chat.key, chat.title, {external: person.id} if person else {})
    return ChatRow(
        chat.key,
        chat.title,
        chat.kind,
        _label(world, chat),
        avatar,
        summary(chat),
        clock_text(last.at, now) if last else "",
        chat.unread,
        chat.active,
    )


def _label(world: World, chat: Chat) -> str:
    """The corp behind a member or a group chat, 微信 behind a customer."""
    if chat.kind in ("staff", "group", "kf"):
        corp = world.corps.get(chat.key.split(":")[1])
        return f"@{corp.name}" if corp else ""
    return "@微信" if chat.kind == "customer" else ""


def code_row(code: Code) -> CodeRow:
    """One code with where it leads."""
    picture = f"/q/{code.id}.png"
    if isinstance(code, ContactCode):
        way = code.way
        names = [code.corp.members[userid.lower()].name for userid in way.users if code.corp.member(userid)]
        return CodeRow(code.url, way.remark or way.state or "联系我", "企业微信 · " + "、".join(names[:3]), picture)
    if isinstance(code, GroupCode):
        chats = [code.corp.group_chats[chat_id].name for chat_id in code.way.chats]
        return CodeRow(
            code.url, code.way.remark or code.way.state or "加入群聊", "群聊 · " + "、".join(chats[:2]), picture
        )
    if isinstance(code, KfCode):
        return CodeRow(code.url, code.account.name, f"微信客服 · {code.scene}".rstrip(" ·"), picture)
    note = f"场景 {code.scene.scene}" if code.scene else "公众号名片码"
    return CodeRow(code.url, code.account.name, note, picture)


def _callback_row(delivery: Delivery) -> CallbackRow:
    last = delivery.attempts[-1] if delivery.attempts else None
    return CallbackRow(
        delivery.id,
        beijing_text(last.at, "%H:%M:%S") if last else "",
        delivery.account,
        delivery.event,
        delivery.state,
        len(delivery.attempts),
        (str(last.status) if last.status else last.problem) if last else "",
        f"{last.milliseconds} ms" if last else "",
        last.answer if last else "",
        delivery.plain,
    )
