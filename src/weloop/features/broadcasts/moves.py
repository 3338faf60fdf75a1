"""Persons who turn out to be one, or are erased, while broadcasts are under way."""

from collections.abc import Sequence

from weloop.contracts.identities import IdentitiesForgotten
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.rules import Step, Why
from weloop.identity.api import find_identities, find_persons
from weloop.kit.unit import UnitOfWork


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Whoever stands on a list twice by now gets it once: where they came furthest. Elsewhere they wait no longer."""
    # A person is named by one of its identities: under these names it may have been chosen.
    names = persons | (await find_identities(unit, persons)).keys()
    rows = await repository.lock_open(unit.connection, names)
    person_of = await find_persons(unit, {row.identity_id for row in rows})
    served: set[tuple[int, int]] = set()
    doubles = []
    for row in rows:
        place = row.broadcast_id, person_of.get(row.identity_id, row.person_id)
        if row.state == Step.WAITING and place in served:
            doubles.append((row.broadcast_id, row.person_id, str(Step.SKIPPED), str(Why.MERGED)))
        elif row.state != Step.FAILED:
            served.add(place)
    await repository.set_steps(unit.connection, doubles, unit.now, only=(Step.WAITING,))


async def forget_recipients(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Whoever was erased and waits is skipped, and no list keeps an address of theirs."""
    identities = frozenset().union(*(each.identities for each in forgotten))
    names = identities.union(*(each.persons for each in forgotten))
    await repository.forget(unit.connection, identities, names, Why.ERASED, unit.now)
