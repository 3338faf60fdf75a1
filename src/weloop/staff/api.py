"""The face of the staff module."""

from collections.abc import Collection, Sequence

from weloop.kit.unit import UnitOfWork
from weloop.staff import repository
from weloop.staff.cards import (
    AskCard,
    CardButton,
    accepted_text,
    replace_buttons,
    send_ask_card,
    send_notice_card,
    taken_text,
)
from weloop.staff.mornings import StaffMorning, send_morning_cards
from weloop.staff.service import sync_staff

__all__ = [
    "AskCard",
    "CardButton",
    "StaffMorning",
    "accepted_text",
    "count_staff",
    "find_names",
    "find_names_of_all",
    "replace_buttons",
    "send_ask_card",
    "send_morning_cards",
    "send_notice_card",
    "sync_staff",
    "taken_text",
]


async def find_names(unit: UnitOfWork, account_id: int, userids: Sequence[str]) -> dict[str, str]:
    """Names by userid, of those members who are known."""
    return await repository.find_names(unit.session, account_id, userids)


async def count_staff(unit: UnitOfWork) -> int:
    """How many members are known in all."""
    return await repository.count_staff(unit.session)


async def find_names_of_all(unit: UnitOfWork, userids: Collection[str]) -> dict[str, str]:
    """Names by userid over all accounts; a page of persons needs no account to show a name."""
    return await repository.find_names_of_all(unit.session, userids)
