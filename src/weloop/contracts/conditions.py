"""Conditions on an event, an answer, a person and a lead: a small tree, and the closure that it becomes.

A field is written with dots: ``event.properties.plan`` and ``answer.state`` look into an event's data,
``person.company``, ``lead.stage``, ``attribute.<key>`` and ``segment.<id>`` (true for its members) at what is known
when it is asked. What is missing is equal to nothing. Segments say the same in SQL; what a comparison means must
therefore be plain: text by code points, numbers as doubles.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

Look: TypeAlias = Callable[[str], Any]
"""Answers a field by its name; None when it is unknown."""
Predicate: TypeAlias = Callable[[Look], bool]

PERSON_FIELDS = frozenset(
    {"name", "company", "kinds", "staff", "state_code", "first_seen_at", "last_seen_at", "resolved"}
)
LEAD_FIELDS = frozenset({"stage", "score", "staff", "state", "origin", "created_at"})
MAX_TERMS, MAX_DEPTH = 50, 5


class Model(BaseModel):
    """Base of the parts of a definition: nothing unknown in it, nothing changed in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Text: TypeAlias = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Scalar: TypeAlias = bool | int | float | Text
SOURCES = ("event", "answer", "person", "lead", "attribute", "segment")
FACTS = frozenset({"person", "lead", "attribute", "segment"})
"""Sources that are looked up when they are asked for."""
SEGMENT = "segment."
MAX_FIELD = 200
_SEGMENT = re.compile(r"[1-9][0-9]{0,8}\Z")


def form_errors(error: ValidationError) -> list[ErrorDetails]:
    """What is wrong with a form. A list whose parts are wrong is not called too short as well."""
    return [each for each in error.errors(include_url=False) if not _is_echo(each)]


def _is_echo(error: ErrorDetails) -> bool:
    given = error["input"]
    return error["type"] == "too_short" and isinstance(given, Sized) and len(given) >= error["ctx"]["min_length"]


def field_unfit(text: str) -> PydanticCustomError:
    """A ValueError with a stable code."""
    return PydanticCustomError("field_unfit", "{text}", {"text": text})


def check_field(name: str) -> str:
    """The name, if there is such a field; ValueError."""
    source, _, rest = name.partition(".")
    parts = rest.split(".")
    if source not in SOURCES or len(name) > MAX_FIELD or len(parts) > 4 or not all(map(str.isprintable, parts)):
        raise field_unfit(f"a field is {', '.join(SOURCES)} with up to 4 names behind dots")
    if not all(part.strip() for part in parts):
        raise field_unfit("a field has no empty names")
    if source == "attribute" and len(parts) > 1:
        raise field_unfit("an attribute is attribute.<key>")
    if source == "segment" and not _SEGMENT.match(rest):
        raise field_unfit("a segment is segment.<id>")
    known = {"person": PERSON_FIELDS, "lead": LEAD_FIELDS}.get(source)
    if known is not None and rest not in known:
        raise field_unfit(f"no field {name}; of {source} there are: {', '.join(sorted(known))}")
    return name


FieldName: TypeAlias = Annotated[str, AfterValidator(check_field)]


class Compare(Model):
    """One comparison. ``is`` and ``is_not`` take text and numbers alike; ``contains`` looks into lists too."""

    op: Literal["is", "is_not", "less", "at_most", "more", "at_least", "contains"]
    field: FieldName
    value: Scalar


class OneOf(Model):
    """Whether a field has one of these values."""

    op: Literal["one_of"]
    field: FieldName
    value: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=200)]


class Known(Model):
    """Whether a field is known at all."""

    op: Literal["known", "unknown"]
    field: FieldName


class Group(Model):
    """All, any or none of its terms."""

    op: Literal["all", "any", "none"]
    terms: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=MAX_TERMS)]

    @model_validator(mode="after")
    def _bounded(self) -> "Group":
        if _depth(self) > MAX_DEPTH or sum(1 for _ in fields_of(self)) > MAX_TERMS:
            raise PydanticCustomError("condition_too_large", f"at most {MAX_TERMS} terms, {MAX_DEPTH} deep")
        return self


Condition: TypeAlias = Annotated[Compare | OneOf | Known | Group, Field(discriminator="op")]
Group.model_rebuild()


def _depth(condition: Condition) -> int:
    return 1 + max(map(_depth, condition.terms)) if isinstance(condition, Group) else 1


def fields_of(condition: Condition | None) -> Iterator[str]:
    """Every field that a condition reads, as often as it reads it."""
    if isinstance(condition, Group):
        for term in condition.terms:
            yield from fields_of(term)
    elif condition is not None:
        yield condition.field


