"""The card on Monday morning: last week in a few lines on the phones of the team leads."""

from collections import defaultdict
from datetime import timedelta

from weloop.features.weekly.report import report_week
from weloop.features.weekly.rules import last_whole_week, period_of
from weloop.features.weekly.schemas import WeekReport
from weloop.features.weekly.words import change_text, hours_text, todo_text, week_text
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.staff.api import list_duties, send_notice_card

MOST_BYTES = 512
"""Of a text card's description (message/send, textcard)."""
USEFUL_FOR = timedelta(days=1)


async def send_weekly_cards(unit: UnitOfWork) -> None:
    """Send last week to every team lead; once a week, however often it is asked."""
    leads: defaultdict[int, list[str]] = defaultdict(list)
    for duty in await list_duties(unit):
        if duty.is_leader:
            leads[duty.account_id].append(duty.userid)
    if not leads:
        return
    today = beijing_date(unit.now)
    report = await report_week(unit, period_of(last_whole_week(today), today))
    until = midnight(today) + USEFUL_FOR
    title = f"周报 {week_text(report)}"
    for account_id, users in sorted(leads.items()):
        key = f"weekly-{report.first}"
        page = f"/weekly/{report.first}"
        send_notice_card(unit, account_id, sorted(users), key, title, card_text(report), page, until)


def card_text(report: WeekReport) -> str:
    """Figures, changes and what to do; whole lines that fit the card."""
    now, before = report.now, report.before
    cost = "–" if now.cost_per_sql is None else f"¥{now.cost_per_sql:,.0f}"
    lines = [
        f"新线索 {now.leads}（上周 {before.leads}）",
        f"有效线索 {now.qualified}（上周 {before.qualified}）",
        f"SQL {now.sql}（上周 {before.sql}）· 单个成本 {cost}",
        f"首次联系 P90 {hours_text(now.contact_p90)}",
        *(f"{number}. {todo_text(todo)}" for number, todo in enumerate(report.todos, 1)),
        *(change_text(change) for change in report.changes if change.key),
    ]
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if len(longer.encode()) <= MOST_BYTES:
            text = longer
    return text
