"""Leads as lines of CSV."""

from datetime import datetime

from weloop.kit import spreadsheets
from weloop.kit.clock import BEIJING
from weloop.leads.schemas import LeadInfo

STAGES = {
    "lead": "线索",
    "mql": "MQL",
    "accepted": "已接单",
    "sql": "SQL",
    "opportunity": "商机",
    "won": "赢单",
    "lost": "输单",
}
COLUMNS = ("编号", "姓名", "公司", "阶段", "评分", "来源", "负责人", "产生时间", "首次联系", "下次跟进", "金额")


def csv_line(lead: LeadInfo) -> str:
    """One lead; times are Beijing's."""
    return spreadsheets.csv_line(
        [
            lead.id,
            lead.name or "",
            lead.company or "",
            STAGES[lead.stage],
            lead.score,
            lead.source or "",
            lead.staff_name or "公海",
            _time(lead.created_at),
            _time(lead.contacted_at),
            _time(lead.next_at),
            "" if lead.amount is None else f"{lead.amount:.2f}",
        ]
    )


def _time(moment: datetime | None) -> str:
    return f"{moment + BEIJING:%Y-%m-%d %H:%M}" if moment is not None else ""


HEAD = spreadsheets.csv_line(COLUMNS)
