"""Commands carried out against the simulator: welcome messages, profiles, contact ways, checks, members."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from weloop.connectors.checks import AccountCheck
from weloop.connectors.clients import AccountClients, official_account_clients, wecom_clients
from weloop.connectors.official_account import outbound as account_outbound
from weloop.connectors.official_account.setup import probe as probe_account
from weloop.connectors.wecom import outbound as wecom_outbound
from weloop.connectors.wecom.setup import probe as probe_wecom
from weloop.connectors.wecom.sync import StaffFetch
from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome, Sender
from weloop.contracts.errors import (
    AlreadyDone,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Rejected,
    Retryable,
    Uncertain,
)
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.group_chats import KnownMember
from weloop.contracts.identities import IdentityKind, IdentityRef, Strength
from weloop.contracts.json import JsonObject
from weloop.contracts.media import FileContent, MediaTicket, Upload
from wxapi.official_account import OfficialAccountClient
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import AiohttpTransport
from wxapi.wecom import WecomClient
from wxsim.faults import FaultRule
from wxsim.testing import Running
from wxsim.world.contacts import add_directly, edit, leave
from wxsim.world.demo import AGENTID, APPID, CORPID
from wxsim.world.following import follow, unfollow
from wxsim.world.kf import ask_kf, enter_session
from wxsim.world.mass_messages import confirm
from wxsim.world.people import Person
from wxsim.world.scanning import scan

NOW = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
WECOM, ACCOUNT, GONE, WRONG = 1, 2, 3, 4


class MemoryMedia:
    """Files by id, and the platform ids that uploads brought."""

    def __init__(self) -> None:
        self.files = {
            1: FileContent("海报.png", "image/png", PNG),
            2: FileContent("a.pdf", "application/pdf", b"%PDF-1.7 ."),
        }
        self.tickets: dict[tuple[int, int], MediaTicket] = {}

    async def media_id(self, account_id: int, file_id: int, upload: Upload) -> str:
        key = (account_id, file_id)
        if key not in self.tickets:
            self.tickets[key] = await upload(self.files[file_id])
        return self.tickets[key].media_id

    async def forget(self, account_id: int, files: set[int]) -> None:
        for file_id in files:
            self.tickets.pop((account_id, file_id), None)


class NoGroups:
    """Nothing is known of group chats; no picture is kept."""

    async def keep(self, address: str, name: str) -> int:
        raise Retryable("there is no picture")

    async def known(self, chat_id: str) -> dict[int, KnownMember]:
        return {}

    async def pictures(self, states: Collection[str]) -> dict[str, int]:
        return {}

    async def addresses(self, states: Collection[str]) -> dict[str, str]:
        return {"here": "https://wework.qpic.cn/here?a=1&b=2"} if "here" in states else {}


class Accounts:
    """What the accounts module would say."""

    def __init__(self, sim: Running) -> None:
        app, account = sim.world.corps[CORPID].apps[AGENTID], sim.world.accounts[APPID]
        kind = AccountKind.WECOM
        self.handles = {
            WECOM: AccountHandle(WECOM, kind, sim.wecom_base, CORPID, AGENTID, app.secret),
            ACCOUNT: AccountHandle(
                ACCOUNT, AccountKind.OFFICIAL_ACCOUNT, sim.official_account_base, APPID, None, account.secret
            ),
            WRONG: AccountHandle(WRONG, kind, sim.wecom_base, CORPID, AGENTID, "wrong"),
        }

    async def load(self, account_id: int) -> AccountHandle:
        if account_id not in self.handles:
            raise Rejected("the account is disabled or removed")
        return self.handles[account_id]


def share(_handle: AccountHandle, fetch) -> MemoryTokens:
    async def ask() -> AccessToken:
        return AccessToken(*await fetch())

    return MemoryTokens(ask)


@pytest.fixture
def media() -> MemoryMedia:
    return MemoryMedia()


@pytest.fixture
def wecom_accounts(sim: Running, transport: AiohttpTransport) -> AccountClients[WecomClient]:
    return wecom_clients(transport, Accounts(sim).load, share)


@pytest.fixture
def official_accounts(sim: Running, transport: AiohttpTransport) -> AccountClients[OfficialAccountClient]:
    return official_account_clients(transport, Accounts(sim).load, share)


@pytest.fixture
def senders(wecom_accounts: AccountClients[WecomClient], media: MemoryMedia):
    nothing = NoGroups()
    shelves = wecom_outbound.Shelves(media, nothing, nothing, nothing, nothing)
    return wecom_outbound.make_senders(wecom_accounts, shelves, "https://weloop.example.com")


@pytest.fixture
def account_senders(official_accounts: AccountClients[OfficialAccountClient]):
    return account_outbound.make_senders(official_accounts, NoGroups())


def command(name: CommandName, key: str = "k1", **body: object) -> Command:
    return Command(key, name, WECOM, body, Delivery.IDEMPOTENT, trace_id="trace-1")


async def send_one(sender: Sender, name: CommandName, account_id: int = WECOM, **body: object) -> Outcome:
    (outcome,) = await sender.send(account_id, [command(name, **body)], NOW)
    return outcome


async def create_way(senders, **body: object) -> JsonObject:
    given = {"source_id": 1, "state": "expo", "remark": "展会", "users": ["linxiao"], "skip_verify": True} | body
    outcome = await send_one(senders[CommandName.CREATE_CONTACT_WAY], CommandName.CREATE_CONTACT_WAY, **given)
    assert isinstance(outcome, Done), outcome
    return outcome.result


async def scan_in(sim: Running, senders) -> tuple[Person, str, str]:
    """Somebody adds a member by a contact way; person, external_userid, welcome code."""
    way = await create_way(senders)
    person = sim.world.create_person("周工")
    scan(sim.world, person, str(way["qr_code"]))
    external_userid = sim.world.external_userid(CORPID, person)
    friendship = sim.world.corps[CORPID].friendship("linxiao", external_userid)
    assert friendship is not None
    assert friendship.welcome is not None
    return person, external_userid, friendship.welcome.code


ATTACHMENTS = [
    {"type": "link", "title": "选型手册", "url": "https://m.example.com/doc/1"},
    {"type": "image", "file_id": 1, "name": "海报.png"},
    {"type": "file", "file_id": 2, "name": "手册.pdf"},
]


async def test_welcome_stands_on_the_phone(sim: Running, senders, media: MemoryMedia):
    for _ in range(2):
        person, _, code = await scan_in(sim, senders)
        body = {"welcome_code": code, "text": "您好周工", "attachments": ATTACHMENTS}
        outcome = await send_one(senders[CommandName.SEND_WELCOME], CommandName.SEND_WELCOME, **body)
        assert isinstance(outcome, Done), outcome
        messages = sim.world.phone(person).chats[f"staff:{CORPID}:linxiao"].messages
        assert [message.kind for message in messages][-4:] == ["text", "link", "image", "file"]
        assert messages[-1].body["name"] == "手册.pdf"
    uploaded_at = datetime.fromtimestamp(sim.world.clock.unix(), UTC)
    assert len(media.tickets) == 2
    assert all(ticket.usable_until > uploaded_at + timedelta(days=2) for ticket in media.tickets.values())


async def test_second_welcome_is_known_as_done(sim: Running, senders):
    _, _, code = await scan_in(sim, senders)
    sender = senders[CommandName.SEND_WELCOME]
    await send_one(sender, CommandName.SEND_WELCOME, welcome_code=code, text="您好")
    outcome = await send_one(sender, CommandName.SEND_WELCOME, welcome_code=code, text="您好")
    assert isinstance(outcome, AlreadyDone)
    assert outcome.errcode == 41051


async def test_late_welcome_is_rejected(sim: Running, senders):
    _, _, code = await scan_in(sim, senders)
    sim.world.clock.advance(21)
    outcome = await send_one(
        senders[CommandName.SEND_WELCOME], CommandName.SEND_WELCOME, welcome_code=code, text="您好"
    )
    assert type(outcome) is Rejected
    assert outcome.errcode == 41050


async def test_lost_answers_of_a_welcome(sim: Running, senders):
    """After the message itself: nobody knows. Before it, during an upload: only later."""
    _, _, code = await scan_in(sim, senders)
    sender = senders[CommandName.SEND_WELCOME]
    sim.simulator.faults.rules.append(FaultRule("http", "*media/upload", value=502, after=True))
    body = {"welcome_code": code, "text": "您好", "attachments": ATTACHMENTS}
    assert type(await send_one(sender, CommandName.SEND_WELCOME, **body)) is Retryable
    sim.simulator.faults.rules[:] = [FaultRule("http", "*send_welcome_msg", value=502, after=True, times=1)]
    assert type(await send_one(sender, CommandName.SEND_WELCOME, **body)) is Uncertain
    assert type(await send_one(sender, CommandName.SEND_WELCOME, **body)) is AlreadyDone


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"welcome_code": 5},
        {"welcome_code": "c", "attachments": "no list"},
        {"welcome_code": "c", "attachments": [{"type": "poster"}]},
        {"welcome_code": "c", "attachments": [{"type": "image"}]},
        {"welcome_code": "c", "text": "x", "attachments": [ATTACHMENTS[0]] * 10},
    ],
)
async def test_malformed_body_is_rejected(senders, body: dict[str, object]):
    outcome = await send_one(senders[CommandName.SEND_WELCOME], CommandName.SEND_WELCOME, **body)
    assert type(outcome) is Rejected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (FaultRule("errcode", "*add_contact_way", value=-1), Retryable),
        (FaultRule("errcode", "*add_contact_way", value=45009), QuotaExceeded),
        (FaultRule("errcode", "*add_contact_way", value=42001), CredentialExpired),
        (FaultRule("errcode", "*add_contact_way", value=41045), Rejected),
        (FaultRule("http", "*add_contact_way", value=503), Retryable),
        (FaultRule("http", "*add_contact_way", value=500, after=True), Uncertain),
        (FaultRule("http", "*gettoken", value=504), Retryable),
    ],
)
async def test_faults_become_outcomes(sim: Running, senders, rule: FaultRule, expected: type[PlatformError]):
    sim.simulator.faults.rules.append(rule)
    outcome = await send_one(
        senders[CommandName.CREATE_CONTACT_WAY], CommandName.CREATE_CONTACT_WAY, state="s", users=["linxiao"]
    )
    assert type(outcome) is expected
    if isinstance(outcome, QuotaExceeded):
        assert outcome.until == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("account_id", "expected"), [(GONE, Rejected), (ACCOUNT, Rejected), (WRONG, CredentialExpired)]
)
async def test_account_that_cannot_be_used(senders, account_id: int, expected: type[PlatformError]):
    for name in (CommandName.SEND_WELCOME, CommandName.FETCH_PROFILE, CommandName.CREATE_CONTACT_WAY):
        body = {"welcome_code": "c", "text": "x", "value": "wm1", "scope": CORPID, "state": "s", "users": ["linxiao"]}
        assert type(await send_one(senders[name], name, account_id, **body)) is expected


async def test_contact_way_is_made_changed_and_deleted(sim: Running, senders):
    way = await create_way(senders)
    config_id = str(way["config_id"])
    stored = sim.world.corps[CORPID].contact_ways[config_id]
    assert (stored.state, stored.users, stored.skip_verify) == ("expo", ["linxiao"], True)
    change = {"config_id": config_id, "remark": "展会B", "users": ["chenyu", "wangjing"], "skip_verify": False}
    for _ in range(2):
        name = CommandName.UPDATE_CONTACT_WAY
        assert isinstance(await send_one(senders[name], name, **change), Done)
    assert (stored.users, stored.skip_verify) == (["chenyu", "wangjing"], False)
    for _ in range(2):
        name = CommandName.DELETE_CONTACT_WAY
        assert isinstance(await send_one(senders[name], name, config_id=config_id), Done)
    assert config_id not in sim.world.corps[CORPID].contact_ways


def only_event(outcome: Outcome) -> NewEvent:
    assert isinstance(outcome, Done), outcome
    (event,) = outcome.events
    assert event.kind is EventKind.PROFILE_FETCHED
    return event


async def test_profile_of_a_customer(sim: Running, senders):
    person, external_userid, _ = await scan_in(sim, senders)
    corp = sim.world.corps[CORPID]
    friendship = corp.friendship("linxiao", external_userid)
    assert friendship is not None
    edit(sim.world, corp, friendship, "周工-设备厂")
    friendship.mobiles = ["+86 138-0000-0001", "none"]
    sender = senders[CommandName.FETCH_PROFILE]
    commands = [
        command(CommandName.FETCH_PROFILE, "k1", kind="external_contact", scope=CORPID, value=external_userid),
        command(CommandName.FETCH_PROFILE, "k2", kind="external_contact", scope=CORPID, value="wmNobody"),
    ]
    first, second = [only_event(outcome) for outcome in await sender.send(WECOM, commands, NOW)]
    assert first.subject == IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORPID, external_userid)
    since = sim.world.clock.unix()
    friend = {"staff": "linxiao", "since": since, "add_way": 1, "state": "expo", "tags": []}
    assert first.data == {"found": True, "friends": [friend]}
    assert {(alias.ref.kind, alias.ref.value, alias.strength) for alias in first.aliases} == {
        (IdentityKind.UNIONID, sim.world.unionid("山屿云", person), Strength.STRONG),
        (IdentityKind.PHONE, "13800000001", Strength.WEAK),
    }
    assert first.profile is not None
    assert (first.profile.name, first.profile.remark) == ("周工", "周工-设备厂")
    assert (first.dedupe, second.dedupe) == ("fetched:k1", "fetched:k2")
    assert (second.data, second.profile, second.aliases) == ({"found": False}, None, ())


async def test_profiles_of_followers_in_one_call(sim: Running, account_senders):
    account = sim.world.accounts[APPID]
    here, gone = sim.world.create_person("王工"), sim.world.create_person("李工")
    follow(sim.world, account, here)
    follow(sim.world, account, gone)
    unfollow(sim.world, account, gone)
    openids = [sim.world.openid(APPID, person) for person in (here, gone)]
    commands = [
        command(CommandName.FETCH_PROFILE, openid, kind="follower", scope=APPID, value=openid) for openid in openids
    ]
    outcomes = await account_senders[CommandName.FETCH_PROFILE].send(ACCOUNT, commands, NOW)
    first, second = [only_event(outcome) for outcome in outcomes]
    assert first.data == {"found": True, "friends": [{"staff": "", "since": sim.world.clock.unix(), "tags": []}]}
    assert second.data == {"found": False}
    for event, person in ((first, here), (second, gone)):
        (alias,) = event.aliases
        assert alias.ref.value == sim.world.unionid("山屿云", person)


async def test_one_malformed_openid_does_not_spoil_the_others(sim: Running, account_senders):
    person = sim.world.create_person("王工")
    follow(sim.world, sim.world.accounts[APPID], person)
    values = [sim.world.openid(APPID, person), "nonsense"]
    commands = [command(CommandName.FETCH_PROFILE, value, scope=APPID, value=value) for value in values]
    commands.append(command(CommandName.FETCH_PROFILE, "k3"))
    outcomes = await account_senders[CommandName.FETCH_PROFILE].send(ACCOUNT, commands, NOW)
    assert [only_event(outcome).data["found"] for outcome in outcomes[:2]] == [True, False]
    assert type(outcomes[2]) is Rejected


async def test_checks_are_real_round_trips(
    sim: Running,
    wecom_accounts: AccountClients[WecomClient],
    official_accounts: AccountClients[OfficialAccountClient],
):
    check_wecom = AccountCheck(wecom_accounts, probe_wecom, lambda: NOW)
    check_account = AccountCheck(official_accounts, probe_account, lambda: NOW)
    assert (await check_wecom(WECOM)).ok
    assert (await check_account(ACCOUNT)).ok
    wrong = await check_wecom(WRONG)
    assert (wrong.ok, wrong.code, wrong.errcode) == (False, "platform_credential", 40001)
    sim.world.corps[CORPID].apps[AGENTID].trusted_ips = {"203.0.113.9"}
    refused = await check_wecom(WECOM)
    assert (refused.code, refused.errcode) == ("platform_credential", 60020)
    assert "127.0.0.1" in refused.reason


async def test_members_are_listed_once_with_their_rights(wecom_accounts: AccountClients[WecomClient]):
    staff = {each.userid: each for each in await StaffFetch(wecom_accounts, lambda: NOW)(WECOM)}
    assert (staff["linxiao"].name, staff["linxiao"].department, staff["linxiao"].status) == ("林晓", "销售拓展组", 1)
    assert staff["linxiao"].contact_enabled
    assert not staff["zhouyan"].contact_enabled
    with pytest.raises(CredentialExpired):
        await StaffFetch(wecom_accounts, lambda: NOW)(WRONG)


async def test_clients_are_kept_until_accounts_change(wecom_accounts: AccountClients[WecomClient]):
    first = await wecom_accounts.client(WECOM)
    assert await wecom_accounts.client(WECOM) is first
    wecom_accounts.on_topic("persons")
    assert await wecom_accounts.client(WECOM) is first
    wecom_accounts.on_topic("accounts")
    assert await wecom_accounts.client(WECOM) is not first


LEAD_CARD = {
    "card_type": "button_interaction",
    "task_id": "lead-1-1",
    "main_title": {"title": "新线索：赵工"},
    "button_list": [{"text": "接单", "key": "lead:1:accept"}],
}


def staff_bubble(sim: Running, userid: str) -> dict[str, str]:
    corp = sim.world.corps[CORPID]
    return sim.world.staff_phone(corp, corp.members[userid]).chats[f"app:{CORPID}:{AGENTID}"].messages[-1].body


async def test_staff_card_is_sent_and_its_button_replaced(sim: Running, senders):
    send, update = CommandName.SEND_STAFF_CARD, CommandName.UPDATE_STAFF_CARD
    body = {"users": ["linxiao", "ghost"], "msgtype": "template_card", "content": LEAD_CARD}
    outcome = await send_one(senders[send], send, **body)
    assert isinstance(outcome, Done), outcome
    assert outcome.result["unreached"] == ["ghost"]
    change = {"users": ["linxiao"], "response_code": outcome.result["response_code"], "replace_name": "已接单 · 林晓"}
    assert isinstance(await send_one(senders[update], update, **change), Done)
    assert staff_bubble(sim, "linxiao")["replaced"] == "已接单 · 林晓"
    assert type(await send_one(senders[update], update, **change)) is AlreadyDone


async def test_morning_card_is_a_plain_card_with_a_link(sim: Running, senders):
    content = {"title": "今日待办 12 · 逾期 3", "description": "早上好", "url": "/h5/open?account=1&to="}
    name = CommandName.SEND_STAFF_CARD
    outcome = await send_one(senders[name], name, users=["linxiao"], msgtype="textcard", content=content)
    assert isinstance(outcome, Done), outcome
    assert outcome.result["response_code"] == ""
    bubble = staff_bubble(sim, "linxiao")
    assert (bubble["title"], bubble["url"]) == (content["title"], "https://weloop.example.com/h5/open?account=1&to=")
    long = {**content, "title": "今日待办" * 20, "description": "长" * 300}
    again = await send_one(senders[name], name, users=["linxiao"], msgtype="textcard", content=long)
    assert isinstance(again, Done), again
    assert staff_bubble(sim, "linxiao")["title"].endswith("…")


async def test_staff_cards_that_cannot_go_out(sim: Running, senders):
    name = CommandName.SEND_STAFF_CARD
    card = {"msgtype": "template_card", "content": LEAD_CARD}
    nobody = await send_one(senders[name], name, users=["ghost"], **card)
    assert type(nobody) is Rejected
    assert nobody.errcode == 81013
    for body in ({}, {"users": ["linxiao"]}, {"users": [], **card}, {"users": ["linxiao"], **card, "content": "x"}):
        assert type(await send_one(senders[name], name, **body)) is Rejected, body
    sim.simulator.faults.rules.append(FaultRule("http", "*message/send", value=502, after=True))
    assert type(await send_one(senders[name], name, users=["linxiao"], **card)) is Uncertain


def befriend(sim: Running, count: int, userid: str = "linxiao") -> list[str]:
    corp, world = sim.world.corps[CORPID], sim.world
    people = [world.create_person() for _ in range(count)]
    return [add_directly(world, corp, corp.members[userid], person).external_userid for person in people]


async def test_a_mass_task_from_asking_to_its_results(sim: Running, senders, media: MemoryMedia):
    customers = [*befriend(sim, 2), "wmStranger", *befriend(sim, 1, "chenyu")]
    body = {"staff": "linxiao", "customers": customers, "text": "本周直播", "attachments": ATTACHMENTS}
    made = await send_one(senders[CommandName.CREATE_MASS_TASK], CommandName.CREATE_MASS_TASK, **body)
    assert isinstance(made, Done), made
    assert made.result["failed"] == [2, 3], "who is a friend of nobody, or of another member"
    msgid = str(made.result["msgid"])
    look = {"msgid": msgid, "staff": "LinXiao", "scope": CORPID, "cursor": ""}
    fetch = senders[CommandName.FETCH_MASS_TASK]
    waiting = await send_one(fetch, CommandName.FETCH_MASS_TASK, **look)
    assert waiting == Done({"confirmed": False, "sent_at": 0, "next_cursor": ""})
    corp = sim.world.corps[CORPID]
    leave(sim.world, corp, corp.members["linxiao"], sim.world.person_by(customers[1]))
    assert confirm(sim.world, corp, corp.members["linxiao"], msgid)
    for _ in range(2):
        told = await send_one(fetch, CommandName.FETCH_MASS_TASK, **look)
        assert isinstance(told, Done), told
        assert told.result == {"confirmed": True, "sent_at": sim.world.clock.unix(), "next_cursor": ""}
        ids = [IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORPID, each).id for each in customers[:2]]
        assert [(each.identity_id, each.data["outcome"], each.dedupe) for each in told.events] == [
            (ids[0], "sent", f"mass:{msgid}:{ids[0]}"),
            (ids[1], "no_friend", f"mass:{msgid}:{ids[1]}"),
        ]


async def test_a_mass_task_is_asked_for_at_most_once(sim: Running, senders, media: MemoryMedia):
    [customer] = befriend(sim, 1)
    body = {"staff": "linxiao", "customers": [customer], "text": "本周直播", "attachments": ATTACHMENTS[1:2]}
    sender, name = senders[CommandName.CREATE_MASS_TASK], CommandName.CREATE_MASS_TASK
    sim.simulator.faults.rules.append(FaultRule("http", "*media/upload", value=502, after=True, times=1))
    assert type(await send_one(sender, name, **body)) is Retryable, "nobody was asked yet"
    media.tickets[WECOM, 1] = MediaTicket("gone", NOW)
    assert type(await send_one(sender, name, **body)) is Retryable
    assert (WECOM, 1) not in media.tickets, "the file goes up again"
    sim.simulator.faults.rules.append(FaultRule("http", "*add_msg_template", value=502, after=True, times=1))
    assert type(await send_one(sender, name, **body)) is Uncertain
    assert type(await send_one(sender, name, **{**body, "customers": ["wmNobody"]})) is Rejected


KF_LINK = {"type": "link", "title": "价格表", "url": "https://example.com/p", "desc": "十一月", "file_id": 1}


@pytest.mark.parametrize(
    ("attachment", "seen"),
    [
        ({"type": "image", "file_id": 1, "name": "x.png"}, {"name": "x.png"}),
        ({"type": "file", "file_id": 2}, {"name": "a.pdf"}),
        (KF_LINK, {"title": "价格表", "url": "https://example.com/p", "desc": "十一月"}),
    ],
)
async def test_customer_service_shows_a_picture_a_file_and_a_link(
    sim: Running, senders, media: MemoryMedia, attachment: JsonObject, seen: dict[str, str]
):
    sender, name, corp = senders[CommandName.SEND_KF_MESSAGE], CommandName.SEND_KF_MESSAGE, sim.world.corps[CORPID]
    [kf], person = corp.kf_accounts.values(), sim.world.create_person("赵工")
    enter_session(sim.world, corp, kf, person)
    ask_kf(sim.world, corp, kf, person, "有资料吗")
    external = sim.world.external_userid(CORPID, person)
    body = {"open_kfid": kf.open_kfid, "external_userid": external, "attachments": [attachment]}
    sim.simulator.faults.rules.append(FaultRule("http", "*media/upload", value=502, after=True, times=1))
    assert type(await send_one(sender, name, **body)) is Retryable, "nothing was said yet"
    file_id = attachment["file_id"]
    media.tickets[WECOM, file_id] = MediaTicket("gone", NOW)
    assert type(await send_one(sender, name, **body)) is Retryable
    assert (WECOM, file_id) not in media.tickets, "the file goes up again"
    assert type(await send_one(sender, name, **body)) is Done
    [shown] = [
        each for each in sim.world.phone(person).chats[f"kf:{CORPID}:{kf.open_kfid}"].messages if each.side == "them"
    ]
    assert (shown.kind, {key: shown.body[key] for key in seen}) == (attachment["type"], seen)
    assert shown.body["picurl" if shown.kind == "link" else "url"].startswith("/media/")
    assert type(await send_one(sender, name, **{**body, "attachments": [{"type": "card"}]})) is Rejected
    sim.simulator.faults.rules.append(FaultRule("http", "*kf/send_msg", value=502, after=True, times=1))
    assert type(await send_one(sender, name, **body)) is Uncertain


async def test_a_mass_task_is_cancelled_twice_and_reminded_thrice(sim: Running, senders):
    [customer] = befriend(sim, 1)
    body = {"staff": "linxiao", "customers": [customer], "text": "本周直播"}
    made = await send_one(senders[CommandName.CREATE_MASS_TASK], CommandName.CREATE_MASS_TASK, **body)
    assert isinstance(made, Done)
    named = {"msgid": made.result["msgid"]}
    remind, cancel = CommandName.REMIND_MASS_TASK, CommandName.CANCEL_MASS_TASK
    outcomes = [await send_one(senders[remind], remind, **named) for _ in range(4)]
    assert [type(each) for each in outcomes] == [Done, Done, Done, Rejected]
    for _ in range(2):
        assert isinstance(await send_one(senders[cancel], cancel, **named), Done)


async def test_a_job_of_an_official_account_is_one_however_often_it_is_asked_for(sim: Running, account_senders):
    account = sim.world.accounts[APPID]
    people = [sim.world.create_person() for _ in range(2)]
    openids = [follow(sim.world, account, each).openid for each in people]
    name, content = CommandName.SEND_ACCOUNT_MASS, {"content": "本周四公开课"}
    body = {"client_id": "b-1", "msgtype": "text", "content": content, "openids": openids}
    sim.simulator.faults.rules.append(FaultRule("http", "*mass/send", value=502, after=True, times=1))
    assert type(await send_one(account_senders[name], name, ACCOUNT, **body)) is Uncertain
    again = await send_one(account_senders[name], name, ACCOUNT, **body)
    assert again == Done({"msg_id": str(next(iter(account.mass_jobs)))})
    assert len(account.mass_jobs) == 1
    everybody = {"client_id": "b-2", "msgtype": "text", "content": content, "all": True}
    assert isinstance(await send_one(account_senders[name], name, ACCOUNT, **everybody), Done)
    tagged = {"client_id": "b-3", "msgtype": "text", "content": content, "tag_id": 9}
    assert type(await send_one(account_senders[name], name, ACCOUNT, **tagged)) is Rejected
    preview = CommandName.PREVIEW_ACCOUNT_MASS
    shown = {"openid": openids[0], "msgtype": "text", "content": {"content": "先看"}}
    assert isinstance(await send_one(account_senders[preview], preview, ACCOUNT, **shown), Done)
    assert type(await send_one(account_senders[name], name, ACCOUNT, client_id="b-4", msgtype="text")) is Rejected


async def test_a_link_as_a_service_message(sim: Running, account_senders):
    account, person = sim.world.accounts[APPID], sim.world.create_person()
    openid = follow(sim.world, account, person).openid
    name, link = CommandName.SEND_SERVICE_MESSAGE, {"title": "手册", "url": "https://m.example.com/1", "desc": "选型"}
    assert isinstance(await send_one(account_senders[name], name, ACCOUNT, openid=openid, link=link), Done)
    shown = sim.world.phone(person).chats[f"account:{APPID}"].messages[-1]
    assert (shown.kind, shown.body["title"], shown.body["desc"]) == ("link", "手册", "选型")


async def test_an_invitation_ends_with_the_code_of_the_group(sim: Running, account_senders):
    account, person = sim.world.accounts[APPID], sim.world.create_person("王工")
    openid = follow(sim.world, account, person).openid

    async def invite(code: str) -> Outcome:
        body = {"openid": openid, "text": "欢迎进群", "join_way": code}
        sender = account_senders[CommandName.SEND_SERVICE_MESSAGE]
        [outcome] = await sender.send(ACCOUNT, [command(CommandName.SEND_SERVICE_MESSAGE, **body)], NOW)
        return outcome

    assert isinstance(await invite("here"), Done)
    [message] = [each for each in sim.world.phone(person).chats[f"account:{APPID}"].messages if each.side == "them"]
    assert message.body["text"] == (
        '欢迎进群\n<a href="https://wework.qpic.cn/here?a=1&b=2">点这里，长按识别二维码进群</a>'
    )
    assert isinstance(await invite("gone"), Rejected)
