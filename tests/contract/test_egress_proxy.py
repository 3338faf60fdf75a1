"""Calls through a real HTTP proxy: tunnels for https, forwarding for http, and what its refusals mean."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp.connector
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.egress_proxy import PASSWORD, egress_proxy

from weloop.contracts.errors import SetupError
from weloop.entrypoints.settings import load_settings
from wxapi.errors import NotSent
from wxapi.transport import AiohttpTransport


async def _answer(request: web.Request) -> web.Response:
    return web.json_response({"errcode": 0, "said": (await request.read()).decode()})


@asynccontextmanager
async def platform(tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Something that answers; its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A server's certificate for loopback, which clients of this process trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    begin = datetime.now(UTC) - timedelta(minutes=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "server.pem"
    file.write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    aiohttp.connector._SSL_CONTEXT_VERIFIED.load_verify_locations(cadata=pem.decode())
    return context


async def test_https_goes_through_a_tunnel_that_sees_no_secret(tls: ssl.SSLContext) -> None:
    async with platform(tls) as url, egress_proxy() as proxy:
        transport = AiohttpTransport(proxy=proxy.url)
        answer = await transport.post(url + "/x", {"access_token": "T0KEN"}, b"secret body", "text/plain")
        assert b"secret body" in answer.body
        assert answer.date
        assert proxy.seen == [f"CONNECT {url.removeprefix('https://')}"]
        assert len(proxy.carried) > 100
        assert b"T0KEN" not in proxy.carried
        assert b"secret body" not in proxy.carried
        await transport.close()


async def test_plain_http_is_forwarded() -> None:
    async with platform() as url, egress_proxy() as proxy:
        transport = AiohttpTransport(proxy=proxy.url)
        assert (await transport.get(url + "/x", {"a": "1"})).status == 200
        assert proxy.seen == [f"GET {url}/x?a=1"]
        await transport.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_what_a_proxy_refuses_was_not_sent_and_nothing_goes_around_it(scheme: str, tls: ssl.SSLContext) -> None:
    async with platform(tls if scheme == "https" else None) as url, egress_proxy() as proxy:
        wrong = AiohttpTransport(proxy=proxy.url.replace("pr0xy", "other"))
        with pytest.raises(NotSent, match=r"proxy (refuses \(407\)|wants another name or password)") as refused:
            await wrong.get(url + "/x", {})
        assert PASSWORD not in str(refused.value)
        away = AiohttpTransport(proxy="http://127.0.0.1:1")
        with pytest.raises(NotSent):
            await away.get(url + "/x", {})
        assert proxy.seen == []
        await wrong.close()
        await away.close()


async def test_a_tunnel_that_the_proxy_will_not_dig_was_not_sent(tls: ssl.SSLContext) -> None:
    async with platform(tls) as url, egress_proxy() as proxy:
        proxy.verdict = 502
        transport = AiohttpTransport(proxy=proxy.url)
        with pytest.raises(NotSent, match=r"refuses \(502\)"):
            await transport.post(url + "/x", {}, b"body", "text/plain")
        await transport.close()


@pytest.mark.parametrize(
    "given",
    [
        "proxy.example.com:3128",
        "https://proxy.example.com:3128",
        "socks5://proxy.example.com:3128",
        "http://proxy.example.com",
        "http://proxy.example.com:99999",
        "http://u:S3cret@proxy.example.com:3128/path",
        "http://u:S3cret@:3128",
        "http://[::1",
    ],
)
def test_a_proxy_of_another_shape_stops_the_start_with_one_sentence(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WELOOP_EGRESS_PROXY", given)
    with pytest.raises(SetupError, match="WELOOP_EGRESS_PROXY does not fit") as refused:
        load_settings()
    assert "S3cret" not in f"{refused.value} {refused.value.__cause__}"


def test_a_settings_text_holds_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELOOP_EGRESS_PROXY", "http://u:S3cret@[2001:db8::1]:3128")
    settings = load_settings()
    assert settings.proxy == "http://u:S3cret@[2001:db8::1]:3128"
    assert "S3cret" not in repr(settings)
