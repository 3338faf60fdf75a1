"""Scene codes and customer-service messages: the senders against the simulator."""

from datetime import UTC, datetime

import pytest

from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome
from weloop.contracts.errors import Rejected, Uncertain
from wxsim.clock import WorldClock
from wxsim.faults import FaultRule
from wxsim.testing import Running, running
from wxsim.world.demo import APPID
from wxsim.world.following import follow, note_follower, tap, unfollow, write
from wxsim.world.official_accounts import Follower
from wxsim.world.people import Person
from wxsim.world.scanning import scan

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
async def sim():
    """The demo world; its clock stands unless a test moves it."""
    async with running(clock=WorldClock(stepped=True, start=BEGIN.timestamp())) as simulator:
        yield simulator


async def send(senders, name: CommandName, **body: object) -> Outcome:
    command = Command("k1", name, 1, body, Delivery.AT_MOST_ONCE, trace_id="trace-1")
    (outcome,) = await senders[name].send(1, [command], BEGIN)
    return outcome


async def say(senders, follower: Follower, text: str = "您好") -> Outcome:
    return await send(senders, CommandName.SEND_SERVICE_MESSAGE, openid=follower.openid, text=text)


def make_follower(sim: Running, name: str = "周工") -> tuple[Person, Follower]:
    person, account = sim.world.create_person(name), sim.world.accounts[APPID]
    return person, follow(sim.world, account, person)


@pytest.mark.parametrize(("seconds", "ends"), [(0, 0), (86_400, int(BEGIN.timestamp()) + 86_400)])
async def test_a_code_is_made_and_brings_followers_with_its_scene(sim: Running, senders, seconds: int, ends: int):
    outcome = await send(senders, CommandName.CREATE_SCENE_QR, scene="a1b2c3d4e5f6", expire_seconds=seconds)
    assert isinstance(outcome, Done), outcome
    assert outcome.result["expires_at"] == ends
    person = sim.world.create_person("周工")
    scan(sim.world, person, str(outcome.result["url"]))
    [follower] = sim.world.accounts[APPID].followers.values()
    assert (follower.subscribed, follower.qr_scene_str) == (True, "a1b2c3d4e5f6")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scene": "", "expire_seconds": 0},
        {"scene": "a"},
        {"scene": "a", "expire_seconds": -1},
        {"scene": "a" * 65, "expire_seconds": 0},
    ],
)
async def test_a_code_that_cannot_be_is_refused(senders, body: dict[str, object]):
    outcome = await send(senders, CommandName.CREATE_SCENE_QR, **body)
    assert isinstance(outcome, Rejected), outcome


async def test_a_message_arrives_within_the_minute_after_a_follow_three_times(sim: Running, senders):
    person, follower = make_follower(sim)
    outcomes = [await say(senders, follower, f"第 {number} 条") for number in range(4)]
    assert [isinstance(each, Done) for each in outcomes] == [True, True, True, False]
    assert isinstance(outcomes[3], Rejected)
    assert outcomes[3].errcode == 45047
    [chat] = [chat for chat in sim.world.phone(person).chats.values() if chat.kind == "account"]
    assert [message.body["text"] for message in chat.messages[-3:]] == ["第 0 条", "第 1 条", "第 2 条"]


async def test_a_message_after_the_window_or_to_nobody_is_refused(sim: Running, senders):
    person, follower = make_follower(sim)
    sim.world.clock.advance(61)
    late = await say(senders, follower)
    assert isinstance(late, Rejected)
    assert late.errcode == 45015
    write(sim.world, sim.world.accounts[APPID], person, "在吗")
    sim.world.clock.advance(48 * 3600 - 1)
    assert isinstance(await say(senders, follower), Done)
    unfollow(sim.world, sim.world.accounts[APPID], person)
    gone = await say(senders, follower)
    assert isinstance(gone, Rejected)
    assert gone.errcode == 43004


