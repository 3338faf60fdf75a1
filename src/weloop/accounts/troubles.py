"""What stands in an account's way although its credentials were good when they were checked: noted from the platform's
answers to messages, from callbacks that do not come, and from people who leave."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Row

from weloop.contracts.accounts import AccountRecovered
from weloop.contracts.errors import NotFound
from weloop.kit.db import columns, run
from weloop.kit.unit import UnitOfWork

TOPIC = "accounts"
RETRY = timedelta(minutes=10)
"""Until one message tries whether it is over."""


class What(StrEnum):
    """Kinds of trouble."""

    CREDENTIAL = "credential"
    BLOCKED = "blocked"
    """The platform lets the account call nothing."""
    CAPABILITY = "capability"
    """It may not call one API."""
    UNHEARD = "unheard"
    """Callbacks are not believed: the token or the key is wrong."""
    SILENT = "silent"
    """Messages went out, and nothing comes any more."""
    LEAVING = "leaving"
    """More people leave than usual."""
    COMPLAINING = "complaining"
    """More people complain than usual."""


STOPS = frozenset({What.CREDENTIAL, What.BLOCKED, What.CAPABILITY})
DEAF = frozenset({What.UNHEARD, What.SILENT})
BRAKES = frozenset({What.LEAVING, What.COMPLAINING})
"""Of these somebody may end one early."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble. ``capability``: the command it is about, else empty. ``errcode`` and ``reason``: the platform's.
    ``lately`` and ``usual``: of a brake, people within 24 hours and on a usual day. ``off_until``: it was ended early,
    and holds nothing."""

    account_id: int
    what: What
    capability: str = ""
    errcode: int = 0
    reason: str = ""
    lately: int = 0
    usual: float = 0.0
    off_until: datetime | None = None


async def note_troubles(unit: UnitOfWork, troubles: Iterable[Trouble]) -> None:
    """Write troubles down; one that is known keeps its beginning, and one that was ended early stays so until then."""
    distinct = {(each.account_id, str(each.what), each.capability): each for each in troubles}
    if not distinct:
        return
    await run(
        unit.connection,
        """
        INSERT INTO account_trouble AS t (
            account_id, what, capability, errcode, reason, lately, usual, since, retry_at)
        SELECT u.*, $8, $9 FROM unnest(
            $1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::float8[]) AS u (
            account_id, what, capability, errcode, reason, lately, usual)
        WHERE EXISTS (SELECT FROM account WHERE id = u.account_id)
        ON CONFLICT (account_id, what, capability) DO UPDATE SET
            errcode = excluded.errcode, reason = excluded.reason, retry_at = excluded.retry_at,
            lately = excluded.lately, usual = excluded.usual,
            since = CASE WHEN t.off_until <= excluded.since THEN excluded.since ELSE t.since END,
            off_until = CASE WHEN t.off_until > excluded.since THEN t.off_until END
        """,
        *columns(
            [(*key, each.errcode, each.reason, each.lately, each.usual) for key, each in sorted(distinct.items())],
            7,
        ),
        unit.now,
        unit.now + RETRY,
    )
    unit.publish(TOPIC)


async def end_troubles(
    unit: UnitOfWork, accounts: Collection[int], whats: Collection[What], capability: str = ""
) -> None:
    """What stood in the way of these accounts is over. ``capability``: of what concerns one command only that one. What
    was ended early is kept for as long as it says."""
    rows = await run(
        unit.connection,
        """
        DELETE FROM account_trouble
        WHERE account_id = ANY ($1::bigint[]) AND what = ANY ($2::text[]) AND capability IN ('', $3)
            AND (off_until IS NULL OR off_until <= $4)
        RETURNING account_id
        """,
        sorted(accounts),
        [str(what) for what in whats],
        capability,
        unit.now,
    )
    _tell(unit, rows)


async def lift_brake(unit: UnitOfWork, account_id: int, what: What, until: datetime) -> None:
    """End one early: it holds nothing, and is not noted again until a moment. NotFound when it holds nothing now."""
    rows = await run(
        unit.connection,
        """
        UPDATE account_trouble SET off_until = $3
        WHERE account_id = $1 AND what = $2 AND off_until IS NULL
            AND EXISTS (SELECT FROM account WHERE id = $1 AND removed_at IS NULL)
        RETURNING account_id
        """,
        account_id,
        str(what),
        until,
    )
    if not rows:
        raise NotFound("this does not stand in the account's way", code="trouble_not_found")
    _tell(unit, rows)


async def try_again(unit: UnitOfWork, account_id: int) -> None:
    """Somebody looked after an account whose credentials are good: the next message tries whether the rest is over."""
    rows = await run(
        unit.connection,
        """
        UPDATE account_trouble SET retry_at = $2 WHERE account_id = $1 AND what IN ('blocked', 'capability')
        RETURNING account_id
        """,
        account_id,
        unit.now,
    )
    _tell(unit, rows)


def _tell(unit: UnitOfWork, rows: Iterable[Row[Any]]) -> None:
    found = sorted({row.account_id for row in rows})
    for account_id in found:
        unit.append(AccountRecovered(account_id))
    if found:
        unit.publish(TOPIC)


async def take_tries(unit: UnitOfWork, accounts: Collection[int]) -> set[int]:
    """Which of these accounts may try one message now; nobody else may before the next try is due."""
    rows = await run(
        unit.connection,
        """
        UPDATE account_trouble SET retry_at = $3
        WHERE account_id = ANY ($1::bigint[]) AND what IN ('credential', 'blocked', 'capability') AND retry_at <= $2
        RETURNING account_id
        """,
        sorted(accounts),
        unit.now,
        unit.now + RETRY,
    )
    return {row.account_id for row in rows}


async def list_troubles(unit: UnitOfWork) -> list[tuple[Trouble, datetime]]:
    """All, with since when, the oldest first; those that were ended early too."""
    rows = await run(
        unit.connection,
        """
        SELECT account_id, what, capability, errcode, reason, lately, usual, off_until, since FROM account_trouble
        ORDER BY since, what, capability
        """,
    )
    return [(Trouble(row.account_id, What(row.what), *tuple(row)[2:8]), row.since) for row in rows]
