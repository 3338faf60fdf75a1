"""Phone numbers as people type them: one form for one number."""

import re
import unicodedata

_PHONE = re.compile(r"1[0-9]{10}|[0-9]{7,15}")
"""A Chinese mobile number, or any number of international length (E.164 has at most 15 digits)."""


def clean_phone(number: str) -> str:
    """A phone number in digits, without the Chinese country code; empty when it cannot be one. Any width is read."""
    digits = re.sub(r"[\s()+-]", "", unicodedata.normalize("NFKC", number))
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    return digits if _PHONE.fullmatch(digits) else ""
