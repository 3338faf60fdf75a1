"""A broadcast whose workers are killed while its list is frozen, while it is handed on and while it is sent.

``WELOOP_CRASH_RECIPIENTS`` makes it longer: 5000. Freezing and handing on are struck for sure: the test
holds the row that the worker is about to write.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from weloop.features.broadcasts.rules import load_limits
from weloop.outbox.relay import RelayLimits
from wxsim.world.following import follow, write

pytestmark = [pytest.mark.crash, pytest.mark.long]

RECIPIENTS = int(os.environ.get("WELOOP_CRASH_RECIPIENTS", "400"))
STRANGERS = 11_000
"""Persons whom the account does not know: they make the list three chunks long."""
SENDING_KILLS = 3
UNANSWERED = 96
TEXT = "本周四公开课"
STRANGE = """
INSERT INTO person (id, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
SELECT ('x' || substr(md5(n::text), 1, 16))::bit(64)::bigint, '', '{phone}', '{}', now(), now(), true, false
FROM generate_series(1, $1::int) AS n
"""
RECIPIENT = """
INSERT INTO broadcast_recipient (broadcast_id, person_id, state, at)
SELECT $1, id, 'waiting', now() FROM person ORDER BY id OFFSET $2 LIMIT 1
"""
COMMAND = """
INSERT INTO command (key, name, account_id, body, delivery, lane, due, trace_id, created_at)
SELECT 'broadcast:' || $1::bigint || ':' || person_id, 'SendServiceMessage', 0, '{}', 'at_most_once', 2, now(), '',
    now()
FROM identity WHERE kind = 'follower' ORDER BY person_id OFFSET $2 LIMIT 1
"""
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%INSERT INTO {}%'"
SENT = """
SELECT count(*) FILTER (WHERE state IN ('sent', 'uncertain')) * coalesce(max((state = 'sending')::int), 0)
FROM command WHERE key LIKE 'broadcast:%'
"""
"""How many have gone, 0 while none is on its way."""
TRICKLE = """
WITH filled AS (
    INSERT INTO rate_bucket (account_id, name, tokens, refilled_at)
    SELECT id, 'official_account_message', 20, now() FROM account WHERE kind = 'official_account'
    ON CONFLICT (account_id, name) DO UPDATE SET tokens = 20
) SELECT 0
"""
"""Twenty a look: faster than the platform lets, and slow enough to be killed in between."""
LEFT = """
SELECT (SELECT count(*) FROM inbox_pending)
     + (SELECT count(*) FROM command WHERE state IN ('queued', 'sending') AND key LIKE 'broadcast:%')
"""


async def test_everybody_gets_it_once_however_often_workers_die(installation: Any, source: dict[str, Any]) -> None:
    account = await _gather(installation)
    path, number = await _write(installation, account)

    # Once in the second chunk of the list, once while recipients are put into the outbox.
    freeze = load_limits()["sender"]["freeze"]
    async with _held(installation, COMMAND, number, RECIPIENTS // 2):
        async with _held(installation, RECIPIENT, number, freeze + freeze // 2):
            await installation.call("POST", f"{path}/confirm?version=1")
            await _kill_blocked(installation, "broadcast_recipient")
        await _kill_blocked(installation, "command")
    assert await installation.try_fetch("SELECT count(*) FROM broadcast_recipient") == RECIPIENTS + STRANGERS

    for kill in range(SENDING_KILLS):
        await _until_sent(installation, RECIPIENTS * (kill + 1) // (SENDING_KILLS + 2))
        installation.kill("worker")

    async def over() -> bool:
        await installation.try_fetch(TRICKLE)
        if await installation.try_fetch(LEFT) != 0:
            return False
        return bool((await installation.call("GET", path))["state"] == "done")

    await installation.until(over, 60.0 + RECIPIENTS / 25)
    await _check(installation, number)


async def _gather(installation: Any) -> int:
    """Followers who wrote a moment ago, and persons who are no followers; the account's id."""
    world, deliveries = installation.simulator.world, installation.simulator.simulator.deliveries
    world.limits.event_window_count = world.limits.event_window_seconds = None
    rules = await installation.call("GET", "/api/contact-rules")
    values = {**rules["values"], "marketing_quiet": ["00:00", "00:00"]}
    await installation.call("PUT", "/api/contact-rules", {"revision": rules["revision"], "values": values})
    [account] = world.accounts.values()
    for _ in range(RECIPIENTS):
        person = world.create_person()
        follow(world, account, person)
        write(world, account, person, "想要报价单")
        while deliveries.unanswered >= UNANSWERED:
            await asyncio.sleep(0.002)
    assert await installation.simulator.idle(120)

    async def known() -> bool:
        found = await installation.try_fetch("SELECT count(*) FROM person WHERE kinds @> '{follower}'")
        return found == RECIPIENTS and await installation.try_fetch("SELECT count(*) FROM inbox_pending") == 0

    await installation.until(known)
    await installation.fetch(STRANGE, STRANGERS)
    await installation.fetch(TRICKLE)
    accounts = await installation.call("GET", "/api/accounts")
    return int(next(each["id"] for each in accounts if each["kind"] == "official_account"))


async def _write(installation: Any, account_id: int) -> tuple[str, int]:
    body = {
        "name": "公开课",
        "kind": "service",
        "account_id": account_id,
        "audience": {"kind": "persons", "person_kind": None},
        "content": {"text": TEXT},
    }
    made = await installation.call("POST", "/api/broadcasts", body)
    return f"/api/broadcasts/{made['id']}", made["id"]


@asynccontextmanager
async def _held(installation: Any, sql: str, *arguments: object) -> AsyncIterator[None]:
    """Within it a row is written and not committed: whoever writes the same one waits. Afterwards it never was."""
    connection = await asyncpg.connect(installation.database)
    try:
        transaction = connection.transaction()
        await transaction.start()
        # Without its foreign key, which would lock the broadcast itself.
        await connection.execute("SET LOCAL session_replication_role = replica")
        assert await connection.execute(sql, *arguments) == "INSERT 0 1"
        yield
        await transaction.rollback()
    finally:
        await connection.close()


async def _kill_blocked(installation: Any, table: str) -> None:
    """Kill the worker while its transaction waits for the row that is held."""
    await installation.until(lambda: installation.try_fetch(BLOCKED.format(table)))
    installation.kill("worker")


async def _until_sent(installation: Any, count: int) -> None:
    """So many have gone and others are on their way, by a worker that is there to be killed again."""

    async def there() -> bool:
        await installation.try_fetch(TRICKLE)
        sent = await installation.try_fetch(SENT)
        return (sent or 0) >= count and installation.pid("worker") is not None

    await installation.until(there)


async def _check(installation: Any, number: int) -> None:
    """Each person is in the list once, each follower has one command; what is called sent is on the phone once."""
    rows = await installation.fetch(
        "SELECT r.person_id, r.state AS step, r.reason, r.address AS openid, c.state FROM broadcast_recipient AS r"
        " LEFT JOIN command AS c ON c.key = 'broadcast:' || r.broadcast_id || ':' || r.person_id"
        " WHERE r.broadcast_id = $1",
        number,
    )
    assert len(rows) == len({row["person_id"] for row in rows}) == RECIPIENTS + STRANGERS
    assert {(row["step"], row["reason"]) for row in rows if not row["openid"]} == {("skipped", "unreachable")}
    mine = {row["openid"]: row for row in rows if row["openid"]}
    steps = Counter(row["step"] for row in mine.values())
    sys.stdout.write(f"steps: {dict(steps)}\n")
    assert len(mine) == RECIPIENTS
    assert all(row["step"] == row["state"] for row in mine.values())
    assert steps.keys() <= {"sent", "uncertain"}
    assert steps["uncertain"] <= RelayLimits().in_flight * SENDING_KILLS
    world = installation.simulator.world
    [account] = world.accounts.values()
    for person in world.people.values():
        openid = world.openid(account.appid, person)
        heard = [
            message.body.get("text")
            for chat in world.phone(person).chats.values()
            for message in chat.messages
            if message.side == "them"
        ].count(TEXT)
        if openid not in mine:
            assert heard == 0
        else:
            assert heard in ({1} if mine[openid]["step"] == "sent" else {0, 1})
