"""How far a story has been played; kept with the world."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Footer:
    """The code at the foot of an article, or of another way in: its address and how it is offered."""

    code: str
    mechanism: str = ""


@dataclass(slots=True)
class Chapter:
    """One stretch of a story: the whole of it, or a run of further days (``number`` from 1).

    ``first_person`` numbers its people. ``rates`` are the readers' by article, fixed when the chapter began.
    """

    begins_at: float
    ends_at: float
    number: int = 0
    first_person: int = 0
    rates: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Wish:
    """Further days, and how the codes at the articles' feet shall be offered then; empty: as they are."""

    days: int
    mechanism: str = ""


@dataclass(slots=True)
class StoryState:
    """``cursor`` counts the moments played of the newest chapter, ``behind`` the acts told behind the first one;
    ``people`` holds person ids by story number.
    """

    script: str
    chapters: list[Chapter] = field(default_factory=list)
    cursor: int = 0
    behind: int = 0
    people: dict[int, str] = field(default_factory=dict)
    doors: dict[str, Footer] = field(default_factory=dict)
    group_code: str = ""
    """Address of the code by which friends come into the group chat."""
    wish: Wish | None = None
    """Further days that somebody asked for and the driver has not begun."""
