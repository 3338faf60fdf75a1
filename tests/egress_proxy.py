"""A small HTTP proxy on loopback that really carries: CONNECT tunnels, and forwarding of plain requests."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

USER, PASSWORD = "weloop", "pr0xy-p@ss"
HEAD_BYTES = 64 * 1024


@dataclass
class EgressProxy:
    """What it was asked for, and how it answers. ``leaves_from``: the address its own connections come from."""

    port: int = 0
    leaves_from: str = "127.0.0.1"
    verdict: int = 200
    """Of CONNECT; another one than 200 refuses."""
    seen: list[str] = field(default_factory=list)
    carried: bytearray = field(default_factory=bytearray)
    """The bytes that went through tunnels towards their ends."""

    @property
    def url(self) -> str:
        """With name and password, as a setting."""
        return f"http://{USER}:{PASSWORD.replace('@', '%40')}@127.0.0.1:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one tunnel, or one request that is forwarded."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"proxy-authorization: basic {wanted}".lower() not in head.lower():
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        self.seen.append(f"{method} {target}")
        if method == "CONNECT":
            await self._tunnel(target, reader, writer)
        else:
            await self._forward(head, target, reader, writer)

    async def _tunnel(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.verdict != 200:
            writer.write(f"HTTP/1.1 {self.verdict} No\r\nContent-Length: 0\r\n\r\n".encode())
            return
        host, _, port = target.rpartition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_pipe(reader, far_writer, self.carried), _pipe(far_reader, writer, bytearray()))
        finally:
            far_writer.close()

    async def _forward(
        self, head: str, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        parts = urlsplit(target)
        address = (parts.hostname or "", parts.port or 80)
        far_reader, far_writer = await asyncio.open_connection(*address, local_addr=(self.leaves_from, 0))
        lines = [line for line in head.split("\r\n")[1:] if not line.lower().startswith(("proxy-", "connection"))]
        path = target.split(parts.netloc, 1)[1]
        first = f"{head.split(' ', 1)[0]} {path} HTTP/1.1\r\nConnection: close\r\n"
        far_writer.write((first + "\r\n".join(lines)).encode("latin-1"))
        into = asyncio.create_task(_pipe(reader, far_writer, bytearray()))
        try:
            await _pipe(far_reader, writer, bytearray())
        finally:
            into.cancel()
            far_writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, noted: bytearray) -> None:
    while chunk := await reader.read(HEAD_BYTES):
        noted += chunk
        writer.write(chunk)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def egress_proxy(leaves_from: str = "127.0.0.1") -> AsyncIterator[EgressProxy]:
    """``async with egress_proxy() as proxy: … proxy.url …``."""
    proxy = EgressProxy(leaves_from=leaves_from)
    connections: set[asyncio.Task[None]] = set()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy.handle(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
