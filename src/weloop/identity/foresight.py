"""What persons would be if somebody said more than is known: the rules of identity on facts that nobody has written."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from weloop.contracts.identities import IdentityKind, IdentityRef, Strength
from weloop.identity import repository
from weloop.identity.rules import Link, Persons, fold_persons, link, standing
from weloop.kit.unit import UnitOfWork

_AT_ONCE = 5_000
"""Identities that one statement asks for."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """``person_of``: identity → the person it would belong to. ``known``: such a person → those of today."""

    person_of: Mapping[int, int]
    known: Mapping[int, frozenset[int]]


async def foresee(unit: UnitOfWork, rows: Sequence[Sequence[IdentityRef]]) -> Foreseen:
    """Join persons as if each row said weakly that its first ref is known by its others. Writes nothing."""
    kinds = {ref.id: ref.kind for refs in rows for ref in refs}
    scopes = {ref.id: ref.scope for refs in rows for ref in refs}
    links = {made.key: made for refs in rows for made in _links(refs)}
    undos: dict[bytes, bytes] = {}
    today: dict[int, int] = {}
    ids = sorted(kinds)
    for begin in range(0, len(ids), _AT_ONCE):
        near = await repository.load_near(unit.connection, ids[begin : begin + _AT_ONCE])
        for row in near:
            kinds[row.id], scopes[row.id], today[row.id] = IdentityKind(row.kind), row.scope, row.person_id
        for row in await repository.load_facts(unit.connection, [row.id for row in near]):
            if row.target is None:
                links[row.key] = Link(row.a, row.b, Strength(row.strength))
            else:
                undos[row.key] = row.target
    folded = await asyncio.to_thread(_fold, kinds, scopes, links, undos)
    known: dict[int, frozenset[int]] = {}
    for identity, person in today.items():
        now_in = folded.person_of[identity]
        known[now_in] = known.get(now_in, frozenset()) | {person}
    return Foreseen(folded.person_of, known)


def _links(refs: Sequence[IdentityRef]) -> Iterator[Link]:
    return (link(refs[0].id, ref.id, Strength.WEAK) for ref in refs[1:])


def _fold(
    kinds: Mapping[int, IdentityKind],
    scopes: Mapping[int, str],
    links: Mapping[bytes, Link],
    undos: Mapping[bytes, bytes],
) -> Persons:
    kept = standing(links, undos)
    return fold_persons(kinds, [item for key, item in links.items() if key in kept], scopes)
