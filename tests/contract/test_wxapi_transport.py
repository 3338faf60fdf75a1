"""HTTP as the platforms' machines may speak it: whole and cut answers, kept and dying connections, TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from wxapi.errors import AnswerLost, ApiError, NotSent
from wxapi.transport import Bounds, HttpTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: Sun, 29 Nov 2026 12:00:00 GMT\r\n\r\nok"


@dataclass
class Server:
    """Answers request after request with the bytes of ``says``; None ends the connection instead."""

    says: list[bytes | None] = field(default_factory=lambda: [OK])
    """The last is said again and again."""
    pause: float = 0.0
    after: bytes = b""
    """Said a little later, unasked."""
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""
    running: dict["asyncio.Task[None] | None", asyncio.StreamWriter] = field(default_factory=dict)
    """Connections that are open."""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.running[asyncio.current_task()] = writer
        try:
            while await self._serve(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            del self.running[asyncio.current_task()]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        length = next((line for line in head.split("\r\n") if line.startswith("Content-Length: ")), "0: 0")
        self.bodies.append(await reader.readexactly(int(length.partition(": ")[2])))
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        await asyncio.sleep(self.pause)
        if said is None:
            return False
        writer.write(said)
        await writer.drain()
        if self.after:
            await asyncio.sleep(0.02)
            writer.write(self.after)
        return b"Content-Length" in said or b"hunked" in said or b" 204 " in said


@asynccontextmanager
async def serving(server: Server, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """The server on a free port of loopback."""
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=tls)
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for task, writer in list(server.running.items()):
            writer.transport.abort()
            await asyncio.wait([task] if task else [])


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as running:
        yield running


async def post(transport: HttpTransport, server: Server, body: bytes = b"{}") -> bytes:
    """The body of the answer."""
    return (await transport.post(server.url + "/x", {"access_token": "T"}, body, "application/json")).body


async def test_a_request_is_plain_http_and_a_connection_is_kept(transport: HttpTransport, server: Server) -> None:
    for _ in range(3):
        answer = await transport.post(server.url + "/a/b", {"q": "1 &=二"}, "你好".encode(), "text/plain")
        assert (answer.status, answer.body, answer.date) == (200, b"ok", "Sun, 29 Nov 2026 12:00:00 GMT")
    assert (await transport.get(server.url, {})).body == b"ok"
    assert server.connections == 1
    assert server.bodies == ["你好".encode()] * 3 + [b""]
    lines = server.heads[0].split("\r\n")
    assert lines[0] == "POST /a/b?q=1+%26%3D%E4%BA%8C HTTP/1.1"
    assert {f"Host: {server.url[7:]}", "Content-Type: text/plain", "Content-Length: 6"} <= set(lines)
    assert server.heads[3].startswith("GET / HTTP/1.1\r\n")
    assert "Content-" not in server.heads[3]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3\r\nok!\r\n0\r\n\r\n", b"okok!"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    ],
)
async def test_whole_answers(transport: HttpTransport, server: Server, said: bytes, expected: bytes) -> None:
    server.says = [said]
    assert await post(transport, server) == expected
    assert await post(transport, server) == expected


@pytest.mark.parametrize(
    "said",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        b"HTTP/1.1 200 OK\r\nConte",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 200001\r\n\r\n" + b"x" * 200_001,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX: " + b"x" * 200_001,
        b"SSH-2.0-OpenSSH\r\n",
    ],
)
async def test_what_is_no_whole_answer_is_lost(server: Server, said: bytes | None) -> None:
    server.says = [said, OK]
    transport = HttpTransport(Bounds(total_seconds=0.5, connect_seconds=0.3, answer_bytes=100_000))
    with pytest.raises(AnswerLost) as lost:
        await post(transport, server)
    assert "access_token" not in str(lost.value)
    assert await post(transport, server) == b"ok", "the answer to the next request"
    assert len(server.heads) == 2, "nothing is sent twice"
    await transport.close()


async def test_an_answer_may_come_byte_by_byte(transport: HttpTransport) -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for byte in OK:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    listener = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    assert (await transport.get(f"http://127.0.0.1:{port}/", {})).body == b"ok"
    listener.close()


@pytest.mark.parametrize("after", [OK, b"\r\n", b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
async def test_what_nobody_asked_for_is_nobodys_answer(transport: HttpTransport, server: Server, after: bytes) -> None:
    server.after = after
    assert await post(transport, server) == b"ok"
    await asyncio.sleep(0.1)
    server.after, server.says = b"", [OK.replace(b"ok", b"no")]
    assert await post(transport, server) == b"no"
    assert server.connections == 2
    server.says = [OK + OK, OK.replace(b"ok", b"no")]
    assert await post(transport, server) == b"ok"
    assert await post(transport, server) == b"no", "two answers at once: the second is no answer to the next request"


async def test_what_was_sent_on_a_dying_connection_is_not_sent_again(transport: HttpTransport, server: Server) -> None:
    server.says = [OK, None, OK]
    await post(transport, server)
    with pytest.raises(AnswerLost):
        await post(transport, server)
    assert len(server.heads) == 2


async def test_an_idle_connection_is_dropped(server: Server) -> None:
    transport = HttpTransport(Bounds(idle_seconds=0.1))
    await post(transport, server)
    await asyncio.sleep(0.3)
    await post(transport, server)
    assert server.connections == 2
    await transport.close()


async def test_no_more_connections_than_allowed_and_who_waits_too_long_has_sent_nothing(server: Server) -> None:
    server.pause = 0.5
    transport = HttpTransport(Bounds(total_seconds=4, connect_seconds=0.9, connections=2))
    answers = await asyncio.gather(*(post(transport, server) for _ in range(6)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [bytes] * 4 + [NotSent] * 2
    assert (server.connections, len(server.heads)) == (2, 4)
    server.pause = 0.0
    assert await asyncio.gather(*(post(transport, server) for _ in range(6))) == [b"ok"] * 6
    await transport.close()


async def test_the_answer_to_a_call_that_was_given_up_is_not_anothers(server: Server) -> None:
    server.says, server.pause = [OK.replace(b"ok", b"no"), OK], 0.3
    transport = HttpTransport(Bounds(connections=1))
    call = asyncio.create_task(post(transport, server))
    while not server.heads:
        await asyncio.sleep(0.01)
    call.cancel()
    assert await post(transport, server) == b"ok"
    with pytest.raises(asyncio.CancelledError):
        await call
    await transport.close()


async def test_a_large_body_arrives_whole(transport: HttpTransport, server: Server) -> None:
    await post(transport, server, b"x" * 5_000_000)
    assert len(server.bodies[0]) == 5_000_000


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/a\r\nX: y",
        "http://127.0.0.1:1/a b",
        "http://127.0.0.1:1/路",
        "http://127.0.0.1:99999/",
        "http:///x",
        "http://[broken/",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "",
    ],
)
async def test_a_malformed_address_is_called_by_nobody(transport: HttpTransport, url: str) -> None:
    with pytest.raises(NotSent):
        await transport.get(url, {})


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://nowhere.invalid/", f"http://{'a' * 64}.invalid/"])
async def test_where_no_connection_is_made_nothing_was_sent(transport: HttpTransport, url: str) -> None:
    with pytest.raises(NotSent, match="no connection"):
        await transport.get(url, {})


async def test_tls_keeps_its_connection_and_looks_at_the_name(transport: HttpTransport, tls: ssl.SSLContext) -> None:
    async with serving(Server(), tls) as server:
        for _ in range(2):
            assert await post(transport, server) == b"ok"
        assert server.connections == 1
        server.url = server.url.replace("127.0.0.1", "localhost")
        with pytest.raises(NotSent, match="certificate"):
            await post(transport, server)


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    transport: HttpTransport, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with serving(Server(), tls) as server:
        with pytest.raises(ApiError) as raised:
            await post(transport, server)
        assert type(raised.value) is NotSent
        assert server.heads == []
