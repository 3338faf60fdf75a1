"""Terms that belong to no other module: what happened to a person, chance, and membership in another segment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import Field, field_validator, model_validator

from weloop.audience import repository
from weloop.audience.rule import UNCOUNTED, YEAR
from weloop.audience.rule_sql import look_into, write_condition
from weloop.contracts.chance import bucket, bucket_sql
from weloop.contracts.conditions import Condition, Predicate, Text, compile_condition, fields_of, walk
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
    fixed,
    named,
)
from weloop.identity.api import find_identities
from weloop.inbox.api import BEGINNING, read_periods_of
from weloop.kit.clock import midnight
from weloop.kit.unit import UnitOfWork

SEGMENT_MARK = "segment:"
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
KnownEvent: TypeAlias = tuple[datetime, int, Mapping[str, Any]]
"""Moment, account, data."""


class EventTerm(Term):
    """What happened: events of a kind, so often within a period; or the first or the last of them ever.

    Events of one moment are told apart by the order in which they were received. What is yet to happen does not count.
    """

    op: Literal["event"]
    kind: EventKind
    account_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    which: Literal["any", "first", "last"] = "any"
    times: Literal["at_least", "at_most", "exactly"] = "at_least"
    n: Annotated[int, Field(ge=0, le=10_000)] = 1
    where: Condition | None = None
    within_seconds: Annotated[int, Field(ge=1, le=10 * YEAR)] | None = None
    first_day: date | None = None
    last_day: date | None = None
    """Beijing days, both included."""

    @field_validator("kind")
    @classmethod
    def _counted(cls, kind: EventKind) -> EventKind:
        if kind in UNCOUNTED:
            raise ValueError("these events count in no rule")
        return kind

    @field_validator("where")
    @classmethod
    def _of_event(cls, where: Condition | None) -> Condition | None:
        if any(not name.startswith("event.") for name in fields_of(where)):
            raise ValueError("conditions here are on event.…")
        return where

    @field_validator("first_day", "last_day")
    @classmethod
    def _in_reach(cls, day: date | None) -> date | None:
        if day is not None and not 1970 <= day.year <= 9000:
            raise ValueError("no such day")
        return day

    @model_validator(mode="after")
    def _fits(self) -> "EventTerm":
        if self.which != "any" and (self.times, self.n) != ("at_least", 1):
            raise ValueError("there is one first event, and one last")
        if self.times == "at_least" and self.n == 0:
            raise ValueError("at least none is always so")
        return self

    def is_timed(self) -> bool:
        """See :class:`Term`."""
        return self.within_seconds is not None

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (str(self.kind),)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (self._need,)

    @cached_property
    def _need(self) -> Need:
        """Of what lies before a period nothing is asked; which is the first or the last of all, all must tell."""
        if self.which != "any":
            return ("events", self.kind, None, None)
        return ("events", self.kind, self.within_seconds, self.first_day)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        source = (
            "FROM event AS e JOIN identity AS i ON i.id = e.identity_id"
            f" WHERE e.kind = {query.bind(str(self.kind), 'text')}"
        )
        if self.account_id is not None:
            source += f" AND e.account_id = {query.bind(self.account_id, 'int')}"
        if self.which != "any":
            return self._picked_sql(query, f"{source} AND e.occurred_at <= {query.now}")
        source += f" AND {self._fitting_sql(query, 'e')}"
        if self.times == "at_least":
            return f"{self._set_sql(query, source, self.n)}.person_id IS NOT NULL"
        too_often = f"{self._set_sql(query, source, self.n + 1)}.person_id IS NULL"
        if self.times == "at_most" or self.n == 0:
            return too_often
        return f"{self._set_sql(query, source, self.n)}.person_id IS NOT NULL AND {too_often}"

    def passed_sql(self, query: TermQuery, since: datetime) -> str | None:
        """See :class:`Term`."""
        age = timedelta(seconds=self.within_seconds or 0)
        after, until = (query.bind(each - age, "timestamptz") for each in (since, query.at))
        return (
            "SELECT i.person_id FROM event AS e JOIN identity AS i ON i.id = e.identity_id"
            f" WHERE e.kind = {query.bind(str(self.kind), 'text')}"
            f" AND e.occurred_at > {after} AND e.occurred_at <= {until}"
        )

    def _set_sql(self, query: TermQuery, source: str, least: int) -> str:
        having = f" HAVING count(*) >= {query.bind(least, 'int')}" if least > 1 else ""
        return query.join(f"SELECT i.person_id {source} GROUP BY i.person_id{having}")

    def _picked_sql(self, query: TermQuery, source: str) -> str:
        order = "DESC" if self.which == "last" else "ASC"
        picked = query.join(
            f"SELECT DISTINCT ON (i.person_id) i.person_id, e.occurred_at, e.data {source}"
            f" ORDER BY i.person_id, e.occurred_at {order}, e.id {order}"
        )
        return f"{picked}.person_id IS NOT NULL AND {self._fitting_sql(query, picked)}"

    def _fitting_sql(self, query: TermQuery, row: str) -> str:
        after, before = self._period(query.at)
        parts = [f"{row}.occurred_at < {query.bind(before, 'timestamptz')}"]
        if after is not None:
            parts.append(f"{row}.occurred_at > {query.bind(after, 'timestamptz')}")
        if self.where is not None:
            look = partial(self._look_sql, query, f"{row}.data")
            parts.append(write_condition(self.where, query, look))
        return " AND ".join(parts)

    @staticmethod
    def _look_sql(query: TermQuery, column: str, name: str) -> str:
        return look_into(column, name.split(".")[1:], query)

    def _period(self, now: datetime) -> tuple[datetime | None, datetime]:
        """After and before which an event counts, both excluded; None: since ever. The last answer is kept."""
        if now not in self._periods:
            self._periods.clear()
            self._periods[now] = self._find_period(now)
        return self._periods[now]

    @cached_property
    def _periods(self) -> dict[datetime, tuple[datetime | None, datetime]]:
        return {}

    def _find_period(self, now: datetime) -> tuple[datetime | None, datetime]:
        ends = [now + TICK]
        begins = []
        if self.last_day is not None:
            ends.append(midnight(self.last_day + DAY))
        if self.first_day is not None:
            begins.append(midnight(self.first_day) - TICK)
        if self.within_seconds is not None:
            begins.append(now - timedelta(seconds=self.within_seconds))
        return max(begins, default=None), min(ends)

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        events: Sequence[KnownEvent] = facts.get(self._need) or ()
        if len(events) < self.n and self.which == "any":
            return self.times == "at_most"
        if self.account_id is not None:
            events = [event for event in events if event[1] == self.account_id]
        after, before = self._period(facts.now)
        if self.which != "any":
            known = [event for event in events if event[0] <= facts.now]
            return bool(known) and self._count(known[0 if self.which == "first" else -1 :][:1], after, before) == 1
        n = self._count(events, after, before)
        if self.times == "at_least":
            return n >= self.n
        return n <= self.n if self.times == "at_most" else n == self.n

    def _count(self, events: Sequence[KnownEvent], after: datetime | None, before: datetime) -> int:
        n = 0
        for at, _, data in events:
            if at < before and (after is None or at > after) and (self.where is None or self._fits_event(data)):
                n += 1
        return n

    def _fits_event(self, data: Mapping[str, Any]) -> bool:
        return self._predicate(lambda name: walk(data, name.partition(".")[2]))

    @cached_property
    def _predicate(self) -> Predicate:
        return compile_condition(self.where)


async def load_events(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("events", kind, within seconds, since a day): those of the period in order, as (moment, account, data).

    Of a kind all needs get what the longest of their periods holds.
    """
    person_of = await find_identities(unit, persons)
    since: dict[str, datetime] = {}
    for _, kind, within, day in cast("Collection[tuple[str, EventKind, int | None, date | None]]", needs):
        begins = [BEGINNING[0]]
        if within is not None:
            begins.append(unit.now - timedelta(seconds=within))
        if day is not None:
            begins.append(midnight(day))
        since[str(kind)] = min(since.get(str(kind), max(begins)), max(begins))
    found: dict[str, defaultdict[int, list[Any]]] = {kind: defaultdict(list) for kind in since}
    rows = await read_periods_of(unit.connection, person_of, since) if person_of else ()
    for row in sorted(rows, key=lambda row: (row.occurred_at, row.id)):
        found[row.kind][person_of[row.identity_id]].append((row.occurred_at, row.account_id, row.data))
    return {need: found[str(need[1])] for need in needs}


