"""Lines of CSV that are safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Sequence

MARK = "\ufeff"
"""At the beginning of a file, so that spreadsheets read UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(values: Sequence[object]) -> str:
    """One line; text that a spreadsheet would take for a formula is quoted for it."""
    text = io.StringIO()
    safe = [f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value for value in values]
    csv.writer(text).writerow(safe)
    return text.getvalue()
