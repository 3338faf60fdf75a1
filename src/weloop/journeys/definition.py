"""The definition of a journey (自动化流程): a versioned document of an entry, a goal and nodes.

``next`` and its like name a node; null ends the run. Every type of node in it works; what is not built is not in it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from weloop.content.api import Attachment
from weloop.contracts.conditions import Compare, Condition, FieldName, Group, Model, Text
from weloop.contracts.events import EventKind
from weloop.contracts.json import JsonObject
from weloop.journeys.acts import (
    TASK_ENDS,
    TASK_KIND,
    AssignOwner,
    EnterJourney,
    LeadScore,
    LeadStage,
    LeaveJourney,
    SendConfirmed,
    SetAttribute,
    StaffTask,
    TagPerson,
)
from weloop.journeys.forms import YEAR, AccountId, Key, Next, Node, Seconds, SegmentId, TimeOfDay
from weloop.journeys.messages import InviteToGroup, NotifyStaff, SendKfMessage, SendNotice, SendTemplate
from weloop.journeys.texts import Template

FORMAT: Literal[1] = 1
MAX_NODES = 200
MAX_STEPS = 1_000
"""Of one run. Loops that wait are allowed, and end here."""
OUR_OUTCOMES = frozenset(
    {EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN, EventKind.COMMAND_REFUSED}
)
"""What becomes of sends starts nothing: each send would cause the next."""
ADDRESSING_US = frozenset(
    {
        EventKind.CONTACT_ADDED,
        EventKind.FOLLOWER_SUBSCRIBED,
        EventKind.FOLLOWER_SCANNED,
        EventKind.FOLLOWER_MESSAGE_RECEIVED,
        EventKind.MENU_CLICKED,
        EventKind.NOTICE_ANSWERED,
        EventKind.KF_SESSION_ENTERED,
        EventKind.KF_MESSAGE_RECEIVED,
    }
)
"""What people do towards us: a message soon after it answers it."""
NO_TRIGGERS = OUR_OUTCOMES | {EventKind.JOURNEY_ASKED, EventKind.NOTICE_ENDED}
"""What no trigger may name."""
ANY = "*"
"""Every kind of event."""
FINISHED, HELD_OUT = "finished", "held_out"


class Trigger(Model):
    """Events of a kind, of one account or any, that fit a condition on ``event.…``, ``person.…`` or ``lead.…``."""

    kind: EventKind
    account_id: AccountId | None = None
    where: Condition | None = None

    @field_validator("kind")
    @classmethod
    def _offered(cls, kind: EventKind) -> EventKind:
        if kind in NO_TRIGGERS:
            raise PydanticCustomError("starts_nothing", "what journeys do starts nothing")
        return kind


class Schedule(Model):
    """All who are members of a segment then come in at a time of day in Beijing: ``once`` on a day, ``daily``, or
    ``weekly`` on these weekdays (Monday is 0).
    """

    segment_id: SegmentId
    every: Literal["once", "daily", "weekly"]
    at: TimeOfDay
    day: Annotated[date | None, Field(validate_default=True)] = None
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(max_length=7, validate_default=True)] = ()

    @field_validator("day", "weekdays")
    @classmethod
    def _says_when(cls, given: object, info: ValidationInfo) -> object:
        every, its = info.data.get("every"), "once" if info.field_name == "day" else "weekly"
        if every == its and not given:
            raise PydanticCustomError("day_missing", "once has a day, weekly has weekdays")
        if every not in (None, its) and given:
            raise PydanticCustomError("schedule_unfit", "only once has a day, only weekly has weekdays")
        return given


class Entry(Model):
    """Who comes in: by events, by a schedule; without both by the API or a list alone.

    ``per``: of what there is one run: ``person``, ``event``, ``friendship`` (of ContactAdded), or a field of the event,
    such as ``event.lead_id``. ``again``: whether the same may come a second time: ``never``, ``after_end`` of the run
    before, ``always``. ``pause_seconds``: at least so long after the entry before.
    """

    events: Annotated[tuple[Trigger, ...], Field(max_length=10)] = ()
    per: Literal["person", "event", "friendship"] | FieldName = "person"
    schedule: Schedule | None = None
    again: Literal["never", "after_end", "always"] = "never"
    pause_seconds: Annotated[int, Field(ge=0, le=YEAR)] = 0

    @field_validator("per")
    @classmethod
    def _of_event(cls, per: str) -> str:
        if "." in per and not per.startswith("event."):
            raise PydanticCustomError("per_not_of_event", "an entry key is a field of the event")
        return per

    @model_validator(mode="after")
    def _fits(self) -> "Entry":
        if self.per == "friendship" and (
            self.again != "never" or any(each.kind is not EventKind.CONTACT_ADDED for each in self.events)
        ):
            raise PydanticCustomError("friendship_unfit", "friendships begin by ContactAdded alone, and each once")
        return self


class Goal(Model):
    """What a run is for: the first of these events of the person counts, once, even after the run has ended."""

    events: Annotated[tuple[Trigger, ...], Field(min_length=1, max_length=10)]
    within_seconds: Seconds
    ends_run: bool = True


class Delay(Node):
    """Wait for some time."""

    type: Literal["delay"]
    for_seconds: Seconds
    next: Next = None


class UntilTime(Node):
    """Wait until a time of day in Beijing, on one of these weekdays (Monday is 0)."""

    type: Literal["until_time"]
    at: TimeOfDay
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1)] = (0, 1, 2, 3, 4, 5, 6)
    next: Next = None


class UntilDate(Node):
    """Wait until a date that a field tells (ISO 8601 or Unix seconds), earlier or later by ``offset_seconds``.

    ``past``: where to go when that has passed already (not given: on to ``next`` at once). ``missing``: where to go
    without a date; not given: the step fails, and the run is parked.
    """

    type: Literal["until_date"]
    field: FieldName
    offset_seconds: Annotated[int, Field(ge=-YEAR, le=YEAR)] = 0
    at: TimeOfDay | None = None
    next: Next = None
    past: Next = None
    missing: Next = None

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield "next", self.next
        for name in ("past", "missing"):
            if getattr(self, name) is not None:
                yield name, getattr(self, name)


class WaitCase(Trigger):
    """An event that is waited for, and where it leads."""

    next: Next = None


class Wait(Node):
    """Wait for the first event that fits a case, at most ``timeout_seconds``."""

    type: Literal["wait"]
    cases: Annotated[tuple[WaitCase, ...], Field(min_length=1, max_length=10)]
    timeout_seconds: Seconds
    otherwise: Next = None

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield from ((f"cases.{number}.next", case.next) for number, case in enumerate(self.cases))
        yield "otherwise", self.otherwise


class WaitUntil(Node):
    """Wait until a condition holds, at most ``timeout_seconds``: it is asked at once, whenever an event of the person
    is handled, and at the end.
    """

    type: Literal["wait_until"]
    when: Condition
    timeout_seconds: Seconds
    next: Next = None
    otherwise: Next = None

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield "next", self.next
        yield "otherwise", self.otherwise


class BranchCase(Model):
    """A condition and where it leads."""

    when: Condition
    next: Next = None


class Branch(Node):
    """The first case that holds; else ``otherwise``."""

    type: Literal["branch"]
    cases: Annotated[tuple[BranchCase, ...], Field(min_length=1, max_length=20)]
    otherwise: Next = None

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield from ((f"cases.{number}.next", case.next) for number, case in enumerate(self.cases))
        yield "otherwise", self.otherwise


class Arm(Model):
    """One arm of a split."""

    name: Key
    weight: Annotated[int, Field(ge=1, le=1000)]
    next: Next = None


class Split(Node):
    """By chance, always the same for the same person in the same node."""

    type: Literal["split"]
    arms: Annotated[tuple[Arm, ...], Field(min_length=2, max_length=10)]

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield from ((f"arms.{number}.next", arm.next) for number, arm in enumerate(self.arms))


class Holdout(Node):
    """Keep a share of persons out, for comparison: their run ends here, their goal still counts."""

    type: Literal["holdout"]
    percent: Annotated[float, Field(gt=0, lt=100)]
    next: Next = None


class SendWelcome(Node):
    """WeCom's welcome message, with the once-only code that ContactAdded brought."""

    type: Literal["send_welcome"]
    text: Template = ""
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=9)] = ()
    next: Next = None

    @model_validator(mode="after")
    def _says_something(self) -> "SendWelcome":
        if not self.text and not self.attachments:
            raise PydanticCustomError("nothing_to_send", "there is nothing to send")
        return self


