"""Reading the log of some identities, newest first."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.events import Event, EventKind
from weloop.inbox.payload import SubjectKeys, unpack
from weloop.kit.db import run
from weloop.kit.errors import SealBroken

_PAGE = """
SELECT e.id AS event_id, e.recorded_at, e.occurred_at, e.account_id, e.kind, e.identity_id, e.data, e.trace_id,
       p.sealed, k.salt
FROM event AS e
LEFT JOIN event_payload AS p ON p.event_id = e.id
LEFT JOIN subject_key AS k ON k.identity_id = e.identity_id
WHERE e.identity_id = ANY ($1) AND e.id < $2
ORDER BY e.id DESC LIMIT $3
"""


async def load_timeline(
    connection: AsyncConnection, keys: SubjectKeys, identities: Collection[int], *, before: int, limit: int
) -> list[Event]:
    """Events of these identities with an id below ``before``, newest first."""
    rows: Sequence[Row[Any]] = await run(connection, _PAGE, sorted(identities), before, limit)
    return [_show(keys, row) for row in rows]


def _show(keys: SubjectKeys, row: Row[Any]) -> Event:
    """What was sealed with a key that is lost can be shown no more than what was erased."""
    try:
        return to_event(keys, row)
    except SealBroken:
        return _event(row, None)


def to_event(keys: SubjectKeys, row: Row[Any]) -> Event:
    """An event from its row; without its personal part if the subject was erased. SealBroken with another key."""
    return _event(row, None if row.sealed is None else keys.open(row.salt, row.identity_id, row.sealed))


def _event(row: Row[Any], plain: bytes | None) -> Event:
    subject, aliases, profile, personal = unpack(plain) if plain is not None else (None, (), None, {})
    return Event(
        id=row.event_id,
        account_id=row.account_id,
        kind=EventKind(row.kind),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        subject=subject,
        identity_id=row.identity_id,
        data=row.data,
        personal=personal,
        aliases=aliases,
        profile=profile,
        trace_id=row.trace_id,
    )


async def load_latest(connection: AsyncConnection, kinds: Collection[str], limit: int) -> Sequence[Row[Any]]:
    """The newest events of these kinds with a subject: (id, kind, occurred_at, identity_id, data)."""
    return await run(
        connection,
        """
        SELECT id, kind, occurred_at, identity_id, data FROM event
        WHERE kind = ANY ($1::text[]) AND identity_id IS NOT NULL ORDER BY recorded_at DESC, id DESC LIMIT $2
        """,
        sorted(kinds),
        limit,
    )
