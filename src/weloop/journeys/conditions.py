"""Conditions on an event, an answer, a person and a lead: a small tree, and the closure that it becomes.

A field is written with dots: ``event.properties.plan`` and ``answer.state`` look into an event's data,
``person.company`` and ``lead.stage`` at what is known when it is asked. What is missing is equal to nothing.
"""

from collections.abc import Callable, Iterator
from functools import partial
from operator import ge, gt, le, lt
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

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
SOURCES = ("event", "answer", "person", "lead")
MAX_FIELD = 200


def check_field(name: str) -> str:
    """The name, if there is such a field; ValueError."""
    source, _, rest = name.partition(".")
    parts = rest.split(".")
    if source not in SOURCES or len(name) > MAX_FIELD or len(parts) > 4 or not all(map(str.isprintable, parts)):
        raise ValueError(f"a field is {', '.join(SOURCES)} with up to 4 names behind dots")
    if not all(part.strip() for part in parts):
        raise ValueError("a field has no empty names")
    known = {"person": PERSON_FIELDS, "lead": LEAD_FIELDS}.get(source)
    if known is not None and rest not in known:
        raise ValueError(f"no field {name}; of {source} there are: {', '.join(sorted(known))}")
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
            raise ValueError(f"at most {MAX_TERMS} terms, {MAX_DEPTH} deep")
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
    if isinstance(condition, Known):
        return partial(_known, condition.field, condition.op == "known")
    if isinstance(condition, OneOf):
        return partial(_one_of, condition.field, frozenset(map(_plain, condition.value)))
    if condition.op in ("is", "is_not"):
        return partial(_equal, condition.field, _plain(condition.value), condition.op == "is")
    if condition.op == "contains":
        return partial(_contains, condition.field, _plain(condition.value))
    return partial(_ordered, condition.field, condition.value, _number(condition.value), _ORDERS[condition.op])


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


def _plain(value: Any) -> str:
    """How values are compared: "1" and 1 are the same, and so are true and "true"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _known(field: str, wanted: bool, look: Look) -> bool:
    return (look(field) not in (None, "", [])) is wanted


def _one_of(field: str, values: frozenset[str], look: Look) -> bool:
    value = look(field)
    return value is not None and _plain(value) in values


def _equal(field: str, wanted: str, positive: bool, look: Look) -> bool:
    value = look(field)
    return (value is not None and _plain(value) == wanted) is positive


def _contains(field: str, wanted: str, look: Look) -> bool:
    value = look(field)
    if isinstance(value, list | tuple):
        return any(_plain(each) == wanted for each in value)
    return value is not None and wanted in _plain(value)


def _ordered(field: str, wanted: Scalar, number: float | None, holds: Callable[[Any, Any], bool], look: Look) -> bool:
    """Numbers by size, all else by text: moments are written in one form, in which both are the same."""
    value = look(field)
    if value is None:
        return False
    given = _number(value) if number is not None else None
    return holds(_plain(value), _plain(wanted)) if given is None else holds(given, number)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"less": lt, "at_most": le, "more": gt, "at_least": ge}


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
