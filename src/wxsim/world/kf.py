"""WeChat customer service (微信客服) of a corp: accounts, who answers for them, and what was said there."""

from dataclasses import dataclass, field

from wxsim.ids import TOKEN
from wxsim.world.chats import Chat
from wxsim.world.corps import Corp, Member
from wxsim.world.people import Person
from wxsim.world.world import World

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
"""``origin`` of an item."""
REJECTED = 10
"""``fail_type``: the customer rejects messages."""


@dataclass(slots=True, eq=False)
class KfEntry:
    """Something in the account's log. ``item`` of None: a message sent through the API, which nobody is told of."""

    at: int
    item: dict[str, object] | None


@dataclass(slots=True, eq=False)
class KfAccount:
    """An account. ``managed``: it is set to 「通过API管理」. ``wrote``: external_userids who ever wrote to it,
    ``came``: who ever opened it."""

    open_kfid: str
    name: str
    servicers: list[str]
    managed: bool = True
    entries: list[KfEntry] = field(default_factory=list)
    wrote: set[str] = field(default_factory=set)
    came: set[str] = field(default_factory=set)
    tokens: dict[str, float] = field(default_factory=dict)
    """Of callbacks, with the time at which each dies."""
    windows: dict[str, tuple[float, int]] = field(default_factory=dict)
    """By external_userid when the customer wrote last, and how many messages of the API came since then."""
    sent: set[str] = field(default_factory=set)
    """Ids of messages of the API."""
    refused: set[str] = field(default_factory=set)
    """external_userids who reject what the account sends."""


def add_kf_account(world: World, corp: Corp, name: str, servicers: list[str]) -> KfAccount:
    """The administrator makes an account and says who answers."""
    open_kfid = "wk" + world.ids.fresh(30, f"kf account {corp.corpid}", alphabet=TOKEN)
    account = corp.kf_accounts[open_kfid] = KfAccount(open_kfid, name, servicers)
    world.changes.touch()
    return account


def enter_session(
    world: World, corp: Corp, account: KfAccount, person: Person, scene: str = "", param: str = ""
) -> Chat:
    """A customer opens the account's chat by a link."""
    external = world.external_userid(corp.corpid, person)
    account.came.add(external)
    chat = _customer_chat(world, corp, account, person)
    if not chat.messages:
        world.show(chat, "notice", "text", text=f"你正在咨询「{account.name}」")
    event: dict[str, object] = {
        "event_type": "enter_session",
        "open_kfid": account.open_kfid,
        "external_userid": external,
        "scene": scene,
        "scene_param": param,
    }
    if external not in account.wrote:
        event["welcome_code"] = world.ids.fresh(32, "kf welcome", alphabet=TOKEN)
    cause = world.ledger.write("kf.entered", **_named(corp, account), external_userid=external, scene=scene)
    _log(world, corp, account, {"origin": SYSTEM, "msgtype": "event", "event": event}, cause)
    return chat


def ask_kf(world: World, corp: Corp, account: KfAccount, person: Person, text: str) -> None:
    """A customer writes."""
    external = world.external_userid(corp.corpid, person)
    account.wrote.add(external)
    account.came.add(external)
    account.windows[external] = (world.clock.time(), 0)
    world.show(_customer_chat(world, corp, account, person), "me", "text", text=text)
    for userid in account.servicers:
        member = corp.member(userid)
        if member:
            world.show(_servicer_chat(world, corp, account, member, person), "them", "text", text=text)
    cause = world.ledger.write("kf.said", **_named(corp, account), external_userid=external, by="person")
    said = {"origin": CUSTOMER, "external_userid": external, "msgtype": "text", "text": {"content": text}}
    _log(world, corp, account, said, cause)


