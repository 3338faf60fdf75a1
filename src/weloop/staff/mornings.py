"""The morning card: what a member has to do today, in one line on the phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.staff.cards import send_notice_card

USEFUL_UNTIL = timedelta(hours=12)
"""Noon in Beijing: a morning card that could not leave before is of no use."""
NAMED = 3


@dataclass(frozen=True, slots=True)
class StaffMorning:
    """One member's day. ``today``: to do today, late ones among them; ``first``: names, the most urgent first."""

    userid: str
    name: str
    today: int
    overdue: int
    first: Sequence[str] = ()


def send_morning_cards(unit: UnitOfWork, account_id: int, mornings: Sequence[StaffMorning]) -> int:
    """Enqueue a card for everyone who has something to do; one a day, however often it is asked. Gives how many."""
    day = beijing_date(unit.now)
    noon = midnight(day) + USEFUL_UNTIL
    busy = [each for each in mornings if each.today or each.overdue]
    for each in busy if unit.now < noon else ():
        key = f"morning-{day}-{each.userid.casefold()}"
        send_notice_card(unit, account_id, [each.userid], key, title_of(each), words_of(each), "", noon)
    return len(busy) if unit.now < noon else 0


def title_of(morning: StaffMorning) -> str:
    """今日待办 12 · 逾期 3."""
    late = f" · 逾期 {morning.overdue}" if morning.overdue else ""
    return f"今日待办 {morning.today}{late}"


def words_of(morning: StaffMorning) -> str:
    """A greeting, and whom to call first."""
    names = "、".join(name for name in morning.first[:NAMED] if name)
    return f"{morning.name}，早上好。" + (f"\n先联系：{names}" if names else "")
