"""Who an audience is, piece by piece in the order of persons, and how each of them is reached."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weloop.accounts.api import find_account
from weloop.features.broadcasts.rules import Kind
from weloop.identity.api import Friendship, PersonFilter, find_reach, scan_persons
from weloop.kit.unit import UnitOfWork


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


async def _persons(unit: UnitOfWork, audience: Mapping[str, Any], after: int | None, limit: int) -> Sequence[int]:
    if audience["kind"] == "list":
        listed = sorted({int(person) for person in audience["persons"]})
        start = 0 if after is None else bisect_right(listed, after)
        return listed[start : start + limit]
    wanted = PersonFilter(audience["search"], audience["person_kind"], audience["state_code"])
    return await scan_persons(unit, wanted, after, limit)