async def test_a_lost_answer_is_never_sent_again_by_itself(sim: Running, senders):
    _, follower = make_follower(sim)
    sim.simulator.faults.rules.append(FaultRule("http", "*/custom/send", value=504, after=True))
    assert isinstance(await say(senders, follower), Uncertain)


BUTTONS = [
    {"name": "资料", "sub_button": [{"type": "view", "name": "官网", "url": "https://www.example.com/"}]},
    {"type": "click", "name": "白皮书", "key": "k1"},
]


async def test_a_menu_is_replaced_and_read_back_and_a_tap_opens_a_window(sim: Running, senders):
    empty = await send(senders, CommandName.FETCH_MENU)
    assert isinstance(empty, Done)
    assert (empty.result["open"], empty.result["buttons"]) == (False, [])
    for buttons in (BUTTONS[1:], BUTTONS):
        assert isinstance(await send(senders, CommandName.PUBLISH_MENU, buttons=buttons), Done)
    live = await send(senders, CommandName.FETCH_MENU)
    assert isinstance(live, Done)
    site = {"name": "官网", "type": "view", "value": "https://www.example.com/", "sub": []}
    assert (live.result["open"], live.result["fetched_at"]) == (True, int(BEGIN.timestamp()))
    assert live.result["buttons"] == [
        {"name": "资料", "type": "", "value": "", "sub": [site]},
        {"name": "白皮书", "type": "click", "value": "k1", "sub": []},
    ]
    person, follower = make_follower(sim)
    sim.world.clock.advance(61)
    account = sim.world.accounts[APPID]
    assert tap(sim.world, account, person, "官网")
    assert isinstance(await say(senders, follower), Rejected), "a page that opens allows no message"
    assert tap(sim.world, account, person, "白皮书")
    assert isinstance(await say(senders, follower), Done)
    assert not tap(sim.world, account, person, "资料")


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        (BUTTONS * 2, 40016),
        ([{"type": "x", "name": "a"}], 40017),
        ([{"type": "click", "name": "六个字的名字", "key": "k"}], 40018),
        ([{"type": "click", "name": "a", "key": "k" * 129}], 40019),
        ([{"type": "view", "name": "a"}], 40020),
        ([{"name": "a", "sub_button": [BUTTONS[1]] * 6}], 40023),
        ([{"name": "a", "sub_button": [{"type": "click", "name": "字" * 21, "key": "k"}]}], 40025),
    ],
)
async def test_a_menu_beyond_the_limits_is_refused(senders, buttons: list[dict[str, object]], errcode: int):
    outcome = await send(senders, CommandName.PUBLISH_MENU, buttons=buttons)
    assert isinstance(outcome, Rejected)
    assert outcome.errcode == errcode


async def test_existing_followers_come_in_pages_and_say_the_same_twice(sim: Running, senders):
    sim.world.limits.follower_page = 2
    account = sim.world.accounts[APPID]
    for number in range(3):
        note_follower(sim.world, account, sim.world.create_person(f"老粉 {number}"), 1_700_000_000, "ADD_SCENE_SEARCH")
    place, seen, names = "", [], []
    for _ in range(3):
        page = await send(senders, CommandName.FETCH_EXISTING, scope=APPID, place=place, cursor="")
        again = await send(senders, CommandName.FETCH_EXISTING, scope=APPID, place=place, cursor="")
        assert isinstance(page, Done)
        assert isinstance(again, Done)
        assert [event.dedupe for event in page.events] == [event.dedupe for event in again.events]
        assert page.result["total"] == 3
        seen.append((page.result["seen"], page.result["done"]))
        names += [event.dedupe for event in page.events]
        assert all(event.aliases and event.data["friends"] for event in page.events)
        place = str(page.result["place"])
    assert seen == [(2, False), (1, False), (0, True)]
    assert len(set(names)) == 3
    assert isinstance(await send(senders, CommandName.FETCH_EXISTING, place=""), Rejected), "a scope must be there"
