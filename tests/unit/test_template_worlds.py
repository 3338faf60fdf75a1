"""The small worlds of the path templates: what is planted happens, and the shipped paths name the weak hop in them."""

import math
from typing import Any

import pytest

from weloop.analytics.path_report import weigh_hops
from weloop.analytics.rules import FEW, name_weakest
from weloop.paths.api import HopCounts
from weloop.paths.templates import load_templates
from wxsim.clock import WorldClock
from wxsim.ids import HEX
from wxsim.simulator import Simulator
from wxsim.story.chains import HopTruth, tell_chain
from wxsim.story.company import story_begin
from wxsim.story.script import Chain, load_script
from wxsim.story.state import Footer
from wxsim.world.codes import ContactCode, GroupCode
from wxsim.world.corps import ContactWay
from wxsim.world.group_chats import JoinWay

ENDS_AT = 1_795_600_000.0
WORLDS = ("b2b", "store", "education", "commerce")
SEEDS = ("1", "2", "3")
Z999 = 3.2905
"""Two-sided 99.9 % of the normal distribution."""


def play(world: str, seed: str) -> dict[str, HopTruth]:
    """The truth of a world that was played without any product."""
    clock = WorldClock(stepped=True, start=story_begin(ENDS_AT, world))
    simulator = Simulator(seed, clock=clock, company=world, history_ends_at=ENDS_AT)
    [corp] = simulator.world.corps.values()
    doors = {}
    for door in load_script(world).doors:
        code = simulator.world.ids.derive(24, door.id, alphabet=HEX)
        way = ContactWay(code, 1000002, 2, 2, 0, state=door.id, users=["chenyu", "wangjing"])
        simulator.world.register_code(ContactCode(code, f"http://127.0.0.1/q/{code}", corp, way))
        doors[door.id] = Footer(f"http://127.0.0.1/q/{code}")
    group = JoinWay("group", 1000002, 2, list(corp.group_chats))
    simulator.world.register_code(GroupCode("group", "http://127.0.0.1/q/group", corp, group))
    simulator.story.put_up(doors, "http://127.0.0.1/q/group")
    while (progress := simulator.story.progress()).next_at is not None:
        clock.advance(progress.next_at - clock.time())
        if progress.played < progress.total:
            simulator.story.play(progress.played)
    return tell_chain(chain_of(world), simulator.world.ledger.entries())


def chain_of(world: str) -> Chain:
    chain = load_script(world).chain
    assert chain is not None
    return chain


@pytest.fixture(scope="module")
def truths() -> dict[tuple[str, str], dict[str, HopTruth]]:
    return {(world, seed): play(world, seed) for world in WORLDS for seed in SEEDS}


Truths = dict[tuple[str, str], dict[str, HopTruth]]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("world", WORLDS)
def test_planted_rates_lie_in_their_intervals(world: str, seed: str, truths: Truths) -> None:
    rates = chain_of(world).rates
    for link in chain_of(world).links:
        truth = truths[world, seed][link.key]
        doors = {door: count for door, count in truth.entered.items() if door}
        for door, entered in doors.items():
            if entered >= FEW:
                assert in_interval(rates[door][link.key], truth.passed[door], entered), (link.key, door)
        expected = sum(rates[door][link.key] * entered for door, entered in doors.items()) / sum(doors.values())
        assert in_interval(expected, truth.passed[""], truth.entered[""]), link.key
        assert truth.entered[""] == sum(doors.values())


def in_interval(rate: float, passed: int, entered: int) -> bool:
    """Whether the planted rate lies in the Wilson interval of 99.9 %."""
    share, z2 = passed / entered, Z999**2
    middle = (share + z2 / (2 * entered)) / (1 + z2 / entered)
    half = Z999 * math.sqrt(share * (1 - share) / entered + z2 / (4 * entered**2)) / (1 + z2 / entered)
    return middle - half <= rate <= middle + half


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("world", WORLDS)
def test_the_shipped_path_names_the_planted_weak_hop(world: str, seed: str, truths: Truths) -> None:
    definition = load_templates()[world].definition
    counts: dict[tuple[int, str], dict[str, HopCounts]] = {}
    for number, hop in enumerate(definition.hops):
        truth: Any = truths[world, seed].get(hop.key, HopTruth())
        by_door = {door: HopCounts(n, truth.passed[door]) for door, n in truth.entered.items() if door}
        counts[number, "source"] = by_door
        counts[number, "all"] = {"": HopCounts(truth.entered[""], truth.passed[""])}
    weakest = name_weakest(weigh_hops(definition, counts, 14))
    assert weakest is not None
    assert definition.hops[weakest.hop].key == chain_of(world).weak


@pytest.mark.parametrize("world", WORLDS)
def test_worlds_and_shipped_paths_have_the_same_hops(world: str) -> None:
    hops = {(hop.key, hop.source, hop.target) for hop in load_templates()[world].definition.hops}
    assert {(link.key, link.source, link.target) for link in chain_of(world).links} == hops
