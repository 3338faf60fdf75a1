"""Commands about group chats and join ways carried out against the simulator."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from weloop.connectors.clients import AccountClients, wecom_clients
from weloop.connectors.wecom.outbound import Shelves, make_senders
from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome
from weloop.contracts.errors import Rejected, Retryable, Uncertain
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.group_chats import KnownMember
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.media import FileContent, MediaTicket, Upload
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import AiohttpTransport
from wxapi.wecom import WecomClient
from wxsim.faults import FaultRule
from wxsim.testing import Running
from wxsim.world.demo import AGENTID, CORPID
from wxsim.world.group_chats import INVITED, GroupChat, create_group_chat, dismiss, join, leave_group
from wxsim.world.people import Person
from wxsim.world.scanning import scan

NOW = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class Shelf:
    """Files, pictures, and what is known of group chats, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, int] = {}
        self.broken = False
        self.members: dict[int, KnownMember] = {}
        self.codes: dict[str, int] = {}

    async def keep(self, address: str, name: str) -> int:
        if self.broken:
            raise Retryable("the picture cannot be fetched")
        return self.kept.setdefault(address, len(self.kept) + 1)

    async def known(self, chat_id: str) -> Mapping[int, KnownMember]:
        return self.members

    async def cursor(self, open_kfid: str) -> str:
        return ""

    async def pictures(self, states: Collection[str]) -> Mapping[str, int]:
        return {state: self.codes[state] for state in states if state in self.codes}

    async def media_id(self, account_id: int, file_id: int, upload: Upload) -> str:
        ticket: MediaTicket = await upload(FileContent("code.png", "image/png", PNG))
        return ticket.media_id

    async def forget(self, account_id: int, file_ids: Collection[int]) -> None:
        raise AssertionError("nothing was lost")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def senders(sim: Running, transport: AiohttpTransport, shelf: Shelf):
    secret = sim.world.corps[CORPID].apps[AGENTID].secret

    async def load(account_id: int) -> AccountHandle:
        return AccountHandle(account_id, AccountKind.WECOM, sim.wecom_base, CORPID, AGENTID, secret)

    def share(_handle: AccountHandle, fetch) -> MemoryTokens:
        async def ask() -> AccessToken:
            return AccessToken(*await fetch())

        return MemoryTokens(ask)

    clients: AccountClients[WecomClient] = wecom_clients(transport, load, share)
    return make_senders(clients, Shelves(shelf, shelf, shelf, shelf, shelf), "https://weloop.example.com")


@pytest.fixture
def chat(sim: Running) -> GroupChat:
    corp = sim.world.corps[CORPID]
    return create_group_chat(sim.world, corp, corp.members["linxiao"], "交流1群", ["chenyu"])


async def send(senders, name: CommandName, **body: object) -> Outcome:
    command = Command("k1", name, 1, body, Delivery.AT_LEAST_ONCE, trace_id="trace-1")
    (outcome,) = await senders[name].send(1, [command], NOW)
    return outcome


async def done(senders, name: CommandName, **body: object) -> Done:
    outcome = await send(senders, name, **body)
    assert isinstance(outcome, Done), outcome
    return outcome


async def fetch(senders, chat: GroupChat) -> Done:
    return await done(senders, CommandName.FETCH_GROUP_CHAT, chat_id=chat.chat_id, scope=CORPID)


def enter(sim: Running, chat: GroupChat, name: str) -> tuple[Person, IdentityRef]:
    corp, person = sim.world.corps[CORPID], sim.world.create_person(name)
    assert join(sim.world, corp, chat, person, INVITED, invitor="linxiao")
    return person, IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORPID, sim.world.external_userid(CORPID, person))


def know(shelf: Shelf, events: tuple[NewEvent, ...]) -> None:
    """What the product would know after these events."""
    for event in events:
        if event.kind is EventKind.GROUP_JOINED and event.subject:
            shelf.members[event.subject.id] = KnownMember(int(event.occurred_at.timestamp()))
        elif event.identity_id is not None:
            shelf.members.pop(event.identity_id)


