"""Connections as proxies and browsers use them: opened once, asked again and again."""

import asyncio

from .conftest import Console

PAUSE_SECONDS = 6.0
"""Longer than servers usually keep what nobody asks on (5 s): the answer must come on the same connection."""


async def test_a_connection_outlasts_a_pause(console: Console) -> None:
    host, port = console.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = b"GET /healthz HTTP/1.1\r\nhost: weloop\r\n\r\n"

    async def ask() -> bytes:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        return head.split(b"\r\n")[0]

    assert await ask() == b"HTTP/1.1 200 OK"
    await asyncio.sleep(PAUSE_SECONDS)
    assert await ask() == b"HTTP/1.1 200 OK"
    writer.close()
