"""A simulator on a free port, and clients that speak to it over loopback HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

import pytest

from weloop.connectors.clients import official_account_clients
from weloop.connectors.official_account.outbound import make_senders
from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.commands import CommandName, Sender
from wxapi.official_account import OfficialAccountClient, fetch_stable_token
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import AiohttpTransport, Bounds
from wxapi.wecom import WecomClient, fetch_token
from wxsim.clock import WorldClock
from wxsim.testing import Running, running
from wxsim.world.demo import AGENTID, APPID, CORPID


@pytest.fixture
async def sim() -> AsyncIterator[Running]:
    """The demo world. Its clock stands unless a test moves it."""
    async with running(clock=WorldClock(stepped=True)) as simulator:
        yield simulator


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    """A pool without haste: how long an answer may take is tested where one is late."""
    pool = AiohttpTransport(Bounds(total_seconds=60, connect_seconds=50))
    yield pool
    await pool.close()


@pytest.fixture
def wecom(sim: Running, transport: AiohttpTransport) -> WecomClient:
    """The client of the demo corp's app."""
    app = sim.world.corps[CORPID].apps[AGENTID]

    async def fetch() -> AccessToken:
        return await fetch_token(transport, sim.wecom_base, CORPID, app.secret)

    return WecomClient(transport, MemoryTokens(fetch), sim.wecom_base)


@pytest.fixture
def account(sim: Running, transport: AiohttpTransport) -> OfficialAccountClient:
    """The client of the demo service account."""
    secret = sim.world.accounts[APPID].secret

    async def fetch() -> AccessToken:
        return await fetch_stable_token(transport, sim.official_account_base, APPID, secret)

    return OfficialAccountClient(transport, MemoryTokens(fetch), sim.official_account_base)


class NoJoinCodes:
    """No join way has a code."""

    async def pictures(self, _states: Collection[str]) -> Mapping[str, int]:
        return {}

    async def addresses(self, _states: Collection[str]) -> Mapping[str, str]:
        return {}


@pytest.fixture
def senders(sim: Running, transport: AiohttpTransport) -> Mapping[CommandName, Sender]:
    """What carries commands out for the demo service account, whatever its id."""
    secret = sim.world.accounts[APPID].secret

    async def load(account_id: int) -> AccountHandle:
        return AccountHandle(account_id, AccountKind.OFFICIAL_ACCOUNT, sim.official_account_base, APPID, "", secret)

    def share(_handle: AccountHandle, fetch: Callable[[], Awaitable[tuple[str, int]]]) -> MemoryTokens:
        async def ask() -> AccessToken:
            return AccessToken(*await fetch())

        return MemoryTokens(ask)

    return make_senders(official_account_clients(transport, load, share), NoJoinCodes())