def answer_kf(world: World, corp: Corp, account: KfAccount, member: Member, person: Person, text: str) -> bool:
    """A servicer writes in the client; False for who is none."""
    if member.userid not in account.servicers:
        return False
    external = world.external_userid(corp.corpid, person)
    world.show(_servicer_chat(world, corp, account, member, person), "me", "text", text=text)
    world.show(_customer_chat(world, corp, account, person), "them", "text", text=text, speaker=member.name)
    named = {**_named(corp, account), "external_userid": external, "userid": member.userid}
    cause = world.ledger.write("kf.said", **named, by="member")
    said = {
        "origin": SERVICER,
        "external_userid": external,
        "servicer_userid": member.userid,
        "msgtype": "text",
        "text": {"content": text},
    }
    _log(world, corp, account, said, cause)
    return True


def send_kf(
    world: World, corp: Corp, account: KfAccount, person: Person, kind: str, shown: dict[str, str], msgid: str
) -> None:
    """An app writes through the API: the customer sees it, nobody is told, unless the customer rejects it."""
    external = world.external_userid(corp.corpid, person)
    at, used = account.windows[external]
    account.windows[external] = (at, used + 1)
    account.sent.add(msgid)
    account.entries.append(KfEntry(world.clock.unix(), None))
    named = {**_named(corp, account), "external_userid": external}
    if external in account.refused:
        cause = world.ledger.write("kf.rejected", **named, msgid=msgid)
        event = {"event_type": "msg_send_fail", "open_kfid": account.open_kfid, "external_userid": external}
        failed = {**event, "fail_msgid": msgid, "fail_type": REJECTED}
        _log(world, corp, account, {"origin": SYSTEM, "msgtype": "event", "event": failed}, cause)
        return
    world.show(_customer_chat(world, corp, account, person), "them", kind, **shown)
    world.ledger.write("kf.said", **named, by="app")


def hide_kf(world: World, account: KfAccount, count: int) -> None:
    """Messages of an API go through the account: they take their places and are never told."""
    account.entries += [KfEntry(world.clock.unix(), None)] * count


def issue_token(world: World, account: KfAccount) -> str:
    """What a callback carries."""
    now = world.clock.time()
    account.tokens = {token: dies for token, dies in account.tokens.items() if dies > now}
    token = "ENC" + world.ids.fresh(40, "kf token", alphabet=TOKEN)
    account.tokens[token] = now + world.limits.kf_token_seconds
    return token


def find_kf(world: World, key: str) -> tuple[Corp, KfAccount, str] | None:
    """Corp, account and, on a servicer's phone, external_userid behind the key of a phone's chat."""
    kind, corpid, open_kfid, external = (*key.split(":", 3), "", "", "")[:4]
    corp = world.corps.get(corpid)
    account = corp.kf_accounts.get(open_kfid) if corp and kind == "kf" else None
    return (corp, account, external) if corp and account else None


def _log(world: World, corp: Corp, account: KfAccount, item: dict[str, object], cause: int) -> None:
    at = world.clock.unix()
    shown = {"msgid": world.ids.fresh(24, "kf message", alphabet=TOKEN), "send_time": at, **item}
    if item["msgtype"] != "event":
        shown["open_kfid"] = account.open_kfid
    account.entries.append(KfEntry(at, shown))
    world.changes.touch()
    world.notices.kf_happened(corp, account, cause)


def _customer_chat(world: World, corp: Corp, account: KfAccount, person: Person) -> Chat:
    return world.phone(person).open(f"kf:{corp.corpid}:{account.open_kfid}", account.name, "kf")


def _servicer_chat(world: World, corp: Corp, account: KfAccount, member: Member, person: Person) -> Chat:
    external = world.external_userid(corp.corpid, person)
    key = f"kf:{corp.corpid}:{account.open_kfid}:{external}"
    return world.staff_phone(corp, member).open(key, f"{person.name} · {account.name}", "kf")


def _named(corp: Corp, account: KfAccount) -> dict[str, object]:
    return {"corpid": corp.corpid, "open_kfid": account.open_kfid}
