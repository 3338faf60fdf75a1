"""A rule as a closure over the facts of one person, and the loading of facts for many."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from weloop.audience.moments import moment_of
from weloop.audience.rule import FieldTest, Leaf, Rule, RuleGroup, Terms, Within, leaves_of
from weloop.contracts.conditions import ORDERS, Compare, Known, OneOf, compile_test
from weloop.contracts.terms import Need, PersonFacts, Term
from weloop.kit.unit import UnitOfWork

Holds: TypeAlias = Callable[[PersonFacts], bool]


def compile_rule(terms: Terms, rule: Rule) -> Holds:
    """The closure that decides a rule."""
    if isinstance(rule, RuleGroup):
        parts = tuple(compile_rule(terms, each) for each in rule.terms)
        return partial(_GROUPS[rule.op], parts)
    return rule.holds if isinstance(rule, Term) else _compile_field(terms, rule)


def _all(parts: tuple[Holds, ...], facts: PersonFacts) -> bool:
    for part in parts:  # noqa: SIM110 -- a loop is half the cost of a generator, for millions of judgements
        if not part(facts):
            return False
    return True


def _any(parts: tuple[Holds, ...], facts: PersonFacts) -> bool:
    for part in parts:  # noqa: SIM110 -- the same
        if part(facts):
            return True
    return False


def _none(parts: tuple[Holds, ...], facts: PersonFacts) -> bool:
    return not _any(parts, facts)


_GROUPS: Mapping[str, Callable[[tuple[Holds, ...], PersonFacts], bool]] = {"all": _all, "any": _any, "none": _none}


def _compile_field(terms: Terms, leaf: FieldTest) -> Holds:
    offered = terms.fields[leaf.field]
    if isinstance(leaf, Within):
        age = timedelta(seconds=leaf.seconds)
        return partial(_within if leaf.op == "within" else _longer_ago, offered.need, offered.value, age)
    test = _moment_test(leaf) if offered.type == "moment" else compile_test(leaf)
    return partial(_ask, offered.need, offered.value, test)


def _ask(need: Need, value: Callable[[Any], Any], test: Callable[[Any], bool], facts: PersonFacts) -> bool:
    known = facts.get(need)
    return test(None if known is None else value(known))


def _within(need: Need, value: Callable[[Any], Any], age: timedelta, facts: PersonFacts) -> bool:
    known = facts.get(need)
    at: datetime | None = None if known is None else value(known)
    return at is not None and facts.now - age < at <= facts.now


def _longer_ago(need: Need, value: Callable[[Any], Any], age: timedelta, facts: PersonFacts) -> bool:
    known = facts.get(need)
    at: datetime | None = None if known is None else value(known)
    return at is not None and at <= facts.now - age


def _moment_test(leaf: Compare | OneOf | Known) -> Callable[[Any], bool]:
    if isinstance(leaf, Known):
        return compile_test(leaf)
    if isinstance(leaf, OneOf):
        moments = frozenset(map(moment_of, leaf.value)) - {None}
        return lambda at: at in moments
    wanted = moment_of(leaf.value)
    if leaf.op in ("is", "is_not"):
        return lambda at: (at is not None and at == wanted) is (leaf.op == "is")
    order = ORDERS.get(leaf.op)
    return lambda at: order is not None and at is not None and wanted is not None and order(at, wanted)


def needs_of(terms: Terms, rules: Iterable[Rule]) -> frozenset[Need]:
    """All that rules must know of a person."""
    return frozenset(need for rule in rules for leaf in leaves_of(rule) for need in _needs(terms, leaf))


def _needs(terms: Terms, leaf: Leaf) -> Iterable[Need]:
    return leaf.needs() if isinstance(leaf, Term) else (terms.fields[leaf.field].need,)


async def load_facts(
    unit: UnitOfWork, terms: Terms, persons: Collection[int], needs: Collection[Need]
) -> Mapping[int, PersonFacts]:
    """The facts of these persons: a question or two for each family, however many persons and rules there are."""
    by_family: defaultdict[str, set[Need]] = defaultdict(set)
    for need in needs:
        by_family[str(need[0])].add(need)
    known: dict[Need, Mapping[int, Any]] = {}
    for family, wanted in sorted(by_family.items()):
        known |= await terms.loaders[family](unit, persons, wanted)
    return {person: PersonFacts(person, unit.now, known) for person in persons}


def marks_of(terms: Terms, rule: Rule) -> frozenset[str]:
    """What may change it."""
    found: set[str] = set()
    for leaf in leaves_of(rule):
        found |= set(leaf.marks()) if isinstance(leaf, Term) else terms.fields[leaf.field].marks
    return frozenset(found)


def is_timed(terms: Terms, rule: Rule) -> bool:
    """Whether time alone may change it."""
    return any(
        leaf.is_timed() if isinstance(leaf, Term) else isinstance(leaf, Within) or terms.fields[leaf.field].timed
        for leaf in leaves_of(rule)
    )
