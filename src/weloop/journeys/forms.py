"""What nodes of every file are made of: ids, times, texts, and the base of a node."""

from collections.abc import Iterator
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from weloop.contracts.conditions import Model

YEAR = 366 * 86_400

Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Next: TypeAlias = Key | None
SegmentId: TypeAlias = Annotated[int, Field(ge=1, lt=2**31)]
AccountId: TypeAlias = Annotated[int, Field(ge=1, lt=2**31)]
Seconds: TypeAlias = Annotated[int, Field(ge=1, le=YEAR)]
TimeOfDay: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Node(Model):
    """What every node has."""

    id: Key

    def exits(self) -> Iterator[tuple[str, Next]]:
        """(field, node) of all ways out."""
        yield "next", getattr(self, "next", None)