def needs_of(names: Iterable[str]) -> set[str]:
    """What must be looked up for these fields: their sources, and each segment by itself."""
    facts = {name: name.partition(".")[0] for name in names}
    return {name if source == "segment" else source for name, source in facts.items() if source in FACTS}


def segments_of(needs: Iterable[str]) -> set[int]:
    """The segments among fields or needs."""
    return {int(need.removeprefix(SEGMENT)) for need in needs if need.startswith(SEGMENT)}


def walk(data: Any, path: str) -> Any:
    """The value under dotted names; None when there is none."""
    for name in path.split("."):
        if not isinstance(data, dict):
            return None
        data = data.get(name)
    return data


def compile_condition(condition: Condition | None) -> Predicate:
    """The closure that decides it; without a condition everything holds."""
    if condition is None:
        return _always
    if isinstance(condition, Group):
        terms = tuple(map(compile_condition, condition.terms))
        return partial(_GROUPS[condition.op], terms)
    return partial(_test, condition.field, compile_test(condition))


def compile_test(leaf: Compare | OneOf | Known) -> Callable[[Any], bool]:
    """What a leaf asks of the value of its field."""
    if isinstance(leaf, Known):
        return partial(_known, leaf.op == "known")
    if isinstance(leaf, OneOf):
        wanted = tuple(map(Wanted.of, leaf.value))
        return partial(_one_of, wanted, frozenset(each.text for each in wanted))
    return partial(_TESTS.get(leaf.op) or partial(_ordered, ORDERS[leaf.op]), Wanted.of(leaf.value))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a value is compared with: as text, and as a number if it is one. Texts of digits are numbers, too."""

    text: str
    number: float | None

    @classmethod
    def of(cls, value: Scalar) -> "Wanted":
        """Of a value as a condition writes it."""
        if isinstance(value, bool):
            return cls("true" if value else "false", None)
        return cls(_plain(value), number_of(value))


NUMBER = r"^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$"
"""Texts that are numbers, in Python's form and PostgreSQL's."""
_NUMBER = re.compile(NUMBER.removesuffix("$") + r"\Z")


def number_of(value: Any) -> float | None:
    """A number, or the number that a text is; None for all else."""
    if isinstance(value, str):
        return float(value) if _NUMBER.match(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _plain(value: int | float | str) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def same(wanted: Wanted, value: Any) -> bool:
    """Whether a value is the one wanted: "1" and 1 are the same, and so are true and "true"."""
    if isinstance(value, str):
        return value == wanted.text
    if isinstance(value, bool):
        return wanted.text == ("true" if value else "false")
    return wanted.number is not None and number_of(value) == wanted.number


def _always(_look: Look) -> bool:
    return True


def _all(terms: tuple[Predicate, ...], look: Look) -> bool:
    for term in terms:  # noqa: SIM110 -- hundreds of conditions are asked for an event; a generator costs more
        if not term(look):
            return False
    return True


def _any(terms: tuple[Predicate, ...], look: Look) -> bool:
    for term in terms:  # noqa: SIM110 -- the same
        if term(look):
            return True
    return False


def _none(terms: tuple[Predicate, ...], look: Look) -> bool:
    return not _any(terms, look)


_GROUPS = {"all": _all, "any": _any, "none": _none}


def _test(field: str, test: Callable[[Any], bool], look: Look) -> bool:
    return test(look(field))


def _known(wanted: bool, value: Any) -> bool:
    return (value not in (None, "", [])) is wanted


def _one_of(wanted: tuple[Wanted, ...], texts: frozenset[str], value: Any) -> bool:
    return value in texts if isinstance(value, str) else any(same(each, value) for each in wanted)


def _is_not(wanted: Wanted, value: Any) -> bool:
    return not same(wanted, value)


def _contains(wanted: Wanted, value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(same(wanted, each) for each in value)
    return isinstance(value, str) and wanted.text in value


_TESTS: Mapping[str, Callable[[Wanted, Any], bool]] = {"is": same, "is_not": _is_not, "contains": _contains}
ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "less": operator.lt,
    "at_most": operator.le,
    "more": operator.gt,
    "at_least": operator.ge,
}


def _ordered(holds: Callable[[Any, Any], bool], wanted: Wanted, value: Any) -> bool:
    """Numbers by size, other text by code points: moments are written in one form, in which both are the same."""
    number = number_of(value)
    if number is not None and wanted.number is not None:
        return holds(number, wanted.number)
    return isinstance(value, str) and holds(value, wanted.text)