class SendServiceMessage(Node):
    """A customer-service message (客服消息) to the person as a follower of an official account."""

    type: Literal["send_service_message"]
    account_id: AccountId
    text: Annotated[Template, StringConstraints(min_length=1)]
    valid_seconds: Seconds = 86_400
    """What could not leave within this time is stale."""
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    """What it is about: to whom signed up for that it is requested service, to all others marketing."""
    advert: bool = False
    """It carries an advertisement (广告): marketing to everybody."""
    next: Next = None


class Webhook(Node):
    """A signed POST to an endpoint that is known to us: ``{type: JourneyStep, data: {details: …}}``."""

    type: Literal["webhook"]
    webhook_id: Annotated[int, Field(ge=1, lt=2**63)]
    details: Annotated[dict[Key, Text], Field(max_length=20, default_factory=dict)]
    next: Next = None


class ReachGoal(Node):
    """Whoever comes here has reached the goal."""

    type: Literal["goal"]
    next: Next = None


class End(Node):
    """The end, with a word for the counts."""

    type: Literal["end"]
    outcome: Key = FINISHED

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        return iter(())


AnyNode: TypeAlias = Annotated[
    Delay
    | UntilTime
    | UntilDate
    | Wait
    | WaitUntil
    | Branch
    | Split
    | Holdout
    | SendWelcome
    | SendServiceMessage
    | SendTemplate
    | SendNotice
    | SendKfMessage
    | InviteToGroup
    | SendConfirmed
    | Webhook
    | TagPerson
    | SetAttribute
    | StaffTask
    | NotifyStaff
    | LeadStage
    | LeadScore
    | AssignOwner
    | EnterJourney
    | LeaveJourney
    | ReachGoal
    | End,
    Field(discriminator="type"),
]
PASSABLE = (UntilDate, WaitUntil, InviteToGroup)
"""Of those that block: who comes late may pass at once."""
BLOCKING = (Delay, UntilTime, UntilDate, Wait, WaitUntil, StaffTask, InviteToGroup)


