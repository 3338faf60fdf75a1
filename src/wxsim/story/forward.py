"""Further days of a story: a few articles run again, and the way their codes are offered decides how many come."""

from collections.abc import Mapping
from random import Random

from wxsim.story.curves import DAY
from wxsim.story.plan import Plan, make_plan
from wxsim.story.script import Door, Script
from wxsim.story.state import Chapter, Footer


def rates_of(script: Script, doors: Mapping[str, Footer]) -> dict[str, float]:
    """Share of readers who become friends, by article that runs again."""
    rates = script.forward["rates"]
    found = {name: doors[name].mechanism if name in doors else "" for name in script.forward["articles"]}
    return {name: float(rates.get(mechanism, rates["name_card"])) for name, mechanism in found.items()}


def plan_forward(script: Script, seed: str, chapter: Chapter) -> Plan:
    """The acts of a chapter of further days: readers by rate, exactly; no bystanders."""
    days = (chapter.ends_at - chapter.begins_at) / DAY
    random = Random(f"{seed}:forward:{chapter.number}")
    doors = tuple(_again(script, name, rate, days, random) for name, rate in chapter.rates.items())
    again = Script(
        name=f"{script.name}+{chapter.number}",
        days=int(days),
        step=script.step,
        doors=doors,
        half_life=days,
        tail=int(days) + 1,
        hours=script.hours,
        weekdays=script.weekdays,
        staff=script.staff,
        rates=script.rates,
        follows={**script.follows, "others": 0},
        crowd=script.crowd,
        groups=(),
        campaigns=(),
        forward=script.forward,
    )
    return make_plan(again, seed, chapter.begins_at, chapter.ends_at, first_person=chapter.first_person)


def _again(script: Script, name: str, rate: float, days: float, random: Random) -> Door:
    written = script.door(name)
    reads = round(script.forward["reads"] * days / 14)
    friends = round(reads * rate)
    mql = round(friends * script.forward["mql_share"])
    title = written.title if written else name
    # The series appears one after the other during the first days.
    return Door(name, title, random.choice((0.0, 1.0, 2.0)), friends, max(reads, 1), fates={"mql": mql} if mql else {})
