"""Rules of sources: what fits into a contact way and a welcome, what is asked of the platform next, what counts."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources

from weloop.contracts.errors import InvalidInput


class Status(StrEnum):
    """``creating`` and ``deleting``: a command is on its way to the platform."""

    CREATING = "creating"
    READY = "ready"
    FAILED = "failed"
    DELETING = "deleting"
    DELETED = "deleted"


@cache
def load_limits() -> Mapping[str, Mapping[str, int]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def check_bytes(text: str | None, limit: str, field: str) -> None:
    """Refuse text that is longer in UTF-8 than the platform takes."""
    most = load_limits()["welcome"][limit]
    if text is not None and len(text.encode()) > most:
        raise InvalidInput(f"{field} is too long", code="text_long", field=field, max=most)


def clip_remark(name: str) -> str:
    """The source's name as the platform's internal note."""
    return name[: load_limits()["contact_way"]["remark_characters"]]


def spare(users: Sequence[str], full: Collection[str]) -> list[str]:
    """Those of a code's members who are left out: the full ones, unless that would leave nobody."""
    spared = [userid for userid in users if userid in full]
    return spared if len(spared) < len(users) else []


class Step(StrEnum):
    """What to ask of the platform next."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


def next_step(status: Status, config_id: str | None) -> Step | None:
    """The command that brings the platform nearer to what is wanted; None when nothing is there to delete."""
    if status is Status.DELETING:
        return Step.DELETE if config_id else None
    return Step.UPDATE if config_id else Step.CREATE


class What(StrEnum):
    """What an event means for a source."""

    ADDED = "added"
    LOST = "lost"
    WELCOME_SENT = "welcome_sent"
    WELCOME_FAILED = "welcome_failed"


@dataclass(frozen=True, slots=True)
class Touch:
    """One add or loss in the story of one friendship."""

    event_id: int
    occurred_at: datetime
    what: What
    named_source_id: int | None


def attribute(touches: Sequence[Touch]) -> dict[int, int | None]:
    """The source each event of one friendship counts for: event id → source id or None.

    An add counts once until the friendship is lost (a half add and its confirmation are one); a loss counts for the
    source of the add before it. The answer depends on the set of touches, not on the order of their arrival.
    """
    counts: dict[int, int | None] = {}
    friends, source = False, None
    for touch in sorted(touches, key=lambda item: (item.occurred_at, item.event_id)):
        if touch.what is What.ADDED:
            counts[touch.event_id] = None if friends else touch.named_source_id
            if not friends:
                friends, source = True, touch.named_source_id
        else:
            counts[touch.event_id] = source if friends else None
            friends, source = False, None
    return counts
