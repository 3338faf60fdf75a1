"""Leads of former times, as files tell of them. Nobody works them; the baseline is counted from them."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal

from weloop.kit.db import columns, run
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class FormerLead:
    """What one row of an import tells. ``source``: in the file's words; ``amount`` in yuan; None: not told."""

    import_id: int
    number: int
    identity_id: int
    state: str
    source: str
    entered_on: date | None
    reached: str | None
    amount: Decimal | None
    won_on: date | None


async def note_former(unit: UnitOfWork, rows: Sequence[FormerLead]) -> None:
    """Keep what rows tell; a row that is kept already changes nothing."""
    if rows:
        await run(
            unit.connection,
            """
            INSERT INTO lead_history
                (import_id, number, identity_id, state, source, entered_on, reached, amount, won_on)
            SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::date[], $7::text[],
                $8::numeric[], $9::date[])
            ON CONFLICT DO NOTHING
            """,
            *columns([astuple(row) for row in rows], 9),
        )


async def drop_former(unit: UnitOfWork, import_id: int) -> None:
    """Forget what an import told: a list that should never have come in is in no figure."""
    await run(unit.connection, "DELETE FROM lead_history WHERE import_id = $1", import_id)


async def list_former(unit: UnitOfWork) -> list[FormerLead]:
    """All of them, in the order of their files."""
    rows = await run(
        unit.connection,
        """
        SELECT import_id, number, identity_id, state, source, entered_on, reached, amount, won_on
        FROM lead_history ORDER BY import_id, number
        """,
    )
    return [FormerLead(*tuple(row)) for row in rows]
