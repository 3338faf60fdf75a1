"""Forms of the journey routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.kit.http import Label, PlainText, Schema

MAX_PERSONS = 1_000


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


class Publication(Schema):
    """Which draft shall be published."""

    revision: Annotated[int, Field(ge=1)]


class JourneyVersion(Schema):
    """A published version."""

    number: int
    published_at: datetime
    definition: dict[str, Any]


class NodeCounts(Schema):
    """What happened at a node. ``here``: how many stand there now; ``results`` by code, with what became of sends."""

    node: str
    type: str
    here: int
    results: dict[str, int]


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


class RunDetail(RunInfo):
    """A run with its trace. ``entry_event``: what brought it in."""

    journey_id: int
    entry_event: str | None
    tries: int
    steps: list[StepInfo]


class EntryInput(Schema):
    """Persons to let in. The same ``occasion`` twice lets nobody in twice."""

    persons: Annotated[list[Annotated[int, Field(ge=-(2**63), lt=2**63)]], Field(min_length=1, max_length=MAX_PERSONS)]
    occasion: Annotated[PlainText, Field(min_length=1, max_length=60, pattern=r"^[\w.-]+$")]


class RefusedEntry(Schema):
    """Who was not let in: ``unknown``, ``known``, ``under_way``, ``too_soon``."""

    person_id: str
    reason: str


class EntryResult(Schema):
    """How many came in."""

    entered: int
    refused: list[RefusedEntry]
