"""The face of the staff module."""

from collections.abc import Collection, Sequence

from weloop.contracts.terms import Choice, named
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
from weloop.staff.duties import Duty, count_capacity, find_duties, leaders, list_duties
from weloop.staff.mornings import StaffMorning, send_morning_cards
from weloop.staff.personal import Personal, ask_for_friends, list_personal, report_friends
from weloop.staff.service import sync_staff
from weloop.staff.shifts import Shift, add_working, is_working, next_start, working_between

__all__ = [
    "AskCard",
    "CardButton",
    "Duty",
    "Personal",
    "Shift",
    "StaffMorning",
    "accepted_text",
    "add_working",
    "ask_for_friends",
    "count_capacity",
    "count_staff",
    "find_duties",
    "find_names",
    "find_names_of_all",
    "is_working",
    "leaders",
    "list_duties",
    "list_names",
    "list_personal",
    "next_start",
    "replace_buttons",
    "report_friends",
    "send_ask_card",
    "send_morning_cards",
    "send_notice_card",
    "staff_choices",
    "sync_staff",
    "taken_text",
    "working_between",
]


async def find_names(unit: UnitOfWork, account_id: int, userids: Sequence[str]) -> dict[str, str]:
    """Names by userid, of those members who are known."""
    return await repository.find_names(unit.session, account_id, userids)


async def list_names(unit: UnitOfWork, account_id: int) -> dict[str, str]:
    """Names of all members of an account by userid."""
    return {row.userid: row.name for row in await repository.list_staff(unit.session, account_id)}


async def count_staff(unit: UnitOfWork) -> int:
    """How many members are known in all."""
    return await repository.count_staff(unit.session)


async def find_names_of_all(unit: UnitOfWork, userids: Collection[str]) -> dict[str, str]:
    """Names by userid over all accounts; a page of persons needs no account to show a name."""
    return await repository.find_names_of_all(unit.session, userids)


async def staff_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All members of all accounts by name, each userid once, for rules that ask of one."""
    names = {row.userid: row.name or row.userid for row in await repository.list_staff(unit.session, None)}
    return named(names.items())
