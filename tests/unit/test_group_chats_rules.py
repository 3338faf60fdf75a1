"""What a charter lacks, when a join way runs out of room, and what to ask of the platform next."""

from datetime import date

import pytest

from weloop.features.group_chats.rules import (
    Charter,
    CharterState,
    ChatKind,
    ChatState,
    Room,
    Status,
    Step,
    clip_remark,
    judge_charter,
    judge_room,
    load_limits,
    next_step,
)

TODAY = date(2026, 11, 25)
YESTERDAY = date(2026, 11, 24)
FUNCTIONAL, COMMUNICATION = ChatKind.FUNCTIONAL, ChatKind.COMMUNICATION


@pytest.mark.parametrize(
    ("charter", "state"),
    [
        (Charter(None, "答疑", "lina", None), CharterState.MISSING),
        (Charter(COMMUNICATION, "", "lina", None), CharterState.MISSING),
        (Charter(COMMUNICATION, "答疑", "", None), CharterState.MISSING),
        (Charter(COMMUNICATION, "答疑", "lina", None), CharterState.COMPLETE),
        (Charter(FUNCTIONAL, "直播", "lina", None), CharterState.MISSING),
        (Charter(FUNCTIONAL, "直播", "lina", TODAY), CharterState.COMPLETE),
        (Charter(FUNCTIONAL, "直播", "lina", YESTERDAY), CharterState.OVERDUE),
        (Charter(COMMUNICATION, "答疑", "lina", YESTERDAY), CharterState.OVERDUE),
    ],
)
def test_a_charter_says_what_for_who_and_until_when(charter: Charter, state: CharterState) -> None:
    assert judge_charter(charter, ChatState.NORMAL, TODAY) is state


def test_a_dissolved_group_chat_is_not_overdue() -> None:
    charter = Charter(FUNCTIONAL, "直播", "lina", YESTERDAY)
    assert judge_charter(charter, ChatState.DISMISSED, TODAY) is CharterState.COMPLETE


@pytest.mark.parametrize(
    ("sizes", "auto_create", "room"),
    [
        ([0], False, Room.OPEN),
        ([179], False, Room.OPEN),
        ([180], False, Room.NEARLY_FULL),
        ([199], False, Room.NEARLY_FULL),
        ([200], False, Room.FULL),
        ([260, 200], False, Room.FULL),
        ([260, 150], False, Room.OPEN),
        ([200, 180], False, Room.NEARLY_FULL),
        ([200, 200], True, Room.OPEN),
        ([], False, Room.FULL),
    ],
)
def test_room_of_all_group_chats_together(sizes: list[int], auto_create: bool, room: Room) -> None:
    """An invitation may fill one above what a code lets in; that is no negative room elsewhere."""
    assert load_limits()["group_chat"]["capacity"] == 200
    assert judge_room(sizes, auto_create) is room


@pytest.mark.parametrize(
    ("status", "config_id", "step"),
    [
        (Status.CREATING, None, Step.CREATE),
        (Status.CREATING, "c", Step.UPDATE),
        (Status.DELETING, "c", Step.DELETE),
        (Status.DELETING, None, None),
    ],
)
def test_the_next_step(status: Status, config_id: str | None, step: Step | None) -> None:
    assert next_step(status, config_id) is step


def test_the_remark_is_cut_by_characters() -> None:
    assert clip_remark("长" * 40) == "长" * 30
