"""Chains: people who come in by a door and go on from stage to stage by chance, as the path templates describe it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from wxsim.ledger import Entry
from wxsim.story.curves import HOUR, Curves
from wxsim.story.plan import Act, Deed, Plan, in_order
from wxsim.story.script import Chain, Door, Link, Script

IN_STORY = {Deed.VIEW, Deed.TRACK, Deed.ADVANCE}
KINDS = {Deed.SCAN: "friend.added", Deed.FOLLOW: "account.followed", Deed.JOIN: "group.joined"}
"""Ledger entries that say a deed was done; of the others the story itself says so."""


def plan_chain(script: Script, chain: Chain, seed: str, begins_at: float, ends_at: float) -> Plan:
    """The acts of everybody who comes in. Who goes how far depends on the seed alone, not on when it begins."""
    random = Random(f"{seed}:chain:{script.name}")
    curves = Curves(script, begins_at, ends_at, random)
    acts: list[Act] = []
    who = 0
    for door in script.doors:
        for _ in range(door.friends):
            acts += _walk(chain, door, who, curves.of_way(door), random)
            who += 1
    return Plan(tuple(in_order(acts, script.step, ends_at)), who)


def _walk(chain: Chain, door: Door, who: int, moment: float, random: Random) -> Iterator[Act]:
    """One person's way: each hop from a stage they came to is taken or not."""
    yield _act(chain.deed, who, moment, door.id, "")
    reached = {chain.first: moment}
    for link in chain.links:
        if link.source in reached and random.random() < chain.rates[door.id][link.key]:
            at = reached[link.source] + random.uniform(*link.hours) * HOUR
            reached[link.target] = at
            yield _act(link.deed, who, at, door.id, link.what)


def _act(deed: str, who: int, moment: float, door: str, what: str) -> Act:
    return Act(int(moment), Deed(deed), who, what or door, door=door)


@dataclass(slots=True)
class HopTruth:
    """Persons who came to the stage a hop leaves, and of these who came to the next one, by door; in all under ""."""

    entered: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    passed: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


def tell_chain(chain: Chain, entries: Iterable[Entry]) -> dict[str, HopTruth]:
    """What truly happened on each hop, from the ledger alone."""
    came: dict[str, dict[str, int]] = defaultdict(dict)
    doors: dict[str, str] = {}
    states: dict[str, str] = {}
    for entry in entries:
        person = str(entry.get("person", ""))
        if entry["kind"] == "story.door":
            states[str(entry["state"])] = str(entry["door"])
        for stage, kind, what in _signs(chain):
            if entry["kind"] == kind and what in ("", entry.get("what")):
                came[person].setdefault(stage, int(str(entry["n"])))
                door = str(entry.get("door") or states.get(str(entry.get("state")), ""))
                doors[person] = doors.get(person) or door
    return {link.key: _count(link, came, doors) for link in chain.links}


def _signs(chain: Chain) -> list[tuple[str, str, str]]:
    """(stage, ledger kind, what) by which a stage is known to be reached."""
    steps = [(chain.first, Deed(chain.deed), "")]
    steps += [(link.target, Deed(link.deed), link.what) for link in chain.links]
    return [(stage, KINDS.get(deed, f"story.{deed}"), what if deed in IN_STORY else "") for stage, deed, what in steps]


def _count(link: Link, came: dict[str, dict[str, int]], doors: dict[str, str]) -> HopTruth:
    truth = HopTruth()
    for person, stages in came.items():
        if link.source not in stages:
            continue
        for key in ("", doors[person]) if doors[person] else ("",):
            truth.entered[key] += 1
            truth.passed[key] += stages.get(link.target, -1) >= stages[link.source]
    return truth
