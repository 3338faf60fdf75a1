"""Forgetting identities: they, their links and their key go; what the log says of them stays without its content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from weloop.contracts.identities import IdentitiesForgotten
from weloop.identity import repository
from weloop.identity.repository import lock_links
from weloop.identity.rules import Undo
from weloop.identity.service import refold
from weloop.inbox.api import erase_subjects
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Traces:
    """What events told at one moment have left behind.

    ``person_of``: the identities asked for that are still there, each with its person. ``made``: identities of these
    persons that were first seen at that moment. ``met``: persons of whom one of these was seen since, or is a friend.
    """

    person_of: dict[int, int]
    made: dict[int, int]
    met: frozenset[int]


async def find_traces(unit: UnitOfWork, identities: Collection[int], at: datetime) -> Traces:
    """Look at identities that events which occurred at ``at`` have named.

    Whom a platform was asked about because of them, and does not know, was not seen by that.
    """
    rows = await run(
        unit.connection,
        """
        SELECT i.id, i.person_id, i.first_seen_at = $2 AS made, i.id = ANY ($1::bigint[]) AS asked,
            (i.last_seen_at > $2 AND NOT (i.found IS FALSE AND i.last_seen_at = i.fetched_at))
                OR EXISTS (SELECT 1 FROM relation AS r WHERE r.identity_id = i.id) AS met
        FROM identity AS i
        WHERE i.person_id IN (SELECT person_id FROM identity WHERE id = ANY ($1::bigint[]))
        """,
        sorted(identities),
        at,
    )
    return Traces(
        {row.id: row.person_id for row in rows if row.asked},
        {row.id: row.person_id for row in rows if row.made},
        frozenset(row.person_id for row in rows if row.made and row.met),
    )


async def forget(unit: UnitOfWork, identities: Collection[int], events: Collection[int]) -> None:
    """Forget identities, and what events said of those that stay: links they said first, profiles they filled in."""
    await lock_links(unit.connection)
    ids, said = sorted(identities), sorted(events)
    near = {row.id: row.person_id for row in await repository.load_near(unit.connection, ids)}
    await run(unit.connection, _UNTELL, said, ids)
    parted = await run(unit.connection, "SELECT key, a, b FROM identity_fact WHERE event_id = ANY ($1::bigint[])", said)
    gone = frozenset(ids)
    undone = [row for row in parted if row.a not in gone and row.b not in gone]
    # Named by what it takes back: undoing twice is one undo.
    await repository.add_undos(unit.connection, [(Undo(row.key, "forget").key, row.key) for row in undone], unit.now)
    await run(unit.connection, _FORGET_FACTS, ids)
    await run(unit.connection, "DELETE FROM identity WHERE id = ANY ($1::bigint[])", ids)
    await erase_subjects(unit, ids)
    persons = frozenset(near[identity] for identity in gone if identity in near)
    unit.append(IdentitiesForgotten(gone, persons, frozenset(said)))
    left = {identity for identity in near if identity not in gone} | {end for row in undone for end in (row.a, row.b)}
    await refold(unit, {near[identity] for identity in gone if identity in near}, left)


_UNTELL = """
UPDATE identity SET name = NULL, company = NULL, remark = NULL, told_at = NULL, told_event = NULL
WHERE told_event = ANY ($1::bigint[]) AND id <> ALL ($2::bigint[])
"""
_FORGET_FACTS = """
WITH gone AS (DELETE FROM identity_fact WHERE a = ANY ($1::bigint[]) OR b = ANY ($1::bigint[]) RETURNING key)
DELETE FROM identity_fact WHERE target IN (SELECT key FROM gone)
"""
