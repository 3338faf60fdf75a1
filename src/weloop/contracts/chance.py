"""Chance that sticks: where somebody falls between 0 and 1, always the same for the same salt."""

import hashlib

_DIGITS = 12
_SPACE = 16.0**_DIGITS


def bucket(salt: str, unit: int) -> float:
    """A number in [0, 1) that is always the same for a person and a salt, and says nothing about other salts."""
    digest = hashlib.sha256(f"{salt}:{unit}".encode()).hexdigest()
    return int(digest[:_DIGITS], 16) / _SPACE


def bucket_sql(salt: str, unit: str) -> str:
    """The same in PostgreSQL, of two expressions: a text and a bigint."""
    digest = f"left(encode(sha256(convert_to({salt} || ':' || {unit}, 'UTF8')), 'hex'), {_DIGITS})"
    return f"(('x' || {digest})::bit({_DIGITS * 4})::bigint / {_SPACE:.1f}::float8)"
