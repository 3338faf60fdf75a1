"""Names that a lower module shows but a higher one owns, asked for a whole page at once."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A code as the person pages show it: a source (渠道活码), or a scene code of an official account."""

    id: int
    name: str
    kind: Literal["contact_way", "scene_qr"] = "contact_way"


StaffNames: TypeAlias = Callable[[Any, Collection[str]], Awaitable[Mapping[str, str]]]
"""(unit of work, userids) → names of those who are known."""
SourceNames: TypeAlias = Callable[[Any, Collection[str]], Awaitable[Mapping[str, SourceLabel]]]
"""(unit of work, state codes) → sources of those that are known."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Filled in by the entry point."""

    staff: StaffNames
    sources: SourceNames
    tagged: str = ""
    """SQL condition on rows of ``person``: they carry the tag ``{}``."""
    of_company: str = ""
    """SQL condition on rows of ``person``: they belong to the company ``{}``."""
