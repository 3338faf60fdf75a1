"""States and limits of group chats and join ways; what a charter lacks; when a join way runs out of room."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources


class Status(StrEnum):
    """Of a join way. ``creating`` and ``deleting``: a command is on its way to the platform."""

    CREATING = "creating"
    READY = "ready"
    FAILED = "failed"
    DELETING = "deleting"
    DELETED = "deleted"


class ChatState(StrEnum):
    """Of a group chat. ``unread``: the platform has not told what is in it yet."""

    UNREAD = "unread"
    NORMAL = "normal"
    OWNER_LEFT = "owner_left"
    INHERITING = "inheriting"
    INHERITED = "inherited"
    DISMISSED = "dismissed"


class ChatKind(StrEnum):
    """功能群 has an end; 交流群 is kept alive."""

    FUNCTIONAL = "functional"
    COMMUNICATION = "communication"


class CharterState(StrEnum):
    MISSING = "missing"
    COMPLETE = "complete"
    OVERDUE = "overdue"


class Step(StrEnum):
    """What to ask of the platform next."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Room(StrEnum):
    """How much room the group chats of a join way have left."""

    OPEN = "open"
    NEARLY_FULL = "nearly_full"
    FULL = "full"


LISTED = {
    0: ChatState.NORMAL,
    1: ChatState.OWNER_LEFT,
    2: ChatState.INHERITING,
    3: ChatState.INHERITED,
}
"""``status`` of the platform's list."""


@dataclass(frozen=True, slots=True)
class Charter:
    """Why a group chat exists (domain: 「选择性建群，不要轻易建群」). ``owner`` is the userid of who answers for it."""

    kind: ChatKind | None
    purpose: str
    owner: str
    ends_on: date | None


@cache
def load_limits() -> Mapping[str, Mapping[str, int]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def clip_remark(name: str) -> str:
    """The join way's name as the platform's internal note."""
    return name[: load_limits()["join_way"]["remark_characters"]]


def next_step(status: Status, config_id: str | None) -> Step | None:
    """The command that brings the platform nearer to what is wanted; None when nothing is there to delete."""
    if status is Status.DELETING:
        return Step.DELETE if config_id else None
    return Step.UPDATE if config_id else Step.CREATE


def judge_charter(charter: Charter, state: ChatState, today: date) -> CharterState:
    """Missing until kind, purpose and owner are given, and an end for a 功能群; overdue once outlived."""
    if charter.kind is None or not charter.purpose or not charter.owner:
        return CharterState.MISSING
    if charter.kind is ChatKind.FUNCTIONAL and charter.ends_on is None:
        return CharterState.MISSING
    is_over = charter.ends_on is not None and charter.ends_on < today
    return CharterState.OVERDUE if is_over and state is not ChatState.DISMISSED else CharterState.COMPLETE


def judge_room(sizes: Collection[int], auto_create: bool) -> Room:
    """Of the sizes of a join way's group chats. The platform makes the next group chat itself where it may."""
    limits = load_limits()
    capacity = limits["group_chat"]["capacity"]
    if auto_create:
        return Room.OPEN
    if not sizes or min(sizes) >= capacity:
        return Room.FULL
    left = sum(max(0, capacity - size) for size in sizes)
    share = 100 - 100 * left / (capacity * len(sizes))
    return Room.NEARLY_FULL if share >= limits["warning"]["nearly_full_percent"] else Room.OPEN
