"""Names that a lower module shows but a higher one owns, asked for a whole page at once."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A source as the person pages show it."""

    id: int
    name: str


StaffNames: TypeAlias = Callable[[Any, Collection[str]], Awaitable[Mapping[str, str]]]
"""(unit of work, userids) → names of those who are known."""
SourceNames: TypeAlias = Callable[[Any, Collection[str]], Awaitable[Mapping[str, SourceLabel]]]
"""(unit of work, state codes) → sources of those that are known."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Filled in by the entry point."""

    staff: StaffNames
    sources: SourceNames
