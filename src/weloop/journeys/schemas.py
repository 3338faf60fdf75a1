"""Forms of the journey routes."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, WithJsonSchema

from weloop.kit.http import MAX_ID, Label, PlainText, Schema

NodeName = Annotated[PlainText, Field(min_length=1, max_length=40)]
MAX_PERSONS = 1_000
PersonNumber: TypeAlias = Annotated[
    int, Field(ge=-(2**63), lt=2**63), WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})
]


class JourneyInfo(Schema):
    """A journey in the list. ``number``: the version that people enter; None: never published."""

    id: int
    name: str
    status: Literal["draft", "live", "paused", "stopped"]
    reason: str | None
    """Why it paused by itself: ``failures``."""
    revision: int
    number: int | None
    inside: int
    entered: int
    goal: int
    """Of all versions together, as ``inside`` and ``entered``."""
    parked: int
    tried: int
    failed: int
    """Of steps that may fail, since it was last published or resumed; a share of it pauses the journey."""
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    archived_at: datetime | None


class JourneyPage(Schema):
    """A page of journeys."""

    items: list[JourneyInfo]
    total: int
    page: int
    size: int


class JourneyDetail(JourneyInfo):
    """A journey with its draft."""

    draft: dict[str, Any]
    definition: dict[str, Any] | None
    """The draft with all that it leaves to defaults, as a version would hold it; None while it has faults."""


class JourneyInput(Schema):
    """A new journey."""

    name: Label
    draft: dict[str, Any]


class JourneyChange(Schema):
    """What shall be different; ``revision`` is the one that was looked at."""

    revision: Annotated[int, Field(ge=1)]
    name: Label | None = None
    draft: dict[str, Any] | None = None


class DraftInput(Schema):
    """A draft to be examined."""

    draft: dict[str, Any]


class FaultInfo(Schema):
    """What is wrong with a draft. ``node`` is empty for faults of the whole."""

    node: str
    field: str
    code: str
    text: str


class MoveInput(Schema):
    """From which nodes of an older version people go to which of the new one; all others stay."""

    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    nodes: Annotated[dict[NodeName, NodeName], Field(max_length=200)]


class Publication(Schema):
    """Which draft shall be published, and who is moved by it."""

    revision: Annotated[int, Field(ge=1)]
    moves: Annotated[list[MoveInput], Field(max_length=50, default_factory=list)]


class StandingInfo(Schema):
    """People at a node of a version, and what the draft makes of it."""

    node: str
    type: str
    people: int
    change: Literal["same", "changed", "removed"]


class InsideInfo(Schema):
    """People on an older version."""

    number: int
    nodes: list[StandingInfo]


class SendingInfo(Schema):
    """How much a node would send within 30 days, and on the fullest; ``measured``: by its share so far, or at most."""

    node: str
    type: str
    expected: int
    a_day: int
    measured: bool


class CapInfo(Schema):
    """What one person may get: counts of the contact rules."""

    marketing_per_week: int
    service_per_campaign: int
    service_per_day: int


class DrawInfo(Schema):
    """``expected`` sends beside the ``most`` of a platform's quota: of an account on the fullest day or month, of a
    person (``person``, ``window``) by one passage. ``title``, ``source``: by ``zh`` and ``en``.
    """

    account_id: int
    account_name: str
    quota: str
    per: Literal["account", "person", "window"]
    period: Literal["day", "week", "month", "48h"]
    most: int
    expected: int
    title: dict[str, str]
    source: dict[str, str]
    date: str


class BlankInfo(Schema):
    """``people`` of ``of`` have no value for ``field``, without which the node sends or asks nothing."""

    node: str
    type: str
    field: str
    people: int
    of: int


class ImpactInfo(Schema):
    """What publishing means. ``entrants``: who would have entered by events within 30 days; ``scheduled``: who comes at
    a time of the schedule; ``most``: sends of one run.
    """

    entrants: int
    scheduled: int
    inside: list[InsideInfo]
    sends: list[SendingInfo]
    draws: list[DrawInfo]
    blanks: list[BlankInfo]
    most: int
    rules: CapInfo


class FailureInfo(Schema):
    """Failures of one kind among the newest runs; ``run_id``: the newest of them."""

    number: int
    node: str
    type: str
    outcome: Literal["failed", "uncertain", "refused", "undelivered"]
    error: str | None
    count: int
    last_at: datetime
    run_id: str


class JourneyVersion(Schema):
    """A published version."""

    number: int
    published_at: datetime
    definition: dict[str, Any]


class RatioInfo(Schema):
    """Whether as many came into each arm of a split as its weights let expect; see ``ratios.Ratio``."""

    people: int
    chance: float
    is_off: bool


class NodeCounts(Schema):
    """What happened at a node. ``here``: how many stand there now; ``results`` by code, with what became of sends.

    ``ratio``: of splits whose counts say something already.
    """

    node: str
    type: str
    here: int
    results: dict[str, int]
    ratio: RatioInfo | None = None


class JourneyCounts(Schema):
    """Counts of one version. ``ended`` by outcome."""

    number: int
    entered: int
    goal: int
    ended: dict[str, int]
    nodes: list[NodeCounts]


class RunInfo(Schema):
    """A run in the list. ``node``, ``due``: where it stands; None when it has ended. Ids are text for JavaScript."""

    id: str
    person_id: str | None
    person_name: str | None
    number: int
    state: Literal["open", "held", "parked", "ended"]
    node: str | None
    due: datetime | None
    error: str | None
    entered_at: datetime
    ended_at: datetime | None
    outcome: str | None
    goal_at: datetime | None


class RunPage(Schema):
    """A page of runs."""

    items: list[RunInfo]
    total: int
    page: int
    size: int


class StepInfo(Schema):
    """What a node did for a run. ``seconds``: since the step before. ``outcome``: of its send.

    ``gates``: why policy let its send not go, or not yet: it is looked at again at ``waits_until``.
    """

    node: str
    type: str
    result: str
    outcome: str | None
    detail: dict[str, Any] | None
    at: datetime
    seconds: float
    gates: list[str]
    waits_until: datetime | None
    number: int
    """The version it was on then."""


class RunDetail(RunInfo):
    """A run with its trace. ``entry_event``: what brought it in. ``kept_days``: so long after its end the steps go."""

    journey_id: int
    entry_event: str | None
    tries: int
    steps: list[StepInfo]
    kept_days: int


class EntryInput(Schema):
    """Persons to let in, by numbers or as text: JavaScript has no such large numbers. The same ``occasion`` twice lets
    nobody in twice.
    """

    persons: Annotated[list[PersonNumber], Field(min_length=1, max_length=MAX_PERSONS)]
    occasion: Annotated[PlainText, Field(min_length=1, max_length=60, pattern=r"^[\w.-]+$")]


class RefusedEntry(Schema):
    """Who was not let in: ``unknown``, ``known``, ``under_way``, ``too_soon``."""

    person_id: str
    reason: str


class EntryResult(Schema):
    """How many came in."""

    entered: int
    refused: list[RefusedEntry]


class ParkedRun(Schema):
    """A run that waits for a person. ``journey_id`` None: another module keeps the journey."""

    id: str
    journey_id: int | None
    journey: str
    number: int
    node: str
    type: str
    person_id: str | None
    error: str
    since: datetime


class ParkedPage(Schema):
    """A page of parked runs."""

    items: list[ParkedRun]
    total: int
    page: int
    size: int


class RunChoice(Schema):
    """Which runs to act on, at most 500."""

    ids: Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Field(min_length=1, max_length=500)]


class RunCount(Schema):
    """How many runs an act reached; those dealt with meanwhile are not counted."""

    count: int
