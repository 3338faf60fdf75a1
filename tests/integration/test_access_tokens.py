"""One access token per account for all processes: fetched by one, waited for by others, replaced once when it dies."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from weloop.accounts import repository
from weloop.accounts.tokens import SharedToken, TokenKind
from weloop.contracts.errors import CredentialExpired
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.seal import KEY_BYTES, Vault

VAULT = Vault(b"k" * KEY_BYTES)
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Platform:
    """Hands out tokens and counts; ``gate`` holds the answer back."""

    def __init__(self) -> None:
        self.issued = 0
        self.life = 7200
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.error: Exception | None = None

    async def fetch(self) -> tuple[str, int]:
        self.issued += 1
        token = f"TOKEN{self.issued}"
        self.asked.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return token, self.life


@pytest.fixture
async def account_id(engine: AsyncEngine) -> int:
    async with engine.begin() as connection:
        rows = await run(
            connection,
            """
            INSERT INTO account (kind, name, app_id, api_base, callback_key, created_at, updated_at)
            VALUES ('wecom', '山屿云', 'ww1', 'http://127.0.0.1:1', 'key', $1, $1) RETURNING id
            """,
            AT,
        )
    return int(rows[0].id)


@pytest.fixture
def platform() -> Platform:
    return Platform()


async def read_row(engine: AsyncEngine, account_id: int):
    async with engine.begin() as connection:
        rows = await run(connection, "SELECT * FROM access_token WHERE account_id = $1", account_id)
    return rows[0]


async def test_processes_share_one_token(engine: AsyncEngine, account_id: int, platform: Platform):
    processes = [SharedToken(engine, VAULT, account_id, platform.fetch) for _ in range(4)]
    values = await asyncio.gather(*(process.get() for process in processes for _ in range(5)))
    assert set(values) == {"TOKEN1"}
    assert platform.issued == 1


async def test_dead_token_is_replaced_by_one_of_them(engine: AsyncEngine, account_id: int, platform: Platform):
    processes = [SharedToken(engine, VAULT, account_id, platform.fetch) for _ in range(4)]
    for process in processes:
        await process.get()
    values = await asyncio.gather(*(process.refresh("TOKEN1") for process in processes for _ in range(5)))
    assert set(values) == {"TOKEN2"}
    assert platform.issued == 2
    assert (await read_row(engine, account_id)).generation == 2


async def test_late_refresh_of_an_old_token_takes_the_new_one(engine: AsyncEngine, account_id: int, platform: Platform):
    first, second = (SharedToken(engine, VAULT, account_id, platform.fetch) for _ in range(2))
    await first.get()
    await second.get()
    await first.refresh("TOKEN1")
    assert await second.refresh("TOKEN1") == "TOKEN2"
    assert platform.issued == 2


async def test_token_is_sealed_and_the_lease_given_back(engine: AsyncEngine, account_id: int, platform: Platform):
    await SharedToken(engine, VAULT, account_id, platform.fetch).get()
    row = await read_row(engine, account_id)
    assert b"TOKEN1" not in row.token_sealed
    assert row.lease_owner is None


async def test_others_wait_while_one_asks(engine: AsyncEngine, account_id: int, platform: Platform):
    platform.gate.clear()
    first, second = (SharedToken(engine, VAULT, account_id, platform.fetch) for _ in range(2))
    asking = asyncio.create_task(first.get())
    await platform.asked.wait()
    waiting = asyncio.create_task(second.get())
    row = await read_row(engine, account_id)
    assert row.lease_until > machine_now()
    platform.gate.set()
    assert await asyncio.gather(asking, waiting) == ["TOKEN1", "TOKEN1"]
    assert platform.issued == 1


async def test_process_that_died_while_asking_is_replaced(engine: AsyncEngine, account_id: int, platform: Platform):
    async with engine.begin() as connection:
        await run(
            connection,
            "INSERT INTO access_token (account_id, lease_owner, lease_until) VALUES ($1, 'dead', $2)",
            account_id,
            machine_now() - timedelta(seconds=1),
        )
    assert await SharedToken(engine, VAULT, account_id, platform.fetch).get() == "TOKEN1"


async def test_failure_frees_the_lease_and_is_not_repeated_at_once(
    engine: AsyncEngine, account_id: int, platform: Platform
):
    """Repeated wrong secrets get the address blocked."""
    platform.error = CredentialExpired("invalid secret", 40001)
    token = SharedToken(engine, VAULT, account_id, platform.fetch)
    for _ in range(3):
        with pytest.raises(CredentialExpired):
            await token.get()
    assert platform.issued == 1
    platform.error = None
    assert await SharedToken(engine, VAULT, account_id, platform.fetch).get() == "TOKEN2"


async def test_ended_token_is_replaced(engine: AsyncEngine, account_id: int, platform: Platform):
    platform.life = 0
    token = SharedToken(engine, VAULT, account_id, platform.fetch)
    assert [await token.get(), await token.get()] == ["TOKEN1", "TOKEN2"]


async def test_account_changed_while_asking(engine: AsyncEngine, account_id: int, platform: Platform):
    """The row was dropped with the old credentials: what the old ones brought is not stored."""
    platform.gate.clear()
    token = SharedToken(engine, VAULT, account_id, platform.fetch)
    asking = asyncio.create_task(token.get())
    await platform.asked.wait()
    async with engine.begin() as connection:
        await run(connection, "DELETE FROM access_token WHERE account_id = $1", account_id)
    platform.gate.set()
    assert await asking == "TOKEN2"


async def test_other_credentials_make_a_new_token(engine: AsyncEngine, account_id: int, platform: Platform):
    def token(secret: str) -> SharedToken:
        return SharedToken(engine, VAULT, account_id, platform.fetch, credentials=secret)

    assert await token("before").get() == "TOKEN1", "by a process that has not heard of the change"
    assert [await token("after").get() for _ in range(2)] == ["TOKEN2", "TOKEN2"]


async def test_other_key_makes_a_new_token(engine: AsyncEngine, account_id: int, platform: Platform):
    await SharedToken(engine, VAULT, account_id, platform.fetch).get()
    other = Vault(b"x" * KEY_BYTES)
    assert await SharedToken(engine, other, account_id, platform.fetch).get() == "TOKEN2"


async def test_no_token_in_the_repr(engine: AsyncEngine, account_id: int, platform: Platform):
    token = SharedToken(engine, VAULT, account_id, platform.fetch)
    await token.get()
    assert "TOKEN" not in repr(token) + repr(token._held)


async def test_tickets_stand_beside_the_token_and_go_with_it(engine: AsyncEngine, account_id: int, platform: Platform):
    kinds = (TokenKind.ACCESS, TokenKind.CORP_TICKET, TokenKind.APP_TICKET)
    held = [SharedToken(engine, VAULT, account_id, platform.fetch, kind) for kind in kinds]
    values = [await token.get() for token in held]
    assert len(set(values)) == 3
    again = [await SharedToken(engine, VAULT, account_id, platform.fetch, kind).get() for kind in kinds]
    assert again == values
    assert await held[1].refresh(values[1]) == "TOKEN4"
    assert await SharedToken(engine, VAULT, account_id, platform.fetch, TokenKind.APP_TICKET).get() == values[2]
    async with AsyncSession(engine) as session, session.begin():
        await repository.forget_token(session, account_id)
    assert await SharedToken(engine, VAULT, account_id, platform.fetch, TokenKind.CORP_TICKET).get() == "TOKEN5"
