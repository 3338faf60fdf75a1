"""From a story to its acts: who does what when. The same seed and the same begin give the same acts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from wxsim.story.curves import DAY, HOUR, Curves
from wxsim.story.script import FATES, Door, Script

LATEST_READ = 23 * HOUR + 50 * 60
"""When a day's anonymous reads are put down, seconds of the day."""


class Deed(StrEnum):
    """What somebody does. ``what`` of each is given below it; people's acts name the person in ``who``."""

    PUBLISH = "publish"
    """An article appears. what: article."""
    READS = "reads"
    """People nobody follows any further read an article. what: article; count."""
    READ = "read"
    """what: article."""
    SCAN = "scan"
    """The code of an article or a way is scanned, and a member of staff added. what: article or way."""
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SAY = "say"
    """To the account. what: the words."""
    VIEW = "view"
    """A page of the company's website. what: path. Reported by the website, not by WeChat."""
    TRACK = "track"
    """Something outside WeChat's callbacks happens: in the app, the mini program, the live. what: the event's name."""
    JOIN = "join"
    """The code of the group chat is scanned."""
    LEAVE = "leave"
    """The group chat is left."""
    DELETE = "delete"
    """The member of staff is deleted."""
    ACCEPT = "accept"
    """The member takes the lead."""
    CONTACT = "contact"
    """The member writes to the person for the first time. what: why they are no lead, empty for who stays one."""
    ADVANCE = "advance"
    """The member judges how far the person has come. what: mql, sql, opportunity, won, lost."""


STAFF = frozenset({Deed.ACCEPT, Deed.CONTACT, Deed.ADVANCE})
DESK = STAFF | {Deed.VIEW, Deed.TRACK}
"""Done in the product rather than in WeChat: whoever plays the story does them there."""
BEHIND = frozenset({Deed.FOLLOW, Deed.UNFOLLOW, Deed.SAY, Deed.VIEW, Deed.JOIN, Deed.LEAVE, Deed.DELETE})
"""Nothing in the rest of the story depends on them, and no clock of the staff."""
STAFF_STEP = 300
"""Seconds within which what staff do for several people happens at once."""
PAGES = ("/", "/cases/bearing", "/product", "/pricing", "/pricing/calculator", "/download/handbook")
WORDS = (
    "价格怎么算？",
    "能对接我们的 ERP 吗",
    "想要资料",
    "支持私有部署吗",
    "我们 300 台设备，多久能上线",
    "试用怎么申请",
)


@dataclass(frozen=True, slots=True)
class Act:
    """``at`` is Unix seconds; ``who`` the number of a person of the story, -1 for nobody."""

    at: int
    deed: Deed
    who: int = -1
    what: str = ""
    count: int = 1
    door: str = ""
    """Where the person came in, if what is done tells it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All acts in order; ``people`` is how many appear in them.

    ``behind``: acts that nothing else depends on; they may be told later, with the times they have, those of the
    story's people first.
    """

    acts: tuple[Act, ...]
    people: int
    behind: tuple[Act, ...] = ()


def make_plan(script: Script, seed: str, begins_at: float, ends_at: float, *, first_person: int = 0) -> Plan:
    """The acts of a whole story."""
    random = Random(f"{seed}:story:{script.name}:{int(begins_at)}")
    maker = _Maker(script, Curves(script, begins_at, ends_at, random), random, begins_at, ends_at, first_person)
    acts = [act for door in script.doors for act in maker.through(door)]
    played = in_order((act for act in acts if act.deed not in BEHIND), script.step, ends_at)
    behind = in_order((act for act in acts if act.deed in BEHIND), 1, ends_at)
    others = [act for _ in range(script.follows["others"]) for act in maker.bystander()]
    return Plan(tuple(played), maker.people, (*behind, *in_order(others, 1, ends_at)))


def in_order(acts: Iterable[Act], step: int, ends_at: float) -> Iterator[Act]:
    """By time; what falls into the same step of the clock happens at once, staff keep to the five minutes.

    Staff do one thing after the other, and none at the very moment at which the person came: the product hears of it
    first. Nothing happens after the end.
    """
    ordered = sorted((act for act in acts if act.at < ends_at), key=lambda act: act.at)
    moment = 0
    last: dict[int, int] = {}
    for act in ordered:
        cell = min(step, STAFF_STEP) if act.deed in STAFF else step
        if act.at // cell != moment // cell or (act.deed in STAFF and last.get(act.who) == moment):
            moment = max(act.at, moment + 1)
        last[act.who] = moment
        yield replace(act, at=moment)


