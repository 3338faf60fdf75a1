"""What is wrong with the rows of a file, as lines of CSV to mend them by."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy.engine import Row

from weloop.features.imports import repository
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.uploads import open_batch
from weloop.kit.seal import Vault
from weloop.kit.spreadsheets import MARK, csv_line
from weloop.kit.unit import Units

HEAD = ("行号", "列", "内容", "原因")
REASONS = {
    "no_key": "没有手机号、邮箱、unionid 或 external_userid，认不出是谁",
    "phone": "不是完整的手机号或电话号码",
    "email": "不是邮箱地址",
    "unionid": "不是 unionid",
    "external_userid": "不是 external_userid",
    "owner_unknown": "没有这个员工；请先同步员工，或填账号",
    "owner_several": "有几个员工同名，请改填账号",
    "state_unknown": "没有这个来源；请填渠道名称或来源标识",
    "state_several": "有几个来源同名，请改填来源标识",
    "date": "不是日期；请写成 2026-03-05",
    "date_future": "日期在今天之后",
    "reached_unknown": "不是认得的阶段；请填 线索、MQL、已接单、SQL、商机、赢单 或 输单",
    "amount": "不是金额；请填不为负的数字",
    "won_not_won": "有成交日期，阶段却不是赢单",
    "won_before_entered": "成交日期早于进入日期",
    "too_long": "内容太长",
    "attribute": "不是该属性的值",
}


async def fault_lines(units: Units, vault: Vault, row: PeopleImport) -> AsyncIterator[str]:
    """A batch of rows at a time, each in a transaction of its own."""
    yield MARK + csv_line(HEAD)
    for number in range(row.batches):
        async with units.begin() as unit:
            batch = await repository.load_batch(unit.connection, row.id, number)
        if batch is not None and batch.faults:
            yield "".join(_lines(vault, row.columns, batch))


def _lines(vault: Vault, columns: list[str], batch: Row[Any]) -> list[str]:
    cells = dict(open_batch(vault, batch.sealed))
    return [_line(number, columns, column, cells.get(number, []), code) for number, column, code in batch.faults]


def _line(number: int, columns: list[str], column: int, cells: list[str], code: str) -> str:
    whole = column < 0
    value = "" if whole or column >= len(cells) else cells[column]
    return csv_line([number, "" if whole else columns[column], value, REASONS.get(code, code)])