async def test_who_is_new_has_joined_and_staff_are_not_counted(sim: Running, senders, shelf: Shelf, chat: GroupChat):
    person, ref = enter(sim, chat, "周工")
    outcome = await fetch(senders, chat)
    assert outcome.result == {
        "chat_id": chat.chat_id, "gone": False, "fetched_at": NOW.timestamp(), "name": "交流1群", "owner": "linxiao",
        "created_at": chat.created_at, "version": chat.version, "staff": 2, "customers": 1,
    }  # fmt: skip
    [joined] = outcome.events
    assert (joined.kind, joined.subject) == (EventKind.GROUP_JOINED, ref)
    assert joined.occurred_at == datetime.fromtimestamp(sim.world.clock.unix(), UTC)
    assert joined.data == {"chat_id": chat.chat_id, "join_scene": 1, "name": "交流1群", "invitor": "linxiao"}
    assert joined.profile == Profile(name="周工")
    [alias] = joined.aliases
    assert (alias.ref.value, alias.strength) == (sim.world.unionid("山屿云", person), Strength.STRONG)
    know(shelf, outcome.events)
    assert (await fetch(senders, chat)).events == ()


async def test_who_is_missing_has_left_when_the_callback_said(sim: Running, senders, shelf: Shelf, chat: GroupChat):
    (first, one), (second, other) = enter(sim, chat, "周工"), enter(sim, chat, "吴工")
    know(shelf, (await fetch(senders, chat)).events)
    corp, said = sim.world.corps[CORPID], NOW - timedelta(hours=2)
    shelf.members[one.id] = KnownMember(shelf.members[one.id].joined_at, said, 1)
    for person in (first, second):
        leave_group(sim.world, corp, chat, person)
    left = {event.identity_id: event for event in (await fetch(senders, chat)).events}
    assert {event.kind for event in left.values()} == {EventKind.GROUP_LEFT}
    assert (left[one.id].occurred_at, left[one.id].data["quit_scene"]) == (said, 1)
    assert (left[other.id].occurred_at, "quit_scene" in left[other.id].data) == (NOW, False)


async def test_who_came_back_meanwhile_has_left_and_joined(sim: Running, senders, shelf: Shelf, chat: GroupChat):
    corp = sim.world.corps[CORPID]
    person, ref = enter(sim, chat, "周工")
    know(shelf, (await fetch(senders, chat)).events)
    leave_group(sim.world, corp, chat, person)
    sim.world.clock.advance(60)
    join(sim.world, corp, chat, person, INVITED)
    left, joined = (await fetch(senders, chat)).events
    assert (left.kind, left.identity_id, joined.kind, joined.subject) == (
        EventKind.GROUP_LEFT, ref.id, EventKind.GROUP_JOINED, ref,
    )  # fmt: skip
    assert left.occurred_at <= joined.occurred_at
    again = (await fetch(senders, chat)).events
    assert [event.dedupe for event in again] == [left.dedupe, joined.dedupe]


async def test_a_dissolved_group_chat_has_nobody_in_it(sim: Running, senders, shelf: Shelf, chat: GroupChat):
    _, ref = enter(sim, chat, "周工")
    know(shelf, (await fetch(senders, chat)).events)
    dismiss(sim.world, sim.world.corps[CORPID], chat)
    outcome = await fetch(senders, chat)
    assert outcome.result["gone"] is True
    assert [(event.kind, event.identity_id) for event in outcome.events] == [(EventKind.GROUP_LEFT, ref.id)]


async def test_all_group_chats_are_listed_also_where_the_platform_wants_owners(sim: Running, senders, chat: GroupChat):
    corp = sim.world.corps[CORPID]
    other = create_group_chat(sim.world, corp, corp.members["wangjing"], "交流2群")
    dismiss(sim.world, corp, create_group_chat(sim.world, corp, corp.members["wangjing"], "散了的群"))
    for most in (1000, 1):
        sim.world.limits.listed_members = most
        outcome = await done(senders, CommandName.LIST_GROUP_CHATS)
        assert {event.data["chat_id"] for event in outcome.events} == {chat.chat_id, other.chat_id}
        assert {(event.kind, event.data["change"], event.data["status"]) for event in outcome.events} == {
            (EventKind.GROUP_CHAT_CHANGED, "found", 0)
        }


