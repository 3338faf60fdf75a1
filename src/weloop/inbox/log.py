"""Appending to the log: one statement for a batch that Python has de-duplicated and sorted by key."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.events import NewEvent
from weloop.inbox.payload import SubjectKeys, occurrence_key, pack
from weloop.kit.clock import machine_now
from weloop.kit.db import Run, columns, run, to_json
from weloop.kit.ids import trace
from weloop.kit.seal import SaltedKey
from weloop.kit.unit import UnitOfWork

_APPEND = """
WITH batch AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::int[], $2::bytea[], $3::timestamptz[], $4::text[], $5::bigint[], $6::jsonb[],
        $7::text[], $8::bytea[], $9::bigint[], $10::smallint[], $11::int[]
    ) AS b (account_id, key, occurred_at, kind, identity_id, data, trace_id, sealed, subject, lane, arrival)
),
fresh AS (
    INSERT INTO inbox_key (account_id, key, recorded_at)
    SELECT account_id, key, $12::timestamptz FROM batch
    ON CONFLICT DO NOTHING RETURNING account_id, key
),
numbered AS MATERIALIZED (
    SELECT nextval('event_id') AS id, b.*
    FROM (SELECT batch.* FROM batch JOIN fresh USING (account_id, key) ORDER BY arrival) AS b
),
logged AS (
    INSERT INTO event (recorded_at, id, occurred_at, account_id, kind, identity_id, data, trace_id)
    SELECT $12, id, occurred_at, account_id, kind, identity_id, data, trace_id FROM numbered
),
kept AS (
    INSERT INTO event_payload (event_id, sealed) SELECT id, sealed FROM numbered WHERE sealed IS NOT NULL
),
pending AS (
    INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)
    SELECT id, $12, subject, lane, $12, true FROM numbered
)
SELECT count(*), pg_notify('live', 'inbox') FROM numbered HAVING count(*) > 0
"""


async def append_events(
    connection: AsyncConnection, keys: SubjectKeys, events: Sequence[NewEvent], execute: Run = run
) -> int:
    """Append a batch in one atomic statement; answers how many were new. Any order, any duplicates."""
    unique: dict[tuple[int, bytes], _Arrival] = {}
    for number, event in enumerate(events):
        # The id of a subject is a hash that is made anew at each look: look once.
        arrival = _Arrival(number, event, event.subject_id, pack(event))
        unique.setdefault((event.account_id, occurrence_key(event.dedupe)), arrival)
    sealing = await keys.load(
        connection,
        (each.subject_id for each in unique.values() if each.plain is not None and each.subject_id is not None),
        execute,
    )
    # Sorted by the unique key: parallel batches in different order would deadlock.
    rows = [
        (*key, *_row(key[1], arrival, _seal(keys, sealing, arrival)), arrival.number)
        for key, arrival in sorted(unique.items(), key=itemgetter(0))
    ]
    found = await execute(connection, _APPEND, *columns(rows, 11), machine_now())
    return int(found[0][0]) if found else 0


class _Arrival(NamedTuple):
    """An event of a batch: its place in it, its subject, and the personal part still in clear."""

    number: int
    event: NewEvent
    subject_id: int | None
    plain: bytes | None


def _seal(keys: SubjectKeys, sealing: Mapping[int, SaltedKey], arrival: _Arrival) -> bytes | None:
    if arrival.plain is None:
        return None
    subject_id = arrival.subject_id
    return keys.seal_plain(arrival.plain) if subject_id is None else sealing[subject_id].seal(arrival.plain)


def _row(key: bytes, arrival: _Arrival, sealed: bytes | None) -> tuple[Any, ...]:
    event, subject_id = arrival.event, arrival.subject_id
    return (
        event.occurred_at,
        str(event.kind),
        subject_id,
        to_json(event.data),
        event.trace_id or trace.get(),
        sealed,
        # An event without a subject waits on nobody: its own key is its subject.
        subject_id if subject_id is not None else int.from_bytes(key[:8], "big", signed=True),
        int(event.lane),
    )


def write_events(keys: SubjectKeys) -> Callable[[UnitOfWork, Sequence[NewEvent]], Awaitable[None]]:
    """The writer of a unit of work's events."""

    async def write(unit: UnitOfWork, events: Sequence[NewEvent]) -> None:
        if not unit.replays:  # what it caused stands in the log
            await append_events(unit.connection, keys, events)

    return write
