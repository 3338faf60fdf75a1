"""Moves and erasure: what is noted of persons follows their identities, and goes with them."""

from collections.abc import Sequence

from weloop.audience import attributes, attributes_rows, companies, tags_marking, tags_rows
from weloop.contracts.identities import IdentitiesForgotten
from weloop.identity.api import find_persons
from weloop.kit.unit import UnitOfWork


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Fold anew what is noted of persons between whom identities moved."""
    await attributes.fold_moves(unit, persons)
    await tags_marking.fold_moves(unit, persons)
    await companies.fold_moves(unit, persons)


async def forget_notes(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Delete values and marks of erased identities; their persons keep what their other identities tell."""
    identities = frozenset().union(*(each.identities for each in forgotten))
    persons = frozenset().union(*(each.persons for each in forgotten))
    events = frozenset().union(*(each.events for each in forgotten))
    untold = await attributes_rows.forget_values(unit.connection, identities, events)
    persons |= frozenset((await find_persons(unit, untold)).values())
    await tags_rows.forget_marks(unit.connection, identities)
    await attributes.fold_moves(unit, persons)
    await tags_marking.fold_moves(unit, persons)
    await companies.forget(unit, persons)
