"""Errors of journeys."""

from typing import ClassVar

from weloop.contracts.errors import Conflict, InvalidInput, NotFound


class JourneyNotFound(NotFound):
    """There is no such journey."""

    code: ClassVar[str] = "journey_not_found"


class JourneyInvalid(InvalidInput):
    """The draft cannot be published; ``node`` is the first with a fault, ``count`` how many faults there are."""

    code: ClassVar[str] = "journey_invalid"


class JourneyChanged(Conflict):
    """The draft was changed meanwhile; ``revision`` is its newest."""

    code: ClassVar[str] = "journey_changed"


class WrongStatus(Conflict):
    """That cannot be done with a journey of this ``status``."""

    code: ClassVar[str] = "journey_status"


class ScheduleOver(InvalidInput):
    """The one moment of the schedule is over."""

    code: ClassVar[str] = "journey_schedule_over"


class JourneyStopping(Conflict):
    """The runs of the journey are still being ended."""

    code: ClassVar[str] = "journey_stopping"


class MoveInvalid(InvalidInput):
    """People cannot be moved so: there is no such ``node``, or no version ``number``, or a task is out."""

    code: ClassVar[str] = "journey_move_invalid"


class RunNotFound(NotFound):
    """There is no such run."""

    code: ClassVar[str] = "journey_run_not_found"


class RunNotParked(Conflict):
    """Only a parked run can be tried again or led past its step."""

    code: ClassVar[str] = "journey_run_not_parked"


class VersionUnreadable(Conflict):
    """Another release wrote the version, and this one cannot read it."""

    code: ClassVar[str] = "journey_version_unreadable"


class DryRunTooLong(InvalidInput):
    """The dry run would take more than ``steps`` steps or ``seconds`` seconds."""

    code: ClassVar[str] = "journey_dry_run_too_long"


class NobodyToSample(InvalidInput):
    """Nobody who is known could enter the journey."""

    code: ClassVar[str] = "journey_dry_run_nobody"


class TemplateNotFound(NotFound):
    """There is no such template."""

    code: ClassVar[str] = "journey_template_not_found"


class TemplateValue(InvalidInput):
    """``parameter`` of a template is missing, of another kind, or there is none of that name."""

    code: ClassVar[str] = "journey_template_value"
