"""Terms over what we note of persons: tags and typed attributes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from weloop.audience.attributes import open_attributes
from weloop.audience.rule_sql import JsonValue, write_test
from weloop.audience.tags_rows import list_tags
from weloop.contracts.conditions import Compare, Known, OneOf, Scalar, Text, compile_test
from weloop.contracts.events import EventKind
from weloop.contracts.terms import (
    Choice,
    Fault,
    Need,
    Offer,
    PersonFacts,
    Term,
    TermOffer,
    TermQuery,
    TermSetting,
    Words,
    named,
)
from weloop.kit.clock import beijing_date
from weloop.kit.db import literal, run
from weloop.kit.unit import UnitOfWork

_DAYS = ("next_days", "last_days")
MOST_DAYS = 3_660


class TagTerm(Term):
    """Who carries a tag."""

    op: Literal["tag"]
    tag_id: Annotated[int, Field(ge=1, lt=2**63)]

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (str(EventKind.PERSON_TAGGED), str(EventKind.PERSON_UNTAGGED))

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (("tag", self.tag_id),)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        carriers = f"SELECT person_id FROM person_tag WHERE tag_id = {query.bind(self.tag_id, 'bigint')}"
        return f"{query.join(carriers)}.person_id IS NOT NULL"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        return facts.get(("tag", self.tag_id)) is not None


class AttributeTerm(Term):
    """What an attribute of a person is compared with; a day is written ``YYYY-MM-DD``.

    ``next_days`` and ``last_days``: a day from today until so many days later, or from so many days ago until today,
    in Beijing.
    """

    op: Literal["attribute"]
    key: Annotated[Text, Field(min_length=1, max_length=60)]
    test: Literal[
        "is",
        "is_not",
        "less",
        "at_most",
        "more",
        "at_least",
        "contains",
        "one_of",
        "known",
        "unknown",
        "next_days",
        "last_days",
    ]
    value: Scalar | Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "AttributeTerm":
        if self.test in _DAYS:
            if type(self.value) is not int or not 0 <= self.value <= MOST_DAYS:
                raise ValueError(f"days are a whole number up to {MOST_DAYS}")
            return self
        wanted = (self.value is None, isinstance(self.value, tuple))
        if wanted != (self.test in ("known", "unknown"), self.test == "one_of"):
            raise ValueError("one_of takes several values, known and unknown none, all others one")
        return self

    def is_timed(self) -> bool:
        """See :class:`Term`."""
        return self.test in _DAYS

    @cached_property
    def _leaf(self) -> Compare | OneOf | Known:
        form: Any = Known if self.value is None else OneOf if isinstance(self.value, tuple) else Compare
        leaf: Compare | OneOf | Known = form.model_construct(op=self.test, field=self.key, value=self.value)
        return leaf

    @cached_property
    def _test(self) -> Callable[[Any], bool]:
        return compile_test(self._leaf)

    def _days(self, now: datetime) -> tuple[Compare, Compare]:
        today, span = beijing_date(now), timedelta(days=int(str(self.value)))
        first, last = (today, today + span) if self.test == "next_days" else (today - span, today)
        return (
            Compare.model_construct(op="at_least", field=self.key, value=str(first)),
            Compare.model_construct(op="at_most", field=self.key, value=str(last)),
        )

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (str(EventKind.ATTRIBUTE_CHANGED),)

    def passed_sql(self, query: TermQuery, since: datetime) -> str | None:
        """See :class:`Term`. Days come and go at midnight: between two, nobody's values need to be read."""
        if beijing_date(query.at) == beijing_date(since):
            return "SELECT person_id FROM person_attribute WHERE false"
        value = JsonValue(query, "a.value")
        now, before = (
            " AND ".join(write_test(each, value) for each in self._days(moment)) for moment in (query.at, since)
        )
        return f"SELECT person_id FROM ({self._values(query)}) AS a WHERE ({now}) IS DISTINCT FROM ({before})"

    def _values(self, query: TermQuery) -> str:
        return (
            "SELECT person_id, coalesce(to_jsonb(text), to_jsonb(number), to_jsonb(day), to_jsonb(flag)) AS value"
            " FROM person_attribute"
            f" WHERE attribute_id = (SELECT id FROM attribute WHERE key = {query.bind(self.key, 'text')})"
        )

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (("attribute", self.key),)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        known = query.join(self._values(query))
        value = JsonValue(query, f"{known}.value")
        if self.test in _DAYS:
            return " AND ".join(write_test(each, value) for each in self._days(query.at))
        return write_test(self._leaf, value)

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        value = facts.get(("attribute", self.key))
        if self.test in _DAYS:
            return all(compile_test(each)(value) for each in self._days(facts.now))
        return self._test(value)


