"""The company's story: what is planted in it happens exactly, in any world, whenever it is played."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from wxsim.clock import BEIJING, WorldClock
from wxsim.ids import HEX
from wxsim.memory import Memory
from wxsim.simulator import Simulator
from wxsim.story.company import story_begin
from wxsim.story.plan import Deed, make_plan, share_out
from wxsim.story.player import WrongMoment
from wxsim.story.script import Script, load_script
from wxsim.story.state import Footer
from wxsim.story.truth import tell_truth
from wxsim.world.codes import ContactCode
from wxsim.world.corps import ContactWay

ENDS_AT = 1_795_600_000.0
"""A Wednesday afternoon in Beijing."""
SCRIPT = load_script("company")
SMALL = load_script("fortnight")


def begun(seed: str = "1", script: Script = SMALL) -> Simulator:
    """A world at the beginning of its story, with a code at every door."""
    clock = WorldClock(stepped=True, start=story_begin(ENDS_AT, script.name))
    simulator = Simulator(seed, clock=clock, company=script.name, history_ends_at=ENDS_AT)
    put_up(simulator, {door.id: door.mechanism for door in script.doors})
    return simulator


def put_up(simulator: Simulator, mechanisms: dict[str, str]) -> None:
    """Codes as the product would make them; a changed mechanism gets another code."""
    [corp] = simulator.world.corps.values()
    doors = {}
    for name, mechanism in mechanisms.items():
        state = f"{name}-{mechanism}"
        ids = simulator.world.ids
        code, config = ids.derive(24, state, alphabet=HEX), ids.derive(32, state)
        way = ContactWay(config, 1000002, 2, 2, 0, state=state, users=["chenyu", "wangjing", "zhaolei"])
        url = f"http://127.0.0.1/q/{code}"
        simulator.world.register_code(ContactCode(code, url, corp, way))
        doors[name] = Footer(url, mechanism)
    simulator.story.put_up(doors, "")


def play_all(simulator: Simulator, at_most: int | None = None) -> None:
    """Play to the end, or some moments."""
    while (progress := simulator.story.progress()).next_at is not None:
        simulator.world.clock.advance(progress.next_at - simulator.world.clock.time())
        if progress.played < progress.total:
            simulator.story.play(progress.played)
        at_most = None if at_most is None else at_most - 1
        if at_most == 0:
            return
    while (progress := simulator.story.progress()).behind < progress.behind_total:
        simulator.story.tell_behind(progress.behind, 100)


def truth_of(simulator: Simulator) -> dict[str, Any]:
    """The told truth, doors by their id."""
    told = tell_truth(simulator.world.ledger.entries())
    return {**told, "doors": {door["id"]: door for door in told["doors"]}}  # type: ignore[attr-defined]


def test_nobody_joins_and_leaves_between_two_looks() -> None:
    """The platform names a member only while they are in: who came and went in one breath would never be counted."""
    simulator = begun(script=SCRIPT)
    behind = make_plan(SCRIPT, "1", story_begin(ENDS_AT, SCRIPT.name), ENDS_AT).behind
    told, batches = 0, 0
    while told < len(behind):
        simulator.story.tell_behind(told, len(behind))
        batch, told = behind[told : simulator.story.progress().behind], simulator.story.progress().behind
        came, went = ({act.who for act in batch if act.deed is deed} for deed in (Deed.JOIN, Deed.LEAVE))
        assert not came & went
        batches += 1
    assert batches > 1


@pytest.mark.parametrize(("seed", "script"), [("1", SMALL), ("2", SMALL), ("7", SCRIPT)])
def test_what_is_planted_is_what_happens(seed: str, script: Script) -> None:
    simulator = begun(seed, script)
    play_all(simulator)
    truth = truth_of(simulator)
    for door in script.doors:
        found = truth["doors"][door.id]
        assert (found["reads"], found["friends"]) == (door.reads, door.friends), door.id
        assert found["stages"]["mql"] == door.fates.get("mql", 0), door.id
        assert found["stages"]["sql"] == door.fates.get("sql", 0), door.id
    assert truth["totals"]["accepted"] == truth["totals"]["contacted"] == truth["totals"]["friends"]
    [account] = simulator.world.accounts.values()
    assert {name: sum(article.reads.values()) for name, article in account.articles.items()} == {
        door.id: door.reads for door in script.articles
    }
    assert all(article.is_published for article in account.articles.values())


def test_the_story_is_the_one_to_be_told() -> None:
    simulator = begun(script=SCRIPT)
    play_all(simulator)
    truth, world = truth_of(simulator), simulator.world
    hot, bearing = truth["doors"]["hot"], truth["doors"]["bearing"]
    assert (hot["reads"], hot["friends"], hot["stages"]["mql"]) == (41_000, 11, 0)
    assert (bearing["reads"], bearing["friends"], bearing["stages"]["mql"]) == (1_860, 31, 6)
    assert truth["mechanisms"]["take_away"]["friends"] / truth["mechanisms"]["take_away"]["reads"] == 0.017
    assert truth["mechanisms"]["name_card"]["friends"] / truth["mechanisms"]["name_card"]["reads"] == 0.004
    [corp], [account] = world.corps.values(), world.accounts.values()
    customers = {userid: len(known) for userid, known in corp.customers_of.items()}
    assert customers["linxiao"] / SCRIPT.crowd["capacity"] == 0.96
    assert sum(customers.values()) == 6_240
    assert sum(each.subscribed for each in account.followers.values()) == 18_600
    assert len(corp.group_chats) == 5
    assert simulator.story.progress().state == "done"
    assert world.clock.time() == ENDS_AT


@pytest.mark.parametrize("seed", ["1", "7", "2026"])
def test_nobody_is_judged_backwards(seed: str) -> None:
    begin = story_begin(ENDS_AT, SCRIPT.name)
    judged: dict[int, list[str]] = {}
    for act in make_plan(SCRIPT, seed, begin, ENDS_AT).acts:
        if act.deed is Deed.ADVANCE:
            judged.setdefault(act.who, []).append(act.what)
    ways = [["mql", "sql", "opportunity", end] for end in ("won", "lost")]
    assert len(judged) > 20
    assert [way for way in judged.values() if not any(way == whole[: len(way)] for whole in ways)] == []


def test_staff_work_in_working_hours_only() -> None:
    plan = make_plan(SCRIPT, "1", story_begin(ENDS_AT), ENDS_AT)
    accepted = [act for act in plan.acts if act.deed is Deed.ACCEPT]
    moments = [WorldClock(stepped=True, start=act.at).now().astimezone(BEIJING) for act in accepted]
    assert {moment.weekday() for moment in moments} <= set(range(5))
    assert min(moment.hour for moment in moments) >= 9
    weekend = [act for act in plan.acts if act.deed is Deed.SCAN and _weekday(act.at) >= 5]
    assert weekend, "people scan at weekends as well"


def _weekday(moment: float) -> int:
    return WorldClock(stepped=True, start=moment).now().astimezone(BEIJING).weekday()


def test_a_killed_story_goes_on_where_it_was(tmp_path: Path) -> None:
    whole, first = begun(), begun()
    play_all(whole)
    play_all(first, at_most=60)
    Memory(first, tmp_path / "world").save()
    second = Simulator("1")
    assert Memory(second, tmp_path / "world").recall()
    assert second.world.clock.stepped
    assert second.world.clock.time() == first.world.clock.time()
    play_all(second)
    assert truth_of(second) == truth_of(whole)
    assert Counter(each.name for each in second.world.people.values()) == Counter(
        each.name for each in whole.world.people.values()
    )


def test_a_moment_asked_for_twice_happens_once() -> None:
    simulator = begun()
    moment = next(number for number in range(60) if simulator.story.play(number))
    before = len(simulator.world.ledger)
    assert simulator.story.play(moment) == simulator.story.play(moment)
    assert len(simulator.world.ledger) == before
    with pytest.raises(WrongMoment):
        simulator.story.play(moment + 2)


@pytest.mark.parametrize(("mechanism", "rate"), [("name_card", 0.004), ("take_away", 0.017)])
def test_a_fortnight_more_follows_what_is_at_the_feet(mechanism: str, rate: float) -> None:
    simulator = begun()
    play_all(simulator)
    before = truth_of(simulator)["totals"]
    names = SMALL.forward["articles"]
    put_up(simulator, dict.fromkeys(names, mechanism))
    simulator.story.extend(14)
    play_all(simulator)
    after = truth_of(simulator)["totals"]
    assert after["reads"] - before["reads"] == len(names) * SMALL.forward["reads"]
    assert after["friends"] - before["friends"] == len(names) * round(SMALL.forward["reads"] * rate)


async def test_a_served_world_is_written_aside_and_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxsim.memory.SAVE_SECONDS", 0.01)
    simulator, stop = Simulator("3"), asyncio.Event()
    memory = Memory(simulator, tmp_path / "world")
    keeping = asyncio.create_task(memory.keep(stop))
    async with asyncio.timeout(60):
        while not (tmp_path / "world").exists():
            await asyncio.sleep(0.02)
    simulator.world.create_person("周工")
    stop.set()
    await keeping
    again = Simulator("3")
    assert Memory(again, tmp_path / "world").recall()
    assert "周工" in {each.name for each in again.world.people.values()}


def test_shares_add_up() -> None:
    assert share_out(10, {1: 1.0, 2: 1.0, 3: 1.0}) in ({1: 4, 2: 3, 3: 3}, {1: 3, 2: 4, 3: 3}, {1: 3, 2: 3, 3: 4})
    assert sum(share_out(41_000, {day: 0.5**day for day in range(20)}).values()) == 41_000