PLAN = {"join_way_id": 1, "remark": "技术群", "auto_create": True, "base_name": "交流", "base_id": 2, "state": "qr1"}


async def test_a_join_way_from_making_to_deleting(sim: Running, senders, shelf: Shelf, chat: GroupChat):
    corp = sim.world.corps[CORPID]
    made = (await done(senders, CommandName.CREATE_JOIN_WAY, **PLAN, chats=[chat.chat_id])).result
    assert made["file_id"] == shelf.kept[str(made["qr_code"])]
    way = corp.join_ways[str(made["config_id"])]
    assert (way.state, way.chats, way.auto_create, way.base_name, way.base_id) == (
        "qr1",
        [chat.chat_id],
        True,
        "交流",
        2,
    )
    assert scan(sim.world, sim.world.create_person("周工"), str(made["qr_code"])).kind == "group_joined"
    other = create_group_chat(sim.world, corp, corp.members["linxiao"], "交流9群")
    changed = {**PLAN, "remark": "新名字", "auto_create": False, "chats": [other.chat_id]}
    again = await done(senders, CommandName.UPDATE_JOIN_WAY, config_id=made["config_id"], **changed)
    assert again.result == made
    assert (way.remark, way.auto_create, way.chats, way.state) == ("新名字", False, [other.chat_id], "qr1")
    for _ in range(2):
        assert (await done(senders, CommandName.DELETE_JOIN_WAY, config_id=made["config_id"])).result == {}
    assert corp.join_ways == {}


async def test_a_made_join_way_is_never_lost_for_its_picture(sim: Running, senders, shelf: Shelf, chat: GroupChat):
    shelf.broken = True
    made = (await done(senders, CommandName.CREATE_JOIN_WAY, **PLAN, chats=[chat.chat_id])).result
    assert (made["qr_code"], made["file_id"]) == ("", None)
    body = {"config_id": made["config_id"], **PLAN, "chats": [chat.chat_id]}
    assert isinstance(await send(senders, CommandName.UPDATE_JOIN_WAY, **body), Retryable)
    shelf.broken = False
    assert (await done(senders, CommandName.UPDATE_JOIN_WAY, **body)).result["file_id"] == 1
    assert len(sim.world.corps[CORPID].join_ways) == 1


async def test_a_lost_answer_of_a_creation_is_uncertain(sim: Running, senders, chat: GroupChat):
    sim.simulator.faults.rules.append(FaultRule("http", "*/add_join_way", value=504, after=True))
    outcome = await send(senders, CommandName.CREATE_JOIN_WAY, **PLAN, chats=[chat.chat_id])
    assert isinstance(outcome, Uncertain)


async def test_too_many_group_chats_are_refused_with_the_platforms_number(senders, chat: GroupChat):
    outcome = await send(senders, CommandName.CREATE_JOIN_WAY, **PLAN, chats=[chat.chat_id] * 6)
    assert isinstance(outcome, Rejected)
    assert outcome.errcode == 41091


async def test_a_welcome_carries_the_pictures_of_codes_that_work(sim: Running, senders, shelf: Shelf):
    way = await done(
        senders, CommandName.CREATE_CONTACT_WAY, source_id=1, state="a", remark="", users=["linxiao"], skip_verify=True
    )
    person = sim.world.create_person("周工")
    scan(sim.world, person, str(way.result["qr_code"]))
    friendship = sim.world.corps[CORPID].friendship("linxiao", sim.world.external_userid(CORPID, person))
    assert friendship is not None
    assert friendship.welcome is not None
    shelf.codes = {"alive": 1}
    attachments = [{"type": "join_way", "code": "dead"}, {"type": "join_way", "code": "alive", "name": "群"}]
    await done(
        senders, CommandName.SEND_WELCOME, welcome_code=friendship.welcome.code, text="您好", attachments=attachments
    )
    kinds = [message.kind for each in sim.world.phone(person).chats.values() for message in each.messages]
    assert kinds.count("image") == 1