class _Maker:
    def __init__(
        self, script: Script, curves: Curves, random: Random, begins_at: float, ends_at: float, first_person: int
    ) -> None:
        self._script = script
        self._curves = curves
        self._random = random
        self._begins_at = begins_at
        self._ends_at = ends_at
        self.people = first_person

    def through(self, door: Door) -> Iterator[Act]:
        """All who come by one way, and an article's other readers."""
        if door.is_article:
            yield Act(int(self._begins_at + door.day * DAY + 8 * HOUR), Deed.PUBLISH, what=door.id)
            yield from self._anonymous_reads(door)
        for fate in _fates(door, self._random):
            yield from self._friend(door, fate)

    def bystander(self) -> Iterator[Act]:
        """Somebody who follows and goes no further."""
        who, moment = self._new_person(), self._curves.anywhen()
        yield Act(int(moment), Deed.FOLLOW, who)
        if self._happens(self._script.follows["says"]):
            yield Act(int(self._curves.after(moment, HOUR, DAY)), Deed.SAY, who, self._random.choice(WORDS))
        if self._happens(self._script.follows["unfollows"]):
            yield Act(int(self._curves.after(moment, DAY, 30 * DAY)), Deed.UNFOLLOW, who)

    def _anonymous_reads(self, door: Door) -> Iterator[Act]:
        weights = self._curves.reading_weights(door)
        for day, count in share_out(door.reads - door.friends, weights).items():
            moment = min(self._begins_at + day * DAY + LATEST_READ, self._ends_at - 60)
            yield Act(int(moment), Deed.READS, what=door.id, count=count)

    def _friend(self, door: Door, fate: str) -> Iterator[Act]:
        who = self._new_person()
        moment = self._curves.of_reading(door) if door.is_article else self._curves.of_way(door)
        follows = self._happens(self._script.rates["follows_before"])
        if follows:
            yield Act(int(max(self._begins_at, moment - self._random.uniform(HOUR, 9 * DAY))), Deed.FOLLOW, who)
        if door.is_article:
            yield Act(int(moment), Deed.READ, who, door.id)
        yield Act(int(moment), Deed.SCAN, who, door.id)
        yield from self._group(who, moment)
        yield from self._desk(who, moment, fate)
        if fate:
            yield from self._interest(who, moment, follows)
        elif self._happens(self._script.rates["deletes"]):
            yield Act(int(self._curves.after(moment, DAY, 30 * DAY)), Deed.DELETE, who)

    def _group(self, who: int, moment: float) -> Iterator[Act]:
        if not self._happens(self._script.rates["joins_group"]):
            return
        joined = self._curves.after(moment, 600, DAY)
        yield Act(int(joined), Deed.JOIN, who)
        if self._happens(self._script.rates["leaves_group"]):
            yield Act(int(self._curves.after(joined, DAY, 21 * DAY)), Deed.LEAVE, who)

    def _interest(self, who: int, moment: float, follows: bool) -> Iterator[Act]:
        for _ in range(self._random.randint(*self._script.rates["views"])):
            yield Act(int(self._curves.after(moment, 300, 2 * DAY)), Deed.VIEW, who, self._random.choice(PAGES))
        for _ in range(self._random.randint(*self._script.rates["says"]) if follows else 0):
            yield Act(int(self._curves.after(moment, 600, 2 * DAY)), Deed.SAY, who, self._random.choice(WORDS))

    def _desk(self, who: int, moment: float, fate: str) -> Iterator[Act]:
        staff = self._script.staff
        slow = self._happens(staff["slow_share"])
        accepted = self._later(self._curves.at_work(moment), staff["accept_minutes"])
        contacted = self._later(accepted, staff["slow_contact_minutes" if slow else "contact_minutes"])
        yield Act(int(accepted), Deed.ACCEPT, who)
        what = "" if fate else self._random.choice(_ENDS)
        yield Act(int(self._curves.at_work(contacted)), Deed.CONTACT, who, what)
        before = judged = contacted
        for stage in _stages(fate):
            judged = self._curves.at_work(self._curves.after(judged, *_WAITS[stage]))
            # The planted number holds by the story's end: judgements due later are made in its last hours.
            judged = max(min(judged, self._ends_at - self._random.uniform(300, 7200)), before + 60)
            before = judged
            yield Act(int(judged), Deed.ADVANCE, who, stage)

    def _later(self, moment: float, minutes: tuple[float, float]) -> float:
        return self._curves.after(moment, minutes[0] * 60, minutes[1] * 60)

    def _happens(self, rate: float) -> bool:
        return self._random.random() < rate

    def _new_person(self) -> int:
        self.people += 1
        return self.people - 1


_ENDS = ("no_need", "no_need", "timing", "unreachable", "student", "", "")
"""What a first talk with somebody who goes no further shows."""
_WAITS: Mapping[str, tuple[float, float]] = {
    "mql": (4 * HOUR, 2 * DAY),
    "sql": (2 * DAY, 6 * DAY),
    "opportunity": (4 * DAY, 12 * DAY),
    "won": (18 * DAY, 50 * DAY),
    "lost": (10 * DAY, 30 * DAY),
}
"""From one stage to the next, seconds."""


def _stages(fate: str) -> tuple[str, ...]:
    """What is judged of somebody who comes that far, in order."""
    if fate in ("won", "lost"):
        return ("mql", "sql", "opportunity", fate)
    return FATES[: FATES.index(fate) + 1] if fate else ()


def _fates(door: Door, random: Random) -> list[str]:
    """The farthest stage of each friend, in a random order; later stages are reached through the earlier ones."""
    ends = {fate: door.fates.get(fate, 0) for fate in FATES}
    closed = ends["won"] + ends["lost"]
    ends["opportunity"] = max(ends["opportunity"], closed)
    farthest = ["won"] * ends["won"] + ["lost"] * ends["lost"]
    farthest += ["opportunity"] * (ends["opportunity"] - closed)
    farthest += ["sql"] * (ends["sql"] - ends["opportunity"])
    farthest += ["mql"] * (ends["mql"] - max(ends["sql"], ends["opportunity"]))
    farthest += [""] * (door.friends - len(farthest))
    random.shuffle(farthest)
    return farthest


def share_out(count: int, weights: Mapping[int, float]) -> dict[int, int]:
    """``count`` whole things by weight: the largest remainders are rounded up, and the sum is exact."""
    total = sum(weights.values())
    exact = {key: count * weight / total for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: shares[key] - exact[key])
    for key in by_remainder[: count - sum(shares.values())]:
        shares[key] += 1
    return {key: share for key, share in shares.items() if share}
