"""Pages of a list: numbered pages for tables that a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_SIZE = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: ``page`` from 1, ``size`` rows."""

    page: int = 1
    size: int = 20

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page and how many rows there are in all."""

    items: Sequence[T]
    total: int
    page: int
    size: int
