"""The report as an XLSX workbook: one sheet for the whole, one for each way to divide it."""

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format

from weloop.features.weekly.schemas import WeekReport, WeekRow
from weloop.features.weekly.words import change_text, todo_text, week_text

EVERYDAY = {"campaigns": "日常", "articles": "不在文章里的码"}
NOBODY = {"paths": "", "campaigns": "来源未知", "articles": "来源未知", "staff": "公海"}
SHEETS = {"paths": "路径", "campaigns": "活动", "articles": "文章", "staff": "员工"}
HEAD = ("名称", "新线索", "有效线索", "SQL", "上周新线索", "上周有效线索", "上周 SQL", "费用（元）")


def make_workbook(report: WeekReport) -> bytes:
    """The file's bytes. Texts stay texts: nothing in them becomes a formula or a link."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        _write_whole(book, report, bold)
        for group, title in SHEETS.items():
            _write_rows(book, title, getattr(report, group), group, bold)
    return target.getvalue()


def _write_whole(book: xlsxwriter.Workbook, report: WeekReport, bold: Format) -> None:
    sheet = book.add_worksheet("总览")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 2, 16)
    now, before = report.now, report.before
    lines: list[tuple[object, ...]] = [
        (f"周报 {week_text(report)}", "本周", "上周同期" if report.running else "上周"),
        ("新增好友", now.friends, before.friends),
        ("新线索", now.leads, before.leads),
        ("有效线索", now.qualified, before.qualified),
        ("SQL", now.sql, before.sql),
        ("赢单", now.won, before.won),
        ("赢单金额（元）", now.won_amount, before.won_amount),
        ("费用（元）", now.cost, before.cost),
        ("单个 SQL 成本（元）", now.cost_per_sql, before.cost_per_sql),
        ("首次联系 P90（工作时间，小时）", _hours(now.contact_p90), _hours(before.contact_p90)),
        (),
        ("明显变化",),
        *((change_text(change),) for change in report.changes),
        *([] if report.changes else [("没有超出波动的变化",)]),
        (),
        ("待办",),
        *((todo_text(todo),) for todo in report.todos),
    ]
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line, bold if number == 0 or line in (("明显变化",), ("待办",)) else None)


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 3600, 2)


def _write_rows(book: xlsxwriter.Workbook, title: str, rows: Sequence[WeekRow], group: str, bold: Format) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(HEAD) - 1, 13)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, HEAD, bold)
    for number, row in enumerate(rows, 1):
        counts = [value for part in (row.now, row.before) for value in (part.leads, part.qualified, part.sql)]
        sheet.write_row(number, 0, [_name(row, group), *counts, row.cost])


def _name(row: WeekRow, group: str) -> str:
    named = {"": NOBODY[group], "0": EVERYDAY.get(group, "0")}
    return row.name or named.get(row.key, row.key)
