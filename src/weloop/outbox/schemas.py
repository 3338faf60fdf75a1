"""Forms of the dead-letter page."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from weloop.kit.http import MAX_ID, Schema

LetterKind: TypeAlias = Literal["event", "command"]


class LetterError(Schema):
    """Why it died. ``errcode`` is the platform's, 0 when it said none."""

    code: str
    errcode: int
    reason: str


class Letter(Schema):
    """One dead letter. ``uncertain``: nobody knows whether it went out. ``expired``: it cannot be replayed."""

    kind: LetterKind
    id: int
    name: str
    account_id: int
    account_name: str | None
    person_id: str | None
    error: LetterError
    attempts: int
    since: datetime
    uncertain: bool
    expired: bool


class LetterPage(Schema):
    """One page of the dead letters of one kind."""

    items: list[Letter]
    total: int
    page: int
    size: int


class LetterChoice(Schema):
    """Which letters to act on: 1 to 500 of one kind."""

    kind: LetterKind
    ids: Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Field(min_length=1, max_length=500)]


class LetterDiscard(LetterChoice):
    """``resolution``: what a person found out about uncertain commands; what was not done is queued again."""

    resolution: Literal["done", "not_done"] | None = None


class LetterCount(Schema):
    """How many letters an act reached; those dealt with meanwhile are not counted."""

    count: int
