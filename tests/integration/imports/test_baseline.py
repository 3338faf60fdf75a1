"""The baseline of imported history: equal to a naive recount of the file, and it goes with its import."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest

from weloop.features.baseline.report import report_baseline
from weloop.features.baseline.schemas import Baseline

from .conftest import ImportingCompany

HEAD = "姓名,手机,历史来源,进入时间,阶段,成交金额,成交时间\n"
STAGES = ("线索", "MQL", "已接单", "SQL", "商机", "赢单", "输单")
ORDER = {stage: number for number, stage in enumerate(STAGES)} | {"输单": -1, "": -2}
Line = tuple[str, str, str, str, str, str]
"""Number, source, entered, stage, amount, won."""


async def report(company: ImportingCompany) -> Baseline:
    """What the page shows."""
    async with company.units.begin() as unit:
        return await report_baseline(unit)


def write(lines: Sequence[Line]) -> str:
    return HEAD + "".join(f"某人,{','.join(line)}\n" for line in lines)


def play(seed: int, rows: int) -> list[Line]:
    """Former leads, some of them in several rows, some cells empty."""
    chance = random.Random(seed)
    lines = []
    for _ in range(rows):
        number = f"1380000{chance.randrange(rows):04d}"
        entered = date(2026, 1, 1) + timedelta(days=chance.randrange(200))
        stage = chance.choices(STAGES, (30, 20, 5, 15, 5, 10, 15))[0]
        is_won = stage == "赢单"
        won = str(entered + timedelta(days=chance.randrange(60))) if is_won and chance.random() < 0.8 else ""
        amount = f"{chance.randrange(1, 90000)}.5" if is_won and chance.random() < 0.8 else ""
        told = stage if won or chance.random() < 0.9 else ""
        source = chance.choice(("展会", "百度", "转介绍", ""))
        lines.append((number, source, str(entered) if chance.random() < 0.9 else "", told, amount, won))
    return lines


def recount(lines: Sequence[Line]) -> dict[str, list[tuple[str, str, int, int | None, Decimal | None]]]:
    """By source the persons: (number, month, furthest stage, days, amount)."""
    people: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        people[line[0]].append(line)
    found = defaultdict(list)
    for number, rows in people.items():
        # Rows without a day come last; of two of one day the first in the file.
        first = sorted(rows, key=lambda row: row[2] or "9999")
        source = next((row[1] for row in first if row[1]), "")
        entered = min((row[2] for row in rows if row[2]), default="")
        won = min((row[5] for row in rows if row[5]), default="")
        days = (date.fromisoformat(won) - date.fromisoformat(entered)).days if won and entered else -1
        amounts = [Decimal(row[4]) for row in rows if row[4] and row[3] == "赢单"]
        furthest = max((ORDER[row[3]] for row in rows), default=-2)
        found[source].append((number, entered[:7], furthest, days if days >= 0 else None, sum(amounts) or None))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_figures_equal_a_naive_recount(company: ImportingCompany, seed: int) -> None:
    lines = play(seed, 300)
    done = await company.take(write(lines))
    assert (done.done, done.faults) == (300, {})
    shown = (await report(company)).history
    by_source = recount(lines)
    persons = [each for found in by_source.values() for each in found]
    assert (shown.files, shown.rows, shown.persons, shown.doubled) == (1, 300, len(persons), 300 - len(persons))
    assert {part.key: (part.persons, part.qualified, part.sql, part.won) for part in shown.sources} == {
        source: (len(found), *(sum(each[2] >= least for each in found) for least in (1, 3, 5)))
        for source, found in by_source.items()
    }
    assert {part.key: part.persons for part in shown.months} == {
        month: sum(each[1] == month for each in persons) for month in {each[1] for each in persons}
    }
    told = [each for each in persons if each[2] > -2]
    for key, least, target in (("lead_mql", -1, 1), ("mql_sql", 1, 3), ("sql_won", 3, 5), ("lead_won", -1, 5)):
        [hop] = [each for each in shown.hops if each.key == key]
        entered = [each for each in told if each[2] >= least]
        assert (hop.rate.entered, hop.rate.passed) == (len(entered), sum(each[2] >= target for each in entered)), key
    days = [each[3] for each in persons if each[3] is not None]
    assert (shown.timed, shown.median_days) == (len(days), median(days))
    assert shown.amount == float(sum(each[4] for each in persons if each[4] is not None))


async def test_history_is_no_lead_of_today_and_goes_with_its_import(company: ImportingCompany) -> None:
    lines: list[Line] = [
        ("13800000001", "展会", "2026-03-01", "赢单", "1.2万", "2026-05-01"),
        ("13800000002", "展会", "2026/3/2", "closed lost", "", ""),
        ("13800000003", "展会", "2026年3月3日", "MQL", "", ""),
    ]
    counts = await company.check(import_id := await company.upload(write(lines)), "pool")
    assert (counts.leads, counts.taken) == (1, 0), "who bought or went is not handed out again"
    await company.begin(import_id)
    await company.settle()
    done = await company.show(import_id)
    assert (done.leads, done.no_lead) == (1, {"former": 2})
    [row] = await company.query("SELECT stage, created_at FROM lead")
    assert (row.stage, row.created_at) == ("lead", company.clock.now())
    shown = await report(company)
    assert (shown.history.persons, shown.history.won, shown.history.amount) == (3, 1, 12000.0)
    assert "history" not in shown.missing
    undone = await company.undo(import_id)
    assert undone.state == "undone"
    shown = await report(company)
    assert (shown.history.rows, "history" in shown.missing) == (0, True)
    assert (await company.query("SELECT count(*) AS n FROM lead_history"))[0].n == 0


async def test_the_same_file_twice_names_the_same_people(company: ImportingCompany) -> None:
    lines: list[Line] = [("13800000001", "展会", "2026-03-01", "MQL", "", "")]
    await company.take(write(lines))
    await company.take(write(lines))
    shown = (await report(company)).history
    assert (shown.files, shown.rows, shown.persons, shown.doubled) == (2, 2, 1, 1)


async def test_what_the_file_leaves_out_is_said(company: ImportingCompany) -> None:
    await company.take("手机\n13800000001\n")
    shown = await report(company)
    lacking = {"source", "entered_on", "reached"}
    assert lacking <= set(shown.missing)
    assert not {"history", "won_on", "amount"} & set(shown.missing), "nobody is known to have bought"
    assert (shown.history.hops, shown.history.median_days, shown.history.amount) == ([], None, None)


async def test_a_file_that_knows_only_sales_tells_nothing_of_the_way(company: ImportingCompany) -> None:
    lines: list[Line] = [(f"138000000{n:02d}", "展会", "", "赢单" if n < 3 else "新线索", "", "") for n in range(40)]
    await company.take(write(lines))
    shown = await report(company)
    assert [(hop.key, hop.rate.passed, hop.rate.entered) for hop in shown.history.hops] == [("lead_won", 3, 40)]
    assert {"won_on", "amount"} <= set(shown.missing)


async def test_a_source_that_surely_sells_better_is_named(company: ImportingCompany) -> None:
    lines: list[Line] = []
    for n in range(200):
        source = "展会" if n < 60 else "百度"
        won = n < 30 or n == 199
        lines.append((f"1380000{n:04d}", source, "2026-03-01", "赢单" if won else "输单", "", ""))
    await company.take(write(lines))
    [finding] = [each for each in (await report(company)).findings if each.key == "source"]
    assert finding.rate is not None
    assert finding.other is not None
    assert (finding.name, finding.rate.passed, finding.rate.entered) == ("展会", 30, 60)
    assert (finding.other.passed, finding.other.entered) == (1, 140)


async def test_the_hop_to_mend_is_plain_arithmetic(company: ImportingCompany) -> None:
    """100 leads of whom 10 become MQL, 5 SQL, 2 won; the field has 30 %, 13 %, 15 %: only the first lacks anything."""
    stages = ["赢单"] * 2 + ["SQL"] * 3 + ["MQL"] * 5 + ["线索"] * 90
    lines: list[Line] = [(f"1380000{n:04d}", "展会", "", stage, "", "") for n, stage in enumerate(stages)]
    await company.take(write(lines))
    [finding] = [each for each in (await report(company)).findings if each.key == "hop"]
    assert (finding.name, finding.target, finding.basis) == ("lead_mql", 0.3, "benchmark")
    assert finding.rate is not None
    onward_low, onward_high = 0.2366 * 0.1176, 0.7634 * 0.7693  # Wilson of 5/10 and 2/5
    assert finding.low == pytest.approx(100 * (0.3 - (finding.rate.high or 0)) * onward_low, rel=0.01)
    assert finding.high == pytest.approx(100 * (0.3 - (finding.rate.low or 0)) * onward_high, rel=0.01)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("13800000001", "展会", "上周", "", "", ""), "date"),
        (("13800000001", "展会", "2026-02-30", "", "", ""), "date"),
        (("13800000001", "展会", "2026-11-26", "", "", ""), "date_future"),
        (("13800000001", "展会", "", "很有希望", "", ""), "reached_unknown"),
        (("13800000001", "展会", "", "赢单", "-5", ""), "amount"),
        (("13800000001", "展会", "", "MQL", "", "2026-05-01"), "won_not_won"),
        (("13800000001", "展会", "2026-05-02", "赢单", "", "2026-05-01"), "won_before_entered"),
        (("13800000001", "展" * 61, "", "", "", ""), "too_long"),
    ],
)
async def test_what_cannot_be_read_stays_out(company: ImportingCompany, line: Line, code: str) -> None:
    done = await company.take(write([line]))
    assert (done.done, done.faults) == (0, {code: 1})
    assert (await report(company)).history.rows == 0
