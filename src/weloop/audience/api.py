"""The face of the audience module."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from weloop.audience import attributes_handlers, companies, repository, tags_handlers
from weloop.audience.attributes import attribute_names, attribute_readers, open_attributes, set_attributes, values_of
from weloop.audience.companies import find_company_persons, place_persons
from weloop.audience.companies_rows import OF_COMPANY
from weloop.audience.errors import SegmentArchived
from weloop.audience.forgetting import fold_moves, forget_notes
from weloop.audience.membership import SegmentKeeper
from weloop.audience.rule import UNCOUNTED, Rule, RuleFault, Terms
from weloop.audience.segments import examine, find_matching, get_segment
from weloop.audience.tags import list_tags, look_at_new_account, refresh_tags
from weloop.audience.tags_marking import Tagging, tag_persons
from weloop.audience.tags_rows import CARRIES, load_marks
from weloop.audience.touches import (
    TOPIC,
    find_listened,
    follow_consent,
    follow_events,
    follow_forgotten,
    follow_many,
    follow_moves,
    follow_seen,
    hold_readers,
    refresh_readers,
    touch,
)
from weloop.contracts.events import EventKind
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork

__all__ = [
    "CARRIES",
    "EVENTS",
    "HANDLERS",
    "OF_COMPANY",
    "TOPIC",
    "UNCOUNTED",
    "Member",
    "Rule",
    "RuleFault",
    "SegmentArchived",
    "SegmentKeeper",
    "Tagging",
    "Terms",
    "attribute_names",
    "attribute_readers",
    "examine",
    "find_company_persons",
    "find_due",
    "find_listened",
    "find_matching",
    "find_memberships",
    "find_segment_names",
    "find_segments",
    "fold_moves",
    "follow_consent",
    "follow_events",
    "follow_forgotten",
    "follow_many",
    "follow_moves",
    "follow_seen",
    "forget_notes",
    "get_segment",
    "hold_readers",
    "hold_segments",
    "keep_carriers",
    "list_members",
    "list_tags",
    "look_at_new_account",
    "open_attributes",
    "place_persons",
    "refresh_readers",
    "refresh_tags",
    "set_attributes",
    "tag_persons",
    "touch",
    "values_of",
]

EVENTS = frozenset({EventKind.ATTRIBUTE_CHANGED, EventKind.PERSON_TAGGED, EventKind.PERSON_UNTAGGED})
"""What is told of persons here."""
HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    *attributes_handlers.HANDLERS,
    *tags_handlers.HANDLERS,
    *companies.HANDLERS,
)
"""To be registered with the inbox, right after identity."""
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a segment; ``identity_id`` is one of the person's identities."""

    person_id: int
    identity_id: int
    since: datetime


async def list_members(
    unit: UnitOfWork, segment_id: int, *, after: int = -(2**63), limit: int = MOST
) -> Sequence[Member]:
    """The next members in the order of person ids: those behind ``after``. None: there are no more."""
    rows = await repository.list_members(unit.connection, segment_id, after, limit)
    return [Member(*tuple(row)) for row in rows]


async def find_memberships(
    unit: UnitOfWork, segments: Collection[int], persons: Collection[int]
) -> set[tuple[int, int]]:
    """(segment, person) of those of these persons who are members of these segments."""
    rows = await repository.find_memberships(unit.connection, segments, persons)
    return {(row.segment_id, row.person_id) for row in rows}


async def keep_carriers(
    unit: UnitOfWork, account_id: int, platform_id: str, identities: Collection[int]
) -> Collection[int]:
    """Those of these identities that carry a tag of an account, as far as it told; of an unknown one all."""
    tags = [tag.id for tag in await list_tags(unit) if (tag.account_id, tag.platform_id) == (account_id, platform_id)]
    if not tags:
        return identities
    return {mark.identity_id for mark in await load_marks(unit.connection, identities, tags) if mark.is_on}


async def hold_segments(unit: UnitOfWork) -> None:
    """Let nobody archive a segment until the transaction ends: what names it may be made meanwhile."""
    await repository.lock_references(unit.connection)


async def find_segments(unit: UnitOfWork, segments: Collection[int]) -> Mapping[int, str]:
    """The names of those of these segments that are there and not archived."""
    return {row.id: row.name for row in await repository.list_names(unit.connection) if row.id in set(segments)}


async def find_segment_names(unit: UnitOfWork, segments: Collection[int]) -> Mapping[int, str]:
    """Names by id, of archived ones too."""
    return await repository.find_names(unit.connection, segments)


async def find_due(unit: UnitOfWork) -> tuple[bool, datetime | None]:
    """Whether somebody waits to be judged or the log to be told; and when the next refresh is due, world time."""
    return await repository.find_due(unit.connection)