async def load_tags(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("tag", id): True for who carries it."""
    rows = await run(
        unit.connection,
        """
        SELECT tag_id, person_id FROM person_tag
        WHERE person_id = ANY ($1::text::bigint[]) AND tag_id = ANY ($2::bigint[])
        """,
        literal(persons),
        sorted(int(str(need[1])) for need in needs),
    )
    found: dict[Need, dict[int, bool]] = {need: {} for need in needs}
    for row in rows:
        found["tag", row.tag_id][row.person_id] = True
    return found


async def load_attributes(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("attribute", key): its plain value."""
    rows = await run(
        unit.connection,
        """
        SELECT a.key, v.person_id, coalesce(to_jsonb(v.text), to_jsonb(v.number), to_jsonb(v.day), to_jsonb(v.flag))
            AS value
        FROM attribute AS a JOIN person_attribute AS v ON v.attribute_id = a.id
        WHERE v.person_id = ANY ($1::text::bigint[]) AND a.key = ANY ($2::text[])
        """,
        literal(persons),
        sorted(str(need[1]) for need in needs),
    )
    found: dict[Need, dict[int, Any]] = {need: {} for need in needs}
    for row in rows:
        found["attribute", row.key][row.person_id] = row.value
    return found


async def check_tags(unit: UnitOfWork, terms: Sequence[TagTerm]) -> Sequence[Sequence[Fault]]:
    """Tags that are there."""
    known = {tag.id for tag in await list_tags(unit.session)}
    fault = ("tag_id", "tag_unknown", "there is no such tag")
    return [() if term.tag_id in known else (fault,) for term in terms]


async def check_attributes(unit: UnitOfWork, terms: Sequence[AttributeTerm]) -> Sequence[Sequence[Fault]]:
    """Attributes that are there and not archived."""
    known = await open_attributes(unit)
    fault = ("key", "attribute_unknown", "there is no such attribute")
    return [() if term.key in known else (fault,) for term in terms]


async def tag_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All tags but those that are gone."""
    return [Choice(tag.id, Words(tag.name, tag.name)) for tag in await list_tags(unit.session)]


async def attribute_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All attributes that are not archived."""
    return named((key, row.name) for key, row in (await open_attributes(unit)).items())


async def _tests(_unit: UnitOfWork) -> Sequence[Choice]:
    words = (
        ("is", "等于", "is"),
        ("is_not", "不等于", "is not"),
        ("one_of", "属于", "is one of"),
        ("contains", "包含", "contains"),
        ("less", "小于", "is less than"),
        ("at_most", "至多", "is at most"),
        ("more", "大于", "is more than"),
        ("at_least", "至少", "is at least"),
        ("known", "已知", "is known"),
        ("unknown", "未知", "is unknown"),
        ("next_days", "在未来几天内", "is within the next days"),
        ("last_days", "在过去几天内", "was within the last days"),
    )
    return [Choice(value, Words(zh, en)) for value, zh, en in words]


OFFER = Offer(
    Words("标签与属性", "Tags and attributes"),
    terms=(
        TermOffer(
            TagTerm,
            Words("有标签", "Carries a tag"),
            (TermSetting("tag_id", Words("标签", "Tag"), "choice", choices=tag_choices),),
            check_tags,
        ),
        TermOffer(
            AttributeTerm,
            Words("属性", "Attribute"),
            (
                TermSetting("key", Words("属性", "Attribute"), "choice", choices=attribute_choices),
                TermSetting("test", Words("比较", "Comparison"), "choice", choices=_tests),
                TermSetting("value", Words("值", "Value"), "text", required=False),
            ),
            check_attributes,
        ),
    ),
    loaders={"tag": load_tags, "attribute": load_attributes},
)
