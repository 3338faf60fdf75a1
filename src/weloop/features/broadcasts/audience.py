"""Who an audience is, piece by piece in the order of persons, and how each of them is reached."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weloop.accounts.api import find_account
from weloop.audience.api import SegmentArchived, get_segment, keep_carriers, list_members
from weloop.consent.api import find_held
from weloop.contracts.errors import Conflict
from weloop.features.broadcasts.rules import Kind, is_chosen_by_platform
from weloop.identity.api import Friendship, PersonFilter, find_persons, find_reach, scan_persons
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Segment:
    """How a segment stands; ``ready``: its members are those of its rule."""

    revision: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person of an audience; ``address`` None: not to be reached through the account."""

    person_id: int
    address: Friendship | None


async def scan(
    unit: UnitOfWork, kind: Kind, account_id: int, audience: Mapping[str, Any], after: int | None, limit: int
) -> list[Chosen]:
    """The next persons after one; fewer than ``limit`` at the end."""
    persons = await _persons(unit, audience, after, limit)
    account = await find_account(unit, account_id)
    addresses = await find_reach(unit, account.app_id, persons, followers=kind is not Kind.MASS_TASK)
    return [Chosen(person, addresses.get(person)) for person in persons]


async def check_segment(unit: UnitOfWork, audience: Mapping[str, Any], *, lock: bool = False) -> Segment | None:
    """The segment of an audience, None without one; refuses what nobody can be taken from.

    ``lock``: its members stay those of this rule until the transaction ends.
    """
    if audience["kind"] != "segment":
        return None
    row = await get_segment(unit, audience["segment_id"], lock=lock)
    if row.archived_at is not None:
        raise SegmentArchived
    if row.state == "failed":
        raise Conflict("the members of the segment are not up to date", code="broadcast_segment_failed")
    return Segment(row.revision, row.state == "ready")


async def check_willing(unit: UnitOfWork, account_id: int, audience: Mapping[str, Any]) -> None:
    """Refuse what the platform would bring to somebody who may get no marketing now: it leaves nobody out, while a list
    does.
    """
    if not is_chosen_by_platform(audience):
        return
    account = await find_account(unit, account_id)
    follows = await find_reach(unit, account.app_id, await find_held(unit), followers=True)
    unwilling: Collection[int] = {each.identity_id for each in follows.values()}
    if audience["kind"] == "tag":
        unwilling = await keep_carriers(unit, account_id, str(audience["tag_id"]), unwilling)
    if unwilling:
        raise Conflict("some of these want no marketing", code="broadcast_unwilling", count=len(unwilling))


async def _persons(unit: UnitOfWork, audience: Mapping[str, Any], after: int | None, limit: int) -> Sequence[int]:
    if audience["kind"] == "list":
        # Written down some time ago: since then they may have been joined to others.
        written = {int(person) for person in audience["persons"]}
        person_of = await find_persons(unit, written)
        listed = sorted({person_of.get(each, each) for each in written})
        start = 0 if after is None else bisect_right(listed, after)
        return listed[start : start + limit]
    if audience["kind"] == "segment":
        first = -(2**63) if after is None else after
        return [each.person_id for each in await list_members(unit, audience["segment_id"], after=first, limit=limit)]
    wanted = PersonFilter(audience["search"], audience["person_kind"], audience["state_code"])
    return await scan_persons(unit, wanted, after, limit)
