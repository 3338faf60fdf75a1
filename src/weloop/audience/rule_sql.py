"""A rule as one SQL condition on ``person AS p``, and comparisons in SQL as ``contracts/conditions.py`` means them.

An expression may be NULL where it means false; whatever negates says ``IS NOT TRUE``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from weloop.audience.moments import moment_of
from weloop.audience.rule import Leaf, Rule, RuleGroup, Terms, Within, leaves_of
from weloop.audience.rule_closure import is_timed
from weloop.contracts.conditions import NUMBER, Compare, Condition, Group, Known, OneOf, Scalar, Wanted
from weloop.contracts.terms import FieldType, Term, TermQuery

_SIGNS = {"less": "<", "at_most": "<=", "more": ">", "at_least": ">="}


@dataclass(slots=True)
class Query:
    """A statement under construction; see :class:`weloop.contracts.terms.TermQuery`."""

    at: datetime
    arguments: list[object] = field(default_factory=list)
    _bound: dict[tuple[str, str], str] = field(default_factory=dict)
    _joined: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> str:
        """World time."""
        return self.bind(self.at, "timestamptz")

    def bind(self, value: object, sql_type: str) -> str:
        """See the protocol."""
        key = (repr(value), sql_type)
        if key not in self._bound:
            self.arguments.append(value)
            self._bound[key] = f"${len(self.arguments)}::{sql_type}"
        return self._bound[key]

    def join(self, select: str) -> str:
        """See the protocol."""
        return self._joined.setdefault(select, f"j{len(self._joined) + 1}")

    def beside(self) -> "Query":
        """Another select of the same statement, with the same arguments."""
        return Query(self.at, self.arguments, self._bound)

    def as_of(self, moment: datetime) -> "Query":
        """The same select, asked of another moment."""
        return Query(moment, self.arguments, self._bound, self._joined)

    @property
    def source(self) -> str:
        """What to select from: everybody, with what the terms have joined."""
        return self._join("LEFT JOIN")

    @property
    def joined_source(self) -> str:
        """The same, of those alone of whom all that is joined knows something."""
        return self._join("JOIN")

    def _join(self, how: str) -> str:
        joins = (f"{how} ({select}) AS {alias} ON {alias}.person_id = p.id" for select, alias in self._joined.items())
        return " ".join(("person AS p", *joins))

    @property
    def drawn_source(self) -> str:
        """The same for few: those in ``drawn``, each looked up by its id in what the terms have joined.

        OFFSET 0 keeps the planner from turning the look-ups into joins of whole tables.
        """
        joins = (
            f"LEFT JOIN LATERAL (SELECT * FROM ({select}) AS s WHERE s.person_id = p.id OFFSET 0) AS {alias} ON true"
            for select, alias in self._joined.items()
        )
        return " ".join(("drawn AS p", *joins))


def write_rule(terms: Terms, rule: Rule, query: Query) -> str:
    """The condition of a whole rule."""
    if isinstance(rule, RuleGroup):
        return _group(rule.op, [write_rule(terms, each, query) for each in rule.terms])
    return f"({_leaf(terms, rule, query)})"


def write_passed(terms: Terms, rule: Rule, query: Query, since: datetime) -> str | None:
    """A select of ``person_id`` of all for whom time alone may have changed a rule, after ``since`` until now; None
    where that cannot be told, or nothing of the rule is timed.
    """
    selects = [_passed(terms, leaf, query, since) for leaf in leaves_of(rule) if is_timed(terms, leaf)]
    return " UNION ".join(each or "" for each in selects) if selects and all(selects) else None


def _passed(terms: Terms, leaf: Leaf, query: Query, since: datetime) -> str | None:
    if isinstance(leaf, Term):
        return leaf.passed_sql(query, since)
    own = query.beside()
    if not isinstance(leaf, Within):
        # Without a row there is no value that could change.
        now, before = _leaf(terms, leaf, own), _leaf(terms, leaf, own.as_of(since))
        return f"SELECT p.id AS person_id FROM {own.joined_source} WHERE ({now}) IS DISTINCT FROM ({before})"
    age = timedelta(seconds=leaf.seconds)
    after, until = (own.bind(each - age, "timestamptz") for each in (since, query.at))
    moment = terms.fields[leaf.field].sql(own)
    return f"SELECT p.id AS person_id FROM {own.source} WHERE {moment} > {after} AND {moment} <= {until}"


def _group(op: str, parts: Sequence[str]) -> str:
    if op == "all":
        return f"({' AND '.join(parts)})"
    return f"({' OR '.join(parts)})" + (" IS NOT TRUE" if op == "none" else "")


def _leaf(terms: Terms, leaf: Leaf, query: Query) -> str:
    if isinstance(leaf, Term):
        return leaf.sql(query)
    offered = terms.fields[leaf.field]
    expression = offered.sql(query)
    if isinstance(leaf, Within):
        edge = query.bind(query.at - timedelta(seconds=leaf.seconds), "timestamptz")
        if leaf.op == "within":
            return f"{expression} > {edge} AND {expression} <= {query.now}"
        return f"{expression} <= {edge}"
    return write_test(leaf, _Typed(query, offered.type, expression))


def write_condition(condition: Condition, query: TermQuery, look: Callable[[str], str]) -> str:
    """A condition on what is stored as JSON; ``look`` answers the jsonb expression of a field."""
    if isinstance(condition, Group):
        return _group(condition.op, [write_condition(each, query, look) for each in condition.terms])
    return f"({write_test(condition, JsonValue(query, look(condition.field)))})"


def look_into(column: str, path: Sequence[str], query: TermQuery) -> str:
    """The jsonb expression of the value under these names; a list has no names."""
    return column + "".join(f" -> {query.bind(name, 'text')}" for name in path)


def write_test(leaf: Compare | OneOf | Known, value: "_Typed | JsonValue") -> str:
    """What a leaf asks of a value."""
    if isinstance(leaf, Known):
        return f"({value.known()}) IS {'TRUE' if leaf.op == 'known' else 'NOT TRUE'}"
    if isinstance(leaf, OneOf):
        return " OR ".join(f"({value.same(each)})" for each in leaf.value)
    if leaf.op in ("is", "is_not"):
        return f"({value.same(leaf.value)}) IS {'TRUE' if leaf.op == 'is' else 'NOT TRUE'}"
    if leaf.op == "contains":
        return value.contains(leaf.value)
    return value.ordered(_SIGNS[leaf.op], leaf.value)


@dataclass(frozen=True, slots=True)
class JsonValue:
    """Comparisons of a jsonb expression."""

    query: TermQuery
    it: str

    def _by_type(self, **cases: str) -> str:
        whens = " ".join(f"WHEN '{name}' THEN {case}" for name, case in cases.items())
        return f"CASE jsonb_typeof({self.it}) {whens} ELSE false END"

    def same(self, value: Scalar) -> str:
        wanted = Wanted.of(value)
        text = f"{self.it} #>> '{{}}' = {self.query.bind(wanted.text, 'text')}"
        cases = {"string": text}
        if wanted.text in ("true", "false"):
            cases["boolean"] = text
        if wanted.number is not None:
            cases["number"] = f"({self.it} #>> '{{}}')::float8 = {self.query.bind(wanted.number, 'float8')}"
        return self._by_type(**cases)

    def ordered(self, sign: str, value: Scalar) -> str:
        wanted = Wanted.of(value)
        cases = {"string": _text_ordered(self.query, f"({self.it} #>> '{{}}')", sign, wanted)}
        if wanted.number is not None:
            cases["number"] = f"({self.it} #>> '{{}}')::float8 {sign} {self.query.bind(wanted.number, 'float8')}"
        return self._by_type(**cases)

    def contains(self, value: Scalar) -> str:
        each = JsonValue(self.query, "each.value").same(value)
        return self._by_type(
            string=f"strpos({self.it} #>> '{{}}', {self.query.bind(Wanted.of(value).text, 'text')}) > 0",
            array=f"EXISTS (SELECT 1 FROM jsonb_array_elements({self.it}) AS each (value) WHERE {each})",
        )

    def known(self) -> str:
        return f"""{self.it} NOT IN ('null', '""', '[]')"""


@dataclass(frozen=True, slots=True)
class _Typed:
    """Comparisons of an expression of a known type."""

    query: TermQuery
    type: FieldType
    it: str

    def same(self, value: Scalar) -> str:
        wanted = Wanted.of(value)
        if self.type == "text":
            return f"{self.it} = {self.query.bind(wanted.text, 'text')}"
        if self.type == "number" and wanted.number is not None:
            return f"{self.it} = {self.query.bind(wanted.number, 'float8')}"
        if self.type == "bool" and wanted.text in ("true", "false"):
            return f"{self.it} = {wanted.text}"
        if self.type == "moment" and (moment := moment_of(value)) is not None:
            return f"{self.it} = {self.query.bind(moment, 'timestamptz')}"
        return "false"

    def ordered(self, sign: str, value: Scalar) -> str:
        wanted = Wanted.of(value)
        if self.type == "text":
            return _text_ordered(self.query, self.it, sign, wanted)
        if self.type == "number" and wanted.number is not None:
            return f"{self.it} {sign} {self.query.bind(wanted.number, 'float8')}"
        if self.type == "moment" and (moment := moment_of(value)) is not None:
            return f"{self.it} {sign} {self.query.bind(moment, 'timestamptz')}"
        return "false"

    def contains(self, value: Scalar) -> str:
        if self.type not in ("text", "texts"):
            return "false"
        text = self.query.bind(Wanted.of(value).text, "text")
        return f"strpos({self.it}, {text}) > 0" if self.type == "text" else f"{text} = ANY ({self.it})"

    def known(self) -> str:
        if self.type == "texts":
            return f"cardinality({self.it}) > 0"
        return f"{self.it} <> ''" if self.type == "text" else f"{self.it} IS NOT NULL"


def _text_ordered(query: TermQuery, it: str, sign: str, wanted: Wanted) -> str:
    by_text = f'{it} COLLATE "C" {sign} {query.bind(wanted.text, "text")}'
    if wanted.number is None:
        return by_text
    by_size = f"{it}::float8 {sign} {query.bind(wanted.number, 'float8')}"
    return f"CASE WHEN {it} ~ '{NUMBER}' THEN {by_size} ELSE {by_text} END"
