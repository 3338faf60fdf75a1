"""What a module offers to the rules of segments (人群): terms and fields, each as SQL for many and a closure for one.

A term is a small document of a rule with two meanings that must agree: a condition in SQL on ``person AS p``, and a
predicate over the facts of one person. ``audience`` only combines them; ``entrypoints/bootstrap.py`` says who offers.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from weloop.contracts.conditions import Model

Need: TypeAlias = tuple[Hashable, ...]
"""What a term must know of a person: the family whose loader brings it, and which of it, as ("path", 3)."""
PROFILE, RELATION, SEEN, CONSENT = "profile", "relation", "seen", "consent"
"""Marks of what changes of a person besides what events are: the profile, who has them as a friend and by which code
they came, when they were seen, what was noted of their wishes by hand. The marks of events are their kinds."""


@dataclass(frozen=True, slots=True)
class ManyChanged:
    """What these marks stand for has changed of many persons at once, of which no event tells: whatever listens for one
    of them judges everybody anew.
    """

    marks: frozenset[str]


class TermQuery(Protocol):
    """The statement that a term becomes part of. One row of ``person AS p`` is judged."""

    @property
    def at(self) -> datetime:
        """World time."""

    @property
    def now(self) -> str:
        """The same as a placeholder."""

    def bind(self, value: object, sql_type: str) -> str:
        """A placeholder for a value, cast to its type; the same value twice is the same placeholder."""

    def join(self, select: str) -> str:
        """The alias of a sub-select that is joined by its column ``person_id``, of which it has one row each at most.

        All its columns are NULL for persons who are not in it. The same text twice is joined once.
        """


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of one person at a moment, by need; ``known`` is of a whole batch."""

    person_id: int
    now: datetime
    known: Mapping[Need, Mapping[int, Any]]

    def get(self, need: Need) -> Any:
        """What the loader brought for a need; None where it knows nothing of the person."""
        return self.known[need].get(self.person_id)


class Term(Model):
    """A term of a rule. ``op`` tells it apart; its other fields are what an author sets."""

    @abstractmethod
    def sql(self, query: TermQuery) -> str:
        """A condition in SQL. NULL counts as false."""

    @abstractmethod
    def holds(self, facts: PersonFacts) -> bool:
        """The same of one person."""

    @abstractmethod
    def needs(self) -> Iterable[Need]:
        """The facts that :meth:`holds` asks for."""

    @abstractmethod
    def marks(self) -> Iterable[str]:
        """What may change it: kinds of events, and marks that modules touch persons with."""

    def is_timed(self) -> bool:
        """Whether time alone may change it, as it is set."""
        return False

    def passed_sql(self, query: TermQuery, since: datetime) -> str | None:
        """A select of ``person_id`` of all for whom time alone may have changed it after ``since`` until now, since
        a moment passed the edge of a period. More persons do no harm. None: that cannot be told.
        """
        return None


FactLoader: TypeAlias = Callable[[Any, Collection[int], Collection[Need]], Awaitable[Mapping[Need, Mapping[int, Any]]]]
"""(unit of work, persons, needs of its family) → by need and person what is known; persons may be left out."""
FieldType: TypeAlias = Literal["text", "number", "bool", "texts", "moment"]


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called on screen."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to choose, with its name."""

    value: str | int
    name: Words


Choices: TypeAlias = Callable[[Any], Awaitable[Sequence[Choice]]]
"""(unit of work) → what there is to choose now."""


def fixed(*words: tuple[str, str, str]) -> Choices:
    """Always the same ones: (value, Chinese, English)."""
    offered = tuple(Choice(value, Words(zh, en)) for value, zh, en in words)

    async def choose(_unit: Any) -> Sequence[Choice]:
        return offered

    return choose


def named(found: Iterable[tuple[str | int, str]]) -> Sequence[Choice]:
    """Things that have one name in every language: (value, name)."""
    return [Choice(value, Words(name, name)) for value, name in found]


no_choices = fixed()
"""Where anything may be written."""


@dataclass(frozen=True, slots=True)
class TermSetting:
    """A field of a term, for the builder. ``choices``: a fixed list, or asked when the catalogue is shown.

    ``type`` says how it is edited: ``event_kind`` and ``condition`` (on ``event.…``) are an event's own.
    """

    name: str
    words: Words
    type: Literal["text", "texts", "number", "seconds", "bool", "choice", "choices", "event_kind", "condition"]
    required: bool = True
    choices: Choices = no_choices


Fault: TypeAlias = tuple[str, str, str]
"""(field, code, text) of what is wrong with a term that has the right form."""
Check: TypeAlias = Callable[[Any, Sequence[Any]], Awaitable[Sequence[Sequence[Fault]]]]
"""(unit of work, terms of one kind) → the faults of each: what it names must exist."""


async def no_faults(_unit: Any, terms: Sequence[Any]) -> Sequence[Sequence[Fault]]:
    """Where a term names nothing."""
    return [()] * len(terms)


@dataclass(frozen=True, slots=True)
class TermOffer:
    """A term with all that its builder needs. ``op`` is the one of the class."""

    term: type[Term]
    words: Words
    settings: Sequence[TermSetting]
    check: Check = no_faults

    @property
    def op(self) -> str:
        """Its name in rules."""
        return str(self.term.model_fields["op"].annotation.__args__[0])  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class FieldOffer:
    """A field that the comparisons of ``contracts/conditions.py`` may ask, as ``person.company``.

    ``sql``: its expression, of the PostgreSQL type that belongs to ``type`` (text, double precision, boolean, text[],
    timestamptz); ``value``: the same out of the facts of ``need``, given what :meth:`PersonFacts.get` answers.
    """

    name: str
    words: Words
    type: FieldType
    sql: Callable[[TermQuery], str]
    need: Need
    value: Callable[[Any], Any]
    marks: frozenset[str]
    timed: bool = False
    """Whether it changes with time alone."""
    choices: Choices = no_choices


@dataclass(frozen=True, slots=True)
class Offer:
    """All that one module offers. ``loaders``: by family of needs. ``find_users``: names of what uses a segment, which
    cannot be archived meanwhile.
    """

    words: Words
    terms: Sequence[TermOffer] = ()
    fields: Sequence[FieldOffer] = ()
    loaders: Mapping[str, FactLoader] = field(default_factory=dict)
    find_users: Callable[[Any, int], Awaitable[Sequence[str]]] | None = None
