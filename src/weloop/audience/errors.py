"""Errors of segments."""

from typing import ClassVar

from weloop.contracts.errors import Conflict, InvalidInput, NotFound, Overloaded


class SegmentNotFound(NotFound):
    """There is no such segment."""

    code: ClassVar[str] = "segment_not_found"


class SegmentInvalid(InvalidInput):
    """The rule has faults; ``place`` is the first, ``count`` how many there are."""

    code: ClassVar[str] = "segment_invalid"


class SegmentChanged(Conflict):
    """The segment was changed meanwhile; ``revision`` is its newest."""

    code: ClassVar[str] = "segment_changed"


class SegmentArchived(Conflict):
    """The segment is archived."""

    code: ClassVar[str] = "segment_archived"


class SegmentInUse(Conflict):
    """The segment ``name`` names it in its rule."""

    code: ClassVar[str] = "segment_in_use"


class SegmentUsed(Conflict):
    """``count`` live journeys and waiting broadcasts use it; ``name`` says which, three at most."""

    code: ClassVar[str] = "segment_used"


class SegmentTooSlow(Overloaded):
    """The rule takes too long to count; narrow it, or look again later."""

    code: ClassVar[str] = "segment_too_slow"
