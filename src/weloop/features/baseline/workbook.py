"""The baseline as an XLSX workbook: what is known as a whole, articles, and former leads by source and by month."""

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format

from weloop.features.baseline.schemas import Baseline, Benchmark, HistoryPart
from weloop.features.baseline.words import HOPS, MISSING, finding_text, rate_text

ARTICLES = ("标题", "公众号", "发布日期", "阅读人数", "阅读 ÷ 粉丝", "文末码")
PARTS = ("人数", "MQL", "SQL", "赢单", "赢单率", "成交金额（元）")


def make_workbook(report: Baseline) -> bytes:
    """The file's bytes. Texts stay texts: nothing in them becomes a formula or a link."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        _write(book, "总览", _whole(report), bold, (44, 28, 16, 60))
        items = [
            (
                each.title,
                each.account,
                str(each.published_on),
                each.reads,
                each.per_follower,
                "有" if each.coded else "无",
            )
            for each in report.articles.items
        ]
        _write(book, "文章", [ARTICLES, *items], bold, (60, 16, 14, 12, 14, 10))
        _write(book, "来源", _parts("来源", "未写明", report.history.sources), bold, (36, 12, 12, 12, 12, 26, 18))
        _write(book, "月份", _parts("进入月份", "未写明", report.history.months), bold, (16, 12, 12, 12, 12, 26, 18))
    return target.getvalue()


def _write(
    book: xlsxwriter.Workbook, title: str, lines: Sequence[Sequence[object]], bold: Format, widths: Sequence[int]
) -> None:
    sheet = book.add_worksheet(title)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line, bold if number == 0 or len(line) == 1 else None)


def _whole(report: Baseline) -> list[tuple[object, ...]]:
    articles, history = report.articles, report.history
    return [
        (f"基线体检 {report.last}", "数字", "行业参照", "参照的出处"),
        *((f"{each.name} 人数", each.people) for each in report.people),
        *((f"{each.name} 有 unionid", rate_text(each.joined)) for each in report.people),
        (f"{report.first} 起的文章", articles.count),
        ("其中有官方统计的天数", articles.days),
        ("阅读人数（官方统计）", articles.reads if articles.days else None),
        ("每篇阅读人数 ÷ 粉丝数", articles.per_follower, *_benchmark(articles.benchmark)),
        ("有文末码的文章", rate_text(articles.coded)),
        ("阅读 → 好友（有码的文章）", rate_text(articles.friends), *_benchmark(articles.friends_benchmark)),
        ("导入行数", history.rows),
        ("其中不同的人", history.persons),
        ("重复的行", history.doubled),
        *((HOPS[each.key], rate_text(each.rate), *_benchmark(each.benchmark)) for each in history.hops),
        ("赢单", history.won),
        ("成交金额（元）", history.amount),
        ("进入到成交，中位天数", history.median_days),
        ("进入到成交，P90 天数", history.p90_days),
        (),
        ("先做什么",),
        *((f"{number}. {finding_text(each)}", "") for number, each in enumerate(report.findings, 1)),
        (),
        ("还看不到的",),
        *((MISSING[key], "") for key in report.missing),
    ]


def _benchmark(known: Benchmark | None) -> tuple[object, ...]:
    return (known.rate, known.source) if known else ()


def _parts(title: str, unknown: str, parts: Sequence[HistoryPart]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [(title, *PARTS)]
    for part in parts:
        counts = (part.persons, part.qualified, part.sql, part.won)
        rows.append((part.key or unknown, *counts, rate_text(part.rate), part.amount))
    return rows