class Exit(Model):
    """What ends a run wherever it stands. ``opt_out``: the person wants no more marketing; ``segment``: the person
    leaves this segment.
    """

    opt_out: bool = True
    segment: SegmentId | None = None


class Definition(Model):
    """A whole journey. It begins at the first node. ``pause_share``: of failures, above which it pauses by itself."""

    format: Literal[1] = FORMAT
    entry: Entry = Entry()
    goal: Goal | None = None
    exit: Exit = Exit()
    nodes: Annotated[tuple[AnyNode, ...], Field(min_length=1, max_length=MAX_NODES)]
    max_steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] = MAX_STEPS
    pause_share: Annotated[float, Field(gt=0, le=1)] = 0.2


def triggers_of(definition: Definition) -> Sequence[tuple[str, Trigger]]:
    """All events that a journey listens for, by what for: ``entry``, ``wait``, ``goal``."""
    goals = definition.goal.events if definition.goal is not None else ()
    return (
        *(("entry", each) for each in definition.entry.events),
        *(("wait", each) for node in definition.nodes for each in cases_of(node)),
        *(("goal", each) for each in goals),
    )


def cases_of(node: Node) -> Sequence[Trigger]:
    """What a node waits for. Of a staff task: its ends, in the order of ``TASK_ENDS``."""
    if isinstance(node, StaffTask):
        return _TASK_CASES
    if isinstance(node, InviteToGroup):
        return (Trigger(kind=EventKind.GROUP_JOINED, where=Compare(op="is", field="event.state", value=node.code)),)
    return node.cases if isinstance(node, Wait) else ()


_TASK_CASES = tuple(
    Trigger(
        kind=EventKind.TASK_DONE,
        where=Group(
            op="all",
            terms=(
                Compare(op="is", field="event.kind", value=TASK_KIND),
                Compare(op="is", field="event.outcome", value=end),
            ),
        ),
    )
    for end in TASK_ENDS
)
_MARKS = {EventKind.TRACKED: "event.name", EventKind.TASK_DONE: "event.kind"}


def mark_of(kind: EventKind, data: JsonObject) -> str:
    """What tells events of a kind apart: the name of one that a site tracks, the kind of a task, or the state."""
    return str(data.get(_MARKS.get(kind, "event.state").partition(".")[2]) or "")


def only_mark(trigger: Trigger) -> str | None:
    """The mark that an event must have to fit; None: more than one can, or the condition does not say."""
    where = trigger.where
    terms = where.terms if isinstance(where, Group) and where.op == "all" else (where,)
    field = _MARKS.get(trigger.kind, "event.state")
    for term in terms:
        if isinstance(term, Compare) and term.op == "is" and term.field == field and isinstance(term.value, str):
            return term.value or None
    return None
