"""A simulator on a free port, and clients that speak to it over loopback HTTP."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from weloop.connectors.clients import official_account_clients
from weloop.connectors.official_account.outbound import make_senders
from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.commands import CommandName, Sender
from wxapi.official_account import OfficialAccountClient, fetch_stable_token
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import Bounds, HttpTransport
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
async def transport() -> AsyncIterator[HttpTransport]:
    """A pool whose time-out is short enough for tests of it."""
    pool = HttpTransport(Bounds(total_seconds=2.0, connect_seconds=1.0))
    yield pool
    await pool.close()


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for loopback, which clients of this process trust."""
    begin = datetime.now(UTC) - timedelta(minutes=1)
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def vouch(subject: str, holder: ec.EllipticCurvePrivateKey, *, ca: bool) -> bytes:
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
            .public_key(holder.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(authority, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)

    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "server.pem"
    file.write_bytes(secret + vouch("loopback", key, ca=False))
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(vouch("authority", authority, ca=True))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return context


@pytest.fixture
def wecom(sim: Running, transport: HttpTransport) -> WecomClient:
    """The client of the demo corp's app."""
    app = sim.world.corps[CORPID].apps[AGENTID]

    async def fetch() -> AccessToken:
        return await fetch_token(transport, sim.wecom_base, CORPID, app.secret)

    return WecomClient(transport, MemoryTokens(fetch), sim.wecom_base)


@pytest.fixture
def account(sim: Running, transport: HttpTransport) -> OfficialAccountClient:
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
def senders(sim: Running, transport: HttpTransport) -> Mapping[CommandName, Sender]:
    """What carries commands out for the demo service account, whatever its id."""
    secret = sim.world.accounts[APPID].secret

    async def load(account_id: int) -> AccountHandle:
        return AccountHandle(account_id, AccountKind.OFFICIAL_ACCOUNT, sim.official_account_base, APPID, "", secret)

    def share(_account_id: int, fetch: Callable[[], Awaitable[tuple[str, int]]]) -> MemoryTokens:
        async def ask() -> AccessToken:
            return AccessToken(*await fetch())

        return MemoryTokens(ask)

    return make_senders(official_account_clients(transport, load, share), NoJoinCodes())
