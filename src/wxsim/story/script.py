"""A story as it is written: articles, other ways in, and the rates by which people go on. Read from TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FATES = ("mql", "sql", "opportunity", "won", "lost")


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: an article with the code at its foot, or a code elsewhere.

    ``day`` is when it opens. An article has ``reads``, its friends among them; a way has an end, ``until``, instead.
    ``fates`` says how many of the friends come how far: those who reach a later stage count in the earlier ones too.
    ``mechanism`` is how the article's code is offered: take_away, name_card, or empty.
    """

    id: str
    title: str
    day: float
    friends: int
    reads: int = 0
    until: float = 0.0
    mechanism: str = ""
    fates: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_article(self) -> bool:
        """Whether people read it before they scan."""
        return self.reads > 0


@dataclass(frozen=True, slots=True)
class Link:
    """A hop of a chain: who came to ``source`` does ``deed`` (with ``what``) and so comes to ``target``."""

    key: str
    source: str
    target: str
    deed: str
    what: str
    hours: tuple[float, float]
    """How long it takes, shortest and longest."""


@dataclass(frozen=True, slots=True)
class Chain:
    """People who go from stage to stage by chance. ``first`` is where they come in, by ``deed``; ``weak`` is the hop
    that is worth mending first. ``rates``: by door, the chance of each hop.
    """

    first: str
    deed: str
    links: tuple[Link, ...]
    weak: str
    rates: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Script:
    """One story. The mappings are the tables of the file, whose comments say what the figures are."""

    name: str
    days: int
    step: int
    doors: tuple[Door, ...]
    half_life: float
    tail: int
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    staff: Mapping[str, Any]
    rates: Mapping[str, Any]
    follows: Mapping[str, Any]
    crowd: Mapping[str, Any]
    groups: tuple[Mapping[str, Any], ...]
    campaigns: tuple[Mapping[str, Any], ...]
    forward: Mapping[str, Any]
    chain: Chain | None = None
    """Not None: the doors' people go along this chain, and nothing else happens."""

    @property
    def articles(self) -> tuple[Door, ...]:
        """Articles only."""
        return tuple(door for door in self.doors if door.is_article)

    @property
    def friends(self) -> int:
        """People who become friends in it."""
        return sum(door.friends for door in self.doors)

    def door(self, name: str) -> Door | None:
        """One way in by its id."""
        return next((door for door in self.doors if door.id == name), None)


STORIES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))
"""Names of all stories."""


@cache
def load_script(name: str) -> Script:
    """The story of that name: a file beside this one."""
    written = tomllib.loads((Path(__file__).with_name(f"{name}.toml")).read_text("utf-8"))
    story, curve = written["story"], written["curve"]
    return Script(
        name=name,
        days=story["days"],
        step=story["step_minutes"] * 60,
        doors=(*map(_article, written.get("articles", ())), *map(_way, written.get("ways", ()))),
        half_life=story.get("half_life_days", 1.0),
        tail=story.get("tail_days", story["days"]),
        hours=tuple(curve["hours"]),
        weekdays=tuple(curve["weekdays"]),
        staff=written.get("staff", {}),
        rates=written.get("rates", {}),
        follows=written.get("follows", {}),
        crowd=written["crowd"],
        groups=tuple(written.get("groups", ())),
        campaigns=tuple(written.get("campaigns", ())),
        forward=written.get("forward", {}),
        chain=_chain(written["chain"], written["ways"]) if "chain" in written else None,
    )


def _chain(row: Mapping[str, Any], ways: list[Mapping[str, Any]]) -> Chain:
    links = tuple(
        Link(each["key"], each["from"], each["to"], each["deed"], each.get("what", ""), tuple(each["hours"]))
        for each in row["hops"]
    )
    return Chain(row["first"], row["deed"], links, row["weak"], {way["id"]: way["rates"] for way in ways})


def _article(row: Mapping[str, Any]) -> Door:
    return Door(row["id"], row["title"], row["day"], row["friends"], row["reads"], 0.0, row["mechanism"], _fates(row))


def _way(row: Mapping[str, Any]) -> Door:
    first, last = row["days"]
    return Door(row["id"], row["title"], first, row["friends"], until=last, fates=_fates(row))


def _fates(row: Mapping[str, Any]) -> dict[str, int]:
    return {fate: row[fate] for fate in FATES if fate in row}
