"""The world: same seed, same world; the clock; the phones."""

import asyncio
import json

import pytest

from wxsim.clock import NotStepped, WorldClock, beijing_text
from wxsim.world.contacts import add_directly, answer_customer, leave, remove, tell_member
from wxsim.world.demo import build_demo
from wxsim.world.following import follow, unfollow, write
from wxsim.world.world import World

START = 1772413200.0


def live_a_while(seed: str) -> str:
    """A small history; everything that happened, as text."""
    world = World(seed, clock=WorldClock(stepped=True, start=START))
    build_demo(world)
    corp, account = world.corps["ww5a1e0000000demo1"], world.accounts["wx5a1e0000000demo2"]
    people = list(world.people.values())
    for person in people[:5]:
        friendship = add_directly(world, corp, corp.members["chenyu"], person)
        follow(world, account, person)
        write(world, account, person, "你好")
        tell_member(world, corp, corp.members["chenyu"], person, "在吗")
        answer_customer(world, corp, friendship, "在")
        world.clock.advance(60)
    leave(world, corp, corp.members["chenyu"], people[0])
    remove(world, corp, corp.members["chenyu"], world.external_userid(corp.corpid, people[1]))
    unfollow(world, account, people[2])
    secrets = [corp.apps[1000002].secret, account.secret, account.original_id]
    return json.dumps([list(world.ledger.entries()), secrets], ensure_ascii=False)


def test_same_seed_same_world() -> None:
    assert live_a_while("7") == live_a_while("7")
    assert live_a_while("7") != live_a_while("8")


def test_ids_have_the_platforms_shape() -> None:
    world = World("1")
    person = world.create_person("周工")
    assert len(world.openid("wx1", person)) == 28
    assert world.openid("wx1", person).startswith("o")
    assert world.openid("wx1", person) != world.openid("wx2", person)
    assert len(world.external_userid("ww1", person)) == 32
    assert world.external_userid("ww1", person).startswith("wm")
    assert world.unionid("entity", person) == world.unionid("entity", person)
    assert world.unionid(None, person) is None
    assert world.person_by(world.openid("wx1", person)) is person


def test_ids_do_not_depend_on_who_asks_first() -> None:
    one, other = World("3"), World("3")
    first, second = one.create_person("甲"), one.create_person("乙")
    third, fourth = other.create_person("甲"), other.create_person("乙")
    assert [one.openid("wx1", second), one.openid("wx1", first)] == [
        other.openid("wx1", fourth),
        other.openid("wx1", third),
    ]


def test_demo_people_are_many_and_different() -> None:
    world = World("1")
    build_demo(world)
    names = [person.name for person in world.people.values()]
    assert len(names) == 30
    assert len(set(names)) > 24
    assert "虚构" in world.corps["ww5a1e0000000demo1"].name


def test_a_stepped_clock_moves_only_by_call() -> None:
    clock = WorldClock(stepped=True, start=START)
    assert clock.time() == START
    clock.advance(90)
    assert clock.time() == START + 90
    assert beijing_text(START) == "2026-03-02 09:00:00"
    with pytest.raises(NotStepped):
        WorldClock().advance(1)


def test_a_fast_clock_slows_down_while_held() -> None:
    clock = WorldClock(speed=3600, start=START)
    assert clock.rate == 3600
    clock.hold()
    clock.hold()
    assert clock.rate == 1
    clock.release()
    assert clock.rate == 1
    clock.release()
    assert clock.rate == 3600
    clock.change(speed=0.5)
    clock.hold()
    assert clock.rate == 0.5


def test_the_ledger_is_numbered_and_filtered() -> None:
    world = World("1", clock=WorldClock(stepped=True, start=START))
    world.ledger.write("friend.added", person="p1")
    world.ledger.write("callback.queued", callback="c1")
    world.ledger.write("callback.lost", callback="c1")
    assert [entry["n"] for entry in world.ledger.entries()] == [1, 2, 3]
    assert [entry["n"] for entry in world.ledger.entries(after=1, kinds=("callback.",))] == [2, 3]
    assert [entry["n"] for entry in world.ledger.last(1)] == [3]
    assert world.ledger.counts() == {"friend.added": 1, "callback.queued": 1, "callback.lost": 1}
    assert [json.loads(line)["kind"] for line in world.ledger.lines(kinds=("friend",))] == ["friend.added"]


async def test_a_fast_clock_stays_real_for_a_moment() -> None:
    clock = WorldClock(speed=3600, start=START)
    clock.hold_for(0)
    assert clock.rate == 1
    for _ in range(3):
        await asyncio.sleep(0)
    assert clock.rate == 3600
    slow = WorldClock(start=START)
    slow.hold_for(1000)
    assert slow.rate == 1


def test_what_is_told_late_does_not_move_the_clock() -> None:
    clock = WorldClock(speed=60.0, start=START)
    with clock.telling(START - 86_400.0):
        clock.hold()
        assert clock.unix() == START - 86_400
    clock.release()
    assert START <= clock.time() < START + 86_400