class BucketTerm(Term):
    """Where chance puts a person, from ``from_percent`` to below ``to_percent``; always the same for a ``salt``."""

    op: Literal["bucket"]
    salt: Annotated[Text, Field(min_length=1, max_length=60)]
    from_percent: Annotated[float, Field(ge=0, le=100)] = 0
    to_percent: Annotated[float, Field(ge=0, le=100)]

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return ()

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return ()

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        place = bucket_sql(query.bind(self.salt, "text"), "p.id")
        first, last = (query.bind(each / 100, "float8") for each in (self.from_percent, self.to_percent))
        return f"{place} >= {first} AND {place} < {last}"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        return self.from_percent / 100 <= bucket(self.salt, facts.person_id) < self.to_percent / 100


class SegmentTerm(Term):
    """Who is a member of another segment."""

    op: Literal["segment"]
    segment_id: Annotated[int, Field(ge=1, lt=2**31)]

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (f"{SEGMENT_MARK}{self.segment_id}",)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (("segment", self.segment_id),)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        members = f"SELECT person_id FROM segment_member WHERE segment_id = {query.bind(self.segment_id, 'int')}"
        return f"{query.join(members)}.person_id IS NOT NULL"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        return facts.get(("segment", self.segment_id)) is not None


async def load_memberships(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("segment", id): True for its members."""
    found: dict[Need, dict[int, bool]] = {need: {} for need in needs}
    segments = [int(str(need[1])) for need in needs]
    for row in await repository.find_memberships(unit.connection, segments, persons):
        found["segment", row.segment_id][row.person_id] = True
    return found


async def check_segments(unit: UnitOfWork, terms: Sequence[SegmentTerm]) -> Sequence[Sequence[Fault]]:
    """Segments that are there and not archived."""
    known = await repository.find_live(unit.connection, {term.segment_id for term in terms})
    fault = ("segment_id", "segment_unknown", "there is no such segment")
    return [() if term.segment_id in known else (fault,) for term in terms]


async def segment_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All segments that are not archived."""
    rows = await repository.list_names(unit.connection)
    return named((row.id, row.name) for row in rows)


_WHICH = fixed(("any", "任意一次", "any"), ("first", "第一次", "the first"), ("last", "最近一次", "the last"))
_TIMES = fixed(("at_least", "至少", "at least"), ("at_most", "至多", "at most"), ("exactly", "恰好", "exactly"))
OFFER = Offer(
    Words("行为与人群", "Events and segments"),
    terms=(
        TermOffer(
            EventTerm,
            Words("发生过的事件", "Event happened"),
            (
                TermSetting("kind", Words("事件", "Event"), "event_kind"),
                TermSetting("account_id", Words("账号", "Account"), "number", required=False),
                TermSetting("which", Words("哪一次", "Which"), "choice", required=False, choices=_WHICH),
                TermSetting("times", Words("次数", "How often"), "choice", required=False, choices=_TIMES),
                TermSetting("n", Words("次", "Times"), "number", required=False),
                TermSetting("where", Words("事件属性", "Properties"), "condition", required=False),
                TermSetting("within_seconds", Words("最近", "Within the last"), "seconds", required=False),
                TermSetting("first_day", Words("从（含）", "From"), "text", required=False),
                TermSetting("last_day", Words("到（含）", "Until"), "text", required=False),
            ),
        ),
        TermOffer(
            SegmentTerm,
            Words("属于人群", "Member of a segment"),
            (TermSetting("segment_id", Words("人群", "Segment"), "choice", choices=segment_choices),),
            check_segments,
        ),
        TermOffer(
            BucketTerm,
            Words("随机分桶", "Random bucket"),
            (
                TermSetting("salt", Words("分桶名称", "Name of the draw"), "text"),
                TermSetting("from_percent", Words("从 %", "From %"), "number", required=False),
                TermSetting("to_percent", Words("到 %（不含）", "To below %"), "number"),
            ),
        ),
    ),
    loaders={"events": load_events, "segment": load_memberships},
)
