"""Rows out of the bytes of a CSV or XLSX file: encodings, separators, and what spreadsheets make of numbers."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from weloop.contracts.errors import InvalidInput
from weloop.features.imports.rules import Limits

SEPARATORS = (",", ";", "\t")
_HEAD = 4096
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
"""How a spreadsheet is kept from reading a number: ``="13800001111"``."""
_UNSEEN = dict.fromkeys([*range(32), 127, *range(0x80, 0xA0), 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF], " ")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows, the first of which may name the columns. ``encoding`` of a CSV, ``name`` of a worksheet."""

    format: str
    encoding: str
    name: str
    rows: Iterable[Sequence[Any]]


def open_sheet(content: bytes, limits: Limits) -> Sheet:
    """The rows of a file; InvalidInput for what is neither CSV nor XLSX."""
    if content.startswith(b"PK\x03\x04"):
        return _open_workbook(content, limits)
    encoding = _encoding(content)
    text = content.decode(encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    return Sheet("csv", "utf-8" if encoding.startswith("utf-8") else encoding, "", _records(reader))


def _encoding(content: bytes) -> str:
    """UTF-8, what a mark says, or GB18030 as Chinese spreadsheets write it."""
    marked = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    head = content[:_HEAD]
    strange = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c" for byte in head)
    if marked is None and (head.startswith((b"%PDF-", b"\xd0\xcf\x11\xe0", b"\x89PNG")) or strange * 50 > len(head)):
        raise InvalidInput("neither CSV nor XLSX", code="import_file_type")
    for name in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    raise InvalidInput("the encoding is not readable", code="import_encoding")


def _separator(text: str) -> str:
    """The one that the first line has most of."""
    line = next((line for line in io.StringIO(text) if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(SEPARATORS, key=bare.count)


def _records(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise InvalidInput("the CSV is broken", code="import_file_broken") from error


def _open_workbook(content: bytes, limits: Limits) -> Sheet:
    """The first worksheet. What it unpacks to is bounded by what it says, and by this process's memory if that lies."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {each.filename for each in archive.infolist()}
            unpacked = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InvalidInput("the workbook is broken", code="import_file_broken") from error
    if "xl/workbook.xml" not in names:
        raise InvalidInput("neither CSV nor XLSX", code="import_file_type")
    if unpacked > limits.memory // 2:
        raise InvalidInput("the workbook unpacks to too much", code="import_heavy")
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        if sheet.total_height > limits.rows * 2 or sheet.total_width > limits.columns * 10:
            raise InvalidInput("the worksheet is too large", code="import_heavy")
        # From A1 on, so that row numbers are those of the spreadsheet.
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise InvalidInput("the workbook is broken", code="import_file_broken") from error
    return Sheet("xlsx", "", sheet.name, rows)


def cell_text(value: Any) -> str:
    """A cell as a person reads it, in one line or several, without signs that nobody sees."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "是" if value else "否"
    elif isinstance(value, float):
        text = str(int(value)) if value.is_integer() else str(value)
    elif isinstance(value, datetime | date | time):
        text = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    else:
        text = str(value)
    found = _FORMULA_TEXT.fullmatch(text.strip())
    text = found[1] if found else text
    lines = (" ".join(line.translate(_UNSEEN).split()) for line in text.splitlines() or [text])
    return "\n".join(line for line in lines if line).removeprefix("'")
