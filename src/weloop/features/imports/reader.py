"""The process that reads an uploaded file: bytes on its standard input, JSON lines on its output.

It bounds its own memory and time, so that no archive or worksheet, however made, harms the web server. Each line is a
batch of rows ``[[number, [cells]], …]``, as it is sealed and stored; the last one is an object: what the file is, or
``{"error": code, "params": …}``.
"""

import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from weloop.contracts.errors import InvalidInput
from weloop.contracts.phones import clean_phone
from weloop.features.imports.rules import Limits, load_limits
from weloop.features.imports.sheets import cell_text, open_sheet

Row = tuple[int, list[str]]


def main() -> None:
    """Read one file."""
    limits = load_limits()
    _bound(resource.RLIMIT_AS, limits.memory)
    _bound(resource.RLIMIT_CPU, limits.cpu_seconds)
    read(sys.stdin.buffer.read(), sys.stdout.buffer, limits)


def _bound(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def read(content: bytes, out: BinaryIO, limits: Limits) -> None:
    """Write the batches, then what the file is or why it cannot be taken."""
    try:
        end: dict[str, Any] = _read(content, out, limits)
    except InvalidInput as error:
        end = {"error": error.instance_code, "params": error.params}
    except MemoryError:
        end = {"error": "import_heavy", "params": {}}
    out.write(orjson.dumps(end) + b"\n")


def _read(content: bytes, out: BinaryIO, limits: Limits) -> dict[str, Any]:
    sheet = open_sheet(content, limits)
    rows = _rows(sheet.rows, limits)
    first = next(rows, None)
    if first is None:
        raise InvalidInput("the file is empty", code="import_empty")
    has_head = not any(clean_phone(cell) or "@" in cell for cell in first[1])
    width = len(first[1])
    count = chunks = 0
    batch: list[Row] = [] if has_head else [first]
    for row in rows:
        width = max(width, len(row[1]))
        batch.append(row)
        if len(batch) == limits.batch:
            out.write(orjson.dumps(batch) + b"\n")
            count, chunks, batch = count + len(batch), chunks + 1, []
        if count > limits.rows:
            raise InvalidInput("too many rows", code="import_rows", max=limits.rows)
    if batch:
        out.write(orjson.dumps(batch) + b"\n")
        count, chunks = count + len(batch), chunks + 1
    if not count or count > limits.rows:
        code = "import_rows" if count else "import_empty"
        raise InvalidInput("no rows, or too many", code=code, max=limits.rows)
    columns = [*(first[1] if has_head else []), *[""] * width][:width]
    named = [name[:100] or f"第 {number} 列" for number, name in enumerate(columns, 1)]
    told = {"format": sheet.format, "encoding": sheet.encoding, "sheet": sheet.name}
    return {**told, "columns": named, "rows": count, "chunks": chunks}


def _rows(found: Any, limits: Limits) -> Iterator[Row]:
    """Rows that are not empty, with their numbers in the spreadsheet, cut behind their last cell."""
    text = 0
    for number, values in enumerate(found, 1):
        cells = [cell_text(value)[: limits.cell + 1] for value in values[: limits.columns * 10]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > limits.columns:
            raise InvalidInput("too many columns", code="import_columns", max=limits.columns)
        text += sum(map(len, cells))
        if text > limits.text:
            raise InvalidInput("too much text", code="import_heavy")
        yield number, cells


if __name__ == "__main__":
    main()
