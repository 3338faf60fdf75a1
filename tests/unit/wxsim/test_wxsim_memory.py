"""A world outlives its simulator."""

from pathlib import Path

from wxsim.clock import WorldClock
from wxsim.memory import Memory
from wxsim.simulator import Simulator
from wxsim.world.following import follow
from wxsim.world.moments import Invalid, MomentTask, begin_task
from wxsim.world.world import World

START = 1772413200.0


def _live(world: World) -> None:
    person = world.create_person("周工")
    [account] = world.accounts.values()
    follow(world, account, person)


def test_people_chats_codes_and_ledger_come_back(tmp_path: Path) -> None:
    first = Simulator("3")
    _live(first.world)
    Memory(first, tmp_path / "world").save()
    second = Simulator("3")
    assert Memory(second, tmp_path / "world").recall()
    assert list(second.world.ledger.entries()) == list(first.world.ledger.entries())
    assert second.world.people.keys() == first.world.people.keys()
    assert second.world.codes.keys() == first.world.codes.keys()
    person = next(each for each in second.world.people.values() if each.name == "周工")
    assert [chat.title for chat in second.world.phone(person).chats.values()]


def test_a_recalled_world_goes_on_like_the_first(tmp_path: Path) -> None:
    first = Simulator("3")
    Memory(first, tmp_path / "world").save()
    second = Simulator("3")
    Memory(second, tmp_path / "world").recall()
    for each in (first, second):
        each.world.create_person()
    assert [each.name for each in first.world.people.values()] == [each.name for each in second.world.people.values()]
    assert first.world.fresh_code_id() == second.world.fresh_code_id()


def test_what_was_to_happen_by_itself_still_happens(tmp_path: Path) -> None:
    first = Simulator("3", clock=WorldClock(stepped=True, start=START))
    corp = first.world.corps["ww5a1e0000000demo1"]
    invalid = Invalid([], [], [])
    begin_task(first.world, corp, MomentTask("job", START, START + 2, "案例", [], [], ["linxiao"], [], invalid))
    Memory(first, tmp_path / "world").save()
    second = Simulator("3", clock=WorldClock(stepped=True, start=START))
    assert Memory(second, tmp_path / "world").recall()
    second.world.settle()
    corp = second.world.corps["ww5a1e0000000demo1"]
    assert not corp.moments
    second.world.clock.advance(60)
    second.world.settle()
    [task] = corp.moments.values()
    assert task.posts["linxiao"].shown.at == START + 2


def test_another_seed_or_a_broken_file_begins_anew(tmp_path: Path) -> None:
    first = Simulator("3")
    Memory(first, tmp_path / "world").save()
    assert not Memory(Simulator("4"), tmp_path / "world").recall()
    (tmp_path / "world").write_bytes(b"not a world")
    assert not Memory(Simulator("3"), tmp_path / "world").recall()
    assert not Memory(Simulator("3"), tmp_path / "none").recall()
