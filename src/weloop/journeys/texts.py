"""Texts with variables: ``{{person.name}}``, ``{{event.title|the event}}``; without words after ``|`` it is required.

A text is sent whole or not at all: what is missing is named, what is too long is said.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib import resources
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from weloop.contracts.conditions import SEGMENT, Look, check_field
from weloop.journeys.engine import Unsayable
from weloop.kit.clock import BEIJING

MISSING, TOO_LONG = "variable_missing", "text_too_long"
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_MOMENTS = frozenset({"person.first_seen_at", "person.last_seen_at", "lead.created_at"})
LISTED = 20
"""Values of a list that are written out."""


@cache
def load_limits() -> dict[str, int]:
    """Bytes that a text may have, by what it is for: from ``limits.toml`` beside this file."""
    given = tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text("utf-8"))
    return {name: int(each["bytes"]) for name, each in given["text"].items()}


@dataclass(frozen=True, slots=True)
class Variable:
    """A place to be filled; ``default`` None: it is required."""

    field: str
    default: str | None


def parse(text: str) -> Sequence[str | Variable]:
    """The parts of a text; ValueError says which variable is none: membership is no word."""
    parts: list[str | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        name, bar, default = found[1].partition("|")
        if name.strip().startswith(SEGMENT):
            raise ValueError("a segment can be asked for, not said")
        parts += [text[end : found.start()], Variable(check_field(name.strip()), default.strip() if bar else None)]
        end = found.end()
    parts.append(text[end:])
    fixed = [part for part in parts if isinstance(part, str) and part]
    if any("{{" in part or "}}" in part for part in fixed):
        raise PydanticCustomError(
            "variable_unfit", "a variable is {{field}} or {{field|default}}, with no braces in it"
        )
    return [part for part in parts if part != ""]


def _check(text: str) -> str:
    parse(text)
    return text


Template: TypeAlias = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$"), AfterValidator(_check)]
"""A text whose variables are fields."""


def fields_in(text: str) -> list[str]:
    """The fields that a text says."""
    return [part.field for part in parse(text) if isinstance(part, Variable)]


def fixed_part(text: str) -> str:
    """What a text says whatever its variables are."""
    return "".join(part for part in parse(text) if isinstance(part, str))


def required_in(text: str) -> list[str]:
    """The fields without which a text cannot be made."""
    return [part.field for part in parse(text) if isinstance(part, Variable) and part.default is None]


def fixed_bytes(text: str) -> int:
    """How long a text is at least."""
    return len(fixed_part(text).encode())


def compile_text(text: str, limit: int | None = None) -> Callable[[Look], str]:
    """What makes the text for somebody; ``limit`` in bytes. It raises ``Unsayable``."""
    parts = parse(text)
    if all(isinstance(part, str) for part in parts):
        return partial(_plain, text)
    return partial(_fill, parts, limit)


def _plain(text: str, _look: Look) -> str:
    return text


def _fill(parts: Sequence[str | Variable], limit: int | None, look: Look) -> str:
    said: list[str] = []
    missing: list[str] = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        value = say(part.field, look(part.field))
        if value:
            said.append(value)
        elif part.default is not None:
            said.append(part.default)
        else:
            missing.append(part.field)
    if missing:
        raise Unsayable(MISSING, {"missing": list(dict.fromkeys(missing))})
    text = "".join(said)
    size = len(text.encode())
    if limit is not None and size > limit:
        raise Unsayable(TOO_LONG, {"bytes": size, "most": limit})
    return text


def say(field: str, value: Any) -> str:
    """A value as a person reads it; empty when there is none."""
    if isinstance(value, list | tuple):
        return "、".join(filter(None, (say(field, each) for each in value[:LISTED])))
    if value is None or isinstance(value, bool | dict):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if field in _MOMENTS:
        return f"{datetime.fromisoformat(str(value)) + BEIJING:%Y-%m-%d %H:%M}"
    return "".join(sign for sign in str(value) if sign.isprintable()).strip()
