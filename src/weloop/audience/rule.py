"""The rule of a segment: groups of all, any and none over comparisons and the terms that modules offer.

The terms come from the registry, so the form of a rule is put together at start-up. What it means is in
``rule_sql.py`` for many persons at once and in ``rule_closure.py`` for one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, ForwardRef, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError, create_model, model_validator

from weloop.contracts.conditions import Compare, Known, Model, OneOf, form_errors
from weloop.contracts.events import EventKind
from weloop.contracts.terms import FactLoader, FieldOffer, Offer, Term, TermOffer
from weloop.kit.unit import UnitOfWork

MAX_LEAVES, MAX_DEPTH = 50, 5
YEAR = 366 * 86_400
MAX_FAULTS = 100
NO_TERM = "term_unknown"


class Within(Model):
    """Whether a moment lies within so many seconds before now, or longer ago than that."""

    op: Literal["within", "longer_ago"]
    field: Annotated[str, Field(max_length=200)]
    seconds: Annotated[int, Field(ge=1, le=10 * YEAR)]


class RuleGroup(Model):
    """All, any or none of its terms."""

    op: Literal["all", "any", "none"]
    terms: Any

    @model_validator(mode="after")
    def _bounded(self) -> "RuleGroup":
        if depth_of(self) > MAX_DEPTH or sum(1 for _ in leaves_of(self)) > MAX_LEAVES:
            raise ValueError(f"at most {MAX_LEAVES} terms, {MAX_DEPTH} deep")
        return self


FieldTest: TypeAlias = Compare | OneOf | Known | Within
Leaf: TypeAlias = FieldTest | Term
Rule: TypeAlias = RuleGroup | FieldTest | Term


def depth_of(rule: Rule) -> int:
    """How deep its groups are nested; a term alone is 1."""
    return 1 + max(map(depth_of, rule.terms)) if isinstance(rule, RuleGroup) else 1


def leaves_of(rule: Rule) -> Iterator[Leaf]:
    """All that is no group, in order."""
    for _, leaf in places_of(rule):
        yield leaf


def places_of(rule: Rule, place: str = "") -> Iterator[tuple[str, Leaf]]:
    """The same with the place of each, as ``terms.0.terms.2``."""
    if isinstance(rule, RuleGroup):
        for number, term in enumerate(rule.terms):
            yield from places_of(term, f"{place}{'.' if place else ''}terms.{number}")
    else:
        yield place, rule


@dataclass(frozen=True, slots=True)
class RuleFault:
    """What is wrong, and where: ``place`` as ``terms.0.terms.2``, empty for the whole; ``field`` of what is there."""

    place: str
    field: str
    code: str
    text: str


class Terms:
    """The registry: all offers, and the form of rules that they make."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self.offers = offers
        self.terms: Mapping[str, TermOffer] = {each.op: each for offer in offers for each in offer.terms}
        self.fields: Mapping[str, FieldOffer] = {each.name: each for offer in offers for each in offer.fields}
        self.loaders: Mapping[str, FactLoader] = {
            family: loader for offer in offers for family, loader in offer.loaders.items()
        }
        self._adapter = _make_adapter([each.term for each in self.terms.values()])

    def read(self, document: Mapping[str, Any]) -> tuple[Rule | None, list[RuleFault]]:
        """The rule, or all that is wrong with it but for what it names."""
        try:
            rule = self._adapter.validate_python(document)
        except ValidationError as error:
            faults = [_form_fault(document, each) for each in form_errors(error)]
            return None, faults[:MAX_FAULTS]
        faults = [fault for place, leaf in places_of(rule) for fault in self._faults(place, leaf)]
        return (None if faults else rule), faults[:MAX_FAULTS]

    def parse(self, document: Mapping[str, Any]) -> Rule:
        """A rule that was read and stored before; ValidationError where this version has a term of it no more."""
        return self._adapter.validate_python(document)

    async def find_users(self, unit: UnitOfWork, segment_id: int) -> list[str]:
        """Names of what uses a segment outside of segments."""
        asks = [offer.find_users for offer in self.offers if offer.find_users is not None]
        return [name for ask in asks for name in await ask(unit, segment_id)]

    def op_of(self, term: Term) -> str:
        """The name of a term."""
        return str(term.op)  # type: ignore[attr-defined]  # each class says which text it is

    def _faults(self, place: str, leaf: Leaf) -> Iterator[RuleFault]:
        if isinstance(leaf, Term):
            return
        offered = self.fields.get(leaf.field)
        if offered is None:
            yield RuleFault(place, "field", "field_unknown", f"no field {leaf.field} of a person")
        elif isinstance(leaf, Within) and offered.type != "moment":
            yield RuleFault(place, "op", "op_unfit", f"{leaf.op} says nothing of a field of type {offered.type}")


def _make_adapter(terms: Sequence[type[Term]]) -> TypeAdapter[Rule]:
    """The form of a rule over these terms."""
    leaves = reduce(or_, terms, Compare | OneOf | Known | Within)
    several: Any = tuple[ForwardRef("AnyRule"), ...]  # type: ignore[misc]  # known two lines below
    several = Annotated[several, Field(min_length=1, max_length=MAX_LEAVES)]
    group = create_model("Group", __base__=RuleGroup, __module__=__name__, terms=(several, ...))
    rule: Any = Annotated[group | leaves, Field(discriminator="op")]
    group.model_rebuild(_types_namespace={"AnyRule": rule})
    return TypeAdapter(rule)


def _form_fault(document: Any, error: Any) -> RuleFault:
    """A fault of form. Pydantic's place names the chosen form behind each step, ours does not."""
    place: list[str] = []
    rest: list[Any] = list(error["loc"])
    here: Any = document
    while rest and isinstance(here, Mapping) and rest[0] == here.get("op"):
        if len(rest) > 2 and rest[1] == "terms" and isinstance(rest[2], int):
            place += ["terms", str(rest[2])]
            here, rest = here["terms"][rest[2]], rest[3:]
        else:
            rest = rest[1:]
            break
    code = NO_TERM if error["type"].startswith("union_tag") and not rest else f"form_{error['type']}"
    return RuleFault(".".join(place), ".".join(map(str, rest)), code, str(error["msg"]))


UNCOUNTED = frozenset(
    {
        EventKind.COMMAND_SENT,
        EventKind.COMMAND_FAILED,
        EventKind.COMMAND_UNCERTAIN,
        EventKind.SEGMENT_ENTERED,
        EventKind.SEGMENT_LEFT,
    }
)
"""Kinds that rules may not count: each send would change who gets the next, each member who is one."""
