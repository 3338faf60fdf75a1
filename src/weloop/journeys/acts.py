"""Nodes that have something done inside the product: by a member of staff, to a lead, in another journey.

What they ask goes into the log as ``JourneyAsked`` and is done by its handler, in an order with all else that happens
to the person: a run holds no lock of another module.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from weloop.contracts.conditions import Scalar
from weloop.journeys.forms import AccountId, Next, Node, Seconds
from weloop.journeys.texts import Template
from weloop.leads.api import Reason
from weloop.mass_tasks.api import Priority
from weloop.tasks.api import KIND as TASK_KIND

TASK_ENDS = ("done", "declined", "expired", "nobody")
MOST_HOURS = 200
Userid: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
JourneyId: TypeAlias = Annotated[int, Field(ge=1, lt=2**31)]


class StaffTask(Node):
    """A task for a member of staff; the run waits for what comes of it.

    ``staff`` None: the owner of the person's lead, else the member whom the person added last; ``instead``: who does it
    when there is none. ``within_hours``: of the member's working time; then it has expired. ``script_id``: the script
    (话术) that the task shows, for what is to be said in the chat.
    """

    type: Literal["staff_task"]
    account_id: AccountId
    staff: Userid | None = None
    instead: Userid | None = None
    title: Annotated[Template, StringConstraints(min_length=1, max_length=200)]
    note: Template = ""
    script_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    within_hours: Annotated[float, Field(ge=0.25, le=MOST_HOURS)]
    done: Next = None
    declined: Next = None
    expired: Next = None
    nobody: Next = None

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield from ((end, getattr(self, end)) for end in TASK_ENDS)


class LeadStage(Node):
    """Bring the person's open lead to a later stage, or close it as lost."""

    type: Literal["lead_stage"]
    to: Literal["mql", "accepted", "sql", "opportunity", "lost"]
    reason: Reason | None = None
    next: Next = None

    @model_validator(mode="after")
    def _says_why(self) -> "LeadStage":
        if (self.to == "lost") is (self.reason is None):
            raise PydanticCustomError("reason_unfit", "a lost lead says why, and no other")
        return self


class LeadScore(Node):
    """Give the person's lead points of engagement, or take some; they fade like all others."""

    type: Literal["lead_score"]
    points: Annotated[int, Field(ge=-100, le=100)]
    next: Next = None


class AssignOwner(Node):
    """Put the person's open lead to a member; ``staff`` None: back into the open pool."""

    type: Literal["assign_owner"]
    staff: Userid | None = None
    next: Next = None


class EnterJourney(Node):
    """Let the person into another journey, as its policy says."""

    type: Literal["enter_journey"]
    journey_id: JourneyId
    next: Next = None


class LeaveJourney(Node):
    """End the person's runs in another journey."""

    type: Literal["leave_journey"]
    journey_id: JourneyId
    next: Next = None


class TagPerson(Node):
    """Put a tag on the person, or take it off."""

    type: Literal["tag"]
    tag_id: Annotated[int, Field(ge=1, lt=2**63)]
    on: bool = True
    next: Next = None


class SetAttribute(Node):
    """Set an attribute of the person; ``value`` null takes it away."""

    type: Literal["attribute"]
    key: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    value: Scalar | None
    next: Next = None


CONFIRMED: Literal["send_confirmed"] = "send_confirmed"


class SendConfirmed(Node):
    """A mass message (企业群发) by the member whom the person added last, who confirms it on their phone.

    What several journeys wish of a member within an hour is asked together, at most twice a day; beyond that what has
    the higher ``priority`` goes first. ``campaign_id`` and ``advert`` as in service messages.
    """

    type: Literal["send_confirmed"]
    account_id: AccountId
    text: Annotated[Template, StringConstraints(min_length=1)]
    valid_seconds: Seconds = 3 * 86_400
    """What no member was asked for within this time is stale."""
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    advert: bool = False
    priority: Priority = Priority.NORMAL
    next: Next = None


Act: TypeAlias = (
    TagPerson | SetAttribute | StaffTask | LeadStage | LeadScore | AssignOwner | EnterJourney | LeaveJourney
)
__all__ = [
    "CONFIRMED",
    "TASK_ENDS",
    "TASK_KIND",
    "Act",
    "AssignOwner",
    "EnterJourney",
    "LeadScore",
    "LeadStage",
    "LeaveJourney",
    "SendConfirmed",
    "SetAttribute",
    "StaffTask",
    "TagPerson",
]
