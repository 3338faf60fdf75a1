"""Forms of dry runs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.contracts.events import EventKind
from weloop.journeys.dry_run import MAX_PEOPLE, People
from weloop.journeys.forms import YEAR, AccountId
from weloop.journeys.schemas import NodeCounts
from weloop.kit.http import Instant, Schema, TextId


class ScriptedEventInput(Schema):
    """An event after so many seconds: one of the journey's own triggers by its number (entry, waits, goal), with what
    its conditions ask for filled in, or any ``kind``. ``data`` goes above what was filled in.
    """

    after_seconds: Annotated[int, Field(ge=0, le=YEAR)]
    trigger: Annotated[int, Field(ge=0, le=10_000)] | None = None
    kind: EventKind | None = None
    account_id: AccountId | None = None
    data: Annotated[dict[str, Any], Field(default_factory=dict, max_length=50)]


class DryRunInput(Schema):
    """Whom and what to play. ``draft``: the one on the screen; without it the stored one.

    ``people``: ``chosen`` (``persons``), ``random`` (``count`` who could enter), ``entrants`` (``count`` of those who
    would have entered in the last 30 days, with what they really did; neither script nor start).
    Without a script the first trigger of the entry happens at the start; without triggers all are let in by hand.
    """

    draft: dict[str, Any] | None = None
    people: People
    persons: Annotated[list[TextId], Field(default_factory=list, max_length=MAX_PEOPLE)]
    count: Annotated[int, Field(ge=1, le=MAX_PEOPLE)] = 20
    starts_at: Instant | None = None
    script: Annotated[list[ScriptedEventInput], Field(default_factory=list, max_length=50)]
    by_hand: bool = False


class DryReason(Schema):
    """A gate of policy that stopped a message, or delayed it ``until`` then."""

    gate: str
    until: datetime | None


class DryVerdict(Schema):
    """What policy would say of a message: when it leaves (None: never), and what delayed or stopped it."""

    message_class: str
    leaves_at: datetime | None
    reasons: list[DryReason]


class DrySend(Schema):
    """What would be sent: the command and its body, without codes and addresses. ``verdict``: of messages alone."""

    command: str
    account_id: int
    body: dict[str, Any]
    expires_at: datetime | None
    verdict: DryVerdict | None


class DryStep(Schema):
    """What a node did. ``seconds``: since the step before. ``asked``: of staff, leads or another journey."""

    node: str
    type: str
    result: str
    detail: dict[str, Any] | None
    at: datetime
    seconds: float
    sends: list[DrySend]
    asked: dict[str, Any] | None


class DryPassage(Schema):
    """One run. ``node``, ``due``: where it stands and until when; None when it has ended. ``error``: it is parked."""

    entered_at: datetime
    state: Literal["open", "parked", "ended"]
    node: str | None
    due: datetime | None
    error: str | None
    ended_at: datetime | None
    outcome: str | None
    goal_at: datetime | None
    steps: list[DryStep]


class DryRefusal(Schema):
    """When the entry let somebody not in, and why.

    ``no_key``, ``known``, ``under_way``, ``too_soon``, ``too_often``.
    """

    at: datetime
    reason: str


class DryPerson(Schema):
    """One person with their runs; without any the entry's triggers did not fit."""

    person_id: str
    name: str | None
    passages: list[DryPassage]
    refused: list[DryRefusal]


class DryRunResult(Schema):
    """What would happen. ``found``: entrants of the last 30 days, of whom ``people`` are some. ``until``: no event and
    no timer after it was played. ``missing``: chosen persons who are not known. ``delayed``, ``refused``: of the sends,
    by policy.
    """

    starts_at: datetime
    until: datetime
    found: int
    missing: list[str]
    entered: int
    goal: int
    parked: int
    sends: int
    delayed: int
    refused: int
    ended: dict[str, int]
    nodes: list[NodeCounts]
    people: list[DryPerson]
