"""Rules of typed attributes: what a value of each type may be, however it was written. Pure."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from weloop.contracts.errors import InvalidInput

Value: TypeAlias = str | float | bool | date


class AttributeType(StrEnum):
    """Of what type the values of an attribute are."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"


COLUMN = {
    AttributeType.TEXT: "text",
    AttributeType.NUMBER: "number",
    AttributeType.DATE: "day",
    AttributeType.FLAG: "flag",
    AttributeType.CHOICE: "text",
}
"""In which column a value of each type stands."""
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CHOICES = 200
LONGEST_TEXT = 500
_LARGEST = 1e15
_YES = frozenset({"true", "yes", "y", "1", "是", "有", "对"})
_NO = frozenset({"false", "no", "n", "0", "否", "无", "没有", "不是"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s].*)?")


def check_choices(type_: AttributeType, choices: Sequence[str]) -> list[str]:
    """The choices as they are kept; InvalidInput for a choice without any, and for others with some."""
    kept = list(dict.fromkeys(each.strip() for each in choices if each.strip()))
    if (type_ is AttributeType.CHOICE) != bool(kept) or len(kept) > MOST_CHOICES:
        raise InvalidInput("a choice needs choices, and nothing else has any", code="attribute_choices")
    return kept


def read_value(type_: AttributeType, choices: Sequence[str], raw: object) -> Value:
    """A value as somebody wrote it, in a form, a file or a trait; InvalidInput (``attribute_value``) if it is none."""
    value = _READERS[type_](raw) if type_ is not AttributeType.CHOICE else _read_choice(choices, raw)
    if value is None:
        raise InvalidInput("not a value of this type", code="attribute_value", type=str(type_))
    return value


def _plain(raw: object) -> str | None:
    """Text of one line of thought: no control characters, no surrounding blanks; None for what is no text."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    text = unicodedata.normalize("NFC", str(raw)).strip()
    if not text or any(unicodedata.category(sign) == "Cc" and sign not in "\n\t\r" for sign in text):
        return None
    return text


def _read_text(raw: object) -> str | None:
    text = _plain(raw)
    return text if text is not None and len(text) <= LONGEST_TEXT else None


def _read_choice(choices: Sequence[str], raw: object) -> str | None:
    text = _plain(raw)
    return text if text in choices else None


def _read_number(raw: object) -> float | None:
    text = _plain(raw)
    try:
        number = float(unicodedata.normalize("NFKC", text).replace(",", "")) if text is not None else math.nan
    except ValueError:
        return None
    # Zero has one sign, so that equal values are equal in SQL and in memory.
    return number + 0.0 if math.isfinite(number) and abs(number) < _LARGEST else None


def _read_day(raw: object) -> date | None:
    if isinstance(raw, date):
        return raw
    found = _DAY.fullmatch(_plain(raw) or "") if isinstance(raw, str) else None
    try:
        return date(*(int(part) for part in found.groups())) if found is not None else None
    except ValueError:
        return None


def _read_flag(raw: object) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = (_plain(raw) or "").lower()
    return True if text in _YES else False if text in _NO else None


_READERS = {
    AttributeType.TEXT: _read_text,
    AttributeType.NUMBER: _read_number,
    AttributeType.DATE: _read_day,
    AttributeType.FLAG: _read_flag,
}
