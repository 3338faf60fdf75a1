"""Lenient reading of answers: a missing or oddly typed field gives the empty value of its type."""

from collections.abc import Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]


def text(source: Object, name: str) -> str:
    """A string; numbers are written out, since some fields come as either."""
    value = source.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(source: Object, name: str) -> int:
    """An integer, also when it comes as a string of digits; 0 otherwise."""
    value = source.get(name)
    try:
        return int(value) if isinstance(value, int | str) else 0
    except ValueError:
        return 0


def flag(source: Object, name: str) -> bool:
    """A boolean, also as 0 and 1."""
    return bool(source.get(name)) and source.get(name) != "0"


def texts(source: Object, name: str) -> tuple[str, ...]:
    """A list of strings."""
    return tuple(item for item in _items(source, name) if isinstance(item, str))


def numbers(source: Object, name: str) -> tuple[int, ...]:
    """A list of integers."""
    return tuple(item for item in _items(source, name) if isinstance(item, int))


def object_of(source: Object, name: str) -> Object:
    """An object."""
    value = source.get(name)
    return value if isinstance(value, dict) else {}


def objects(source: Object, name: str) -> tuple[Object, ...]:
    """A list of objects."""
    return tuple(item for item in _items(source, name) if isinstance(item, dict))


def without_none(body: Mapping[str, object]) -> dict[str, object]:
    """A request body without the parameters that were not given."""
    return {name: value for name, value in body.items() if value is not None}


def _items(source: Object, name: str) -> Iterator[Any]:
    value = source.get(name)
    return iter(value) if isinstance(value, list) else iter(())
