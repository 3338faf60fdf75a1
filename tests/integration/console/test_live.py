"""Live updates: a change reaches open pages after its commit, and streams end when the server stops."""

import asyncio

import aiohttp
import pytest

from weloop.contracts.errors import Overloaded
from weloop.entrypoints.http.live import MAX_PENDING, LiveHub

from .conftest import Browser, Console


async def _topic(stream: aiohttp.ClientResponse) -> str:
    """The next topic that the stream tells."""
    while True:
        line = (await stream.content.readline()).decode().strip()
        if line.startswith("data: "):
            return line.removeprefix("data: ")
        if not line and stream.content.at_eof():
            return ""


async def _publish_until(browser: Browser, reading: "asyncio.Task[str]") -> str:
    """Change something until the stream tells of it: the listener may not be connected yet."""
    while not reading.done():
        await browser.post(
            "/api/accounts", {"kind": "wecom", "name": "A", "app_id": "ww0123456789abcdef", "agent_id": None}
        )
        await browser.patch("/api/accounts/1", {"name": "B"})
    return reading.result()


async def test_a_change_is_told_to_open_pages(console: Console) -> None:
    browser = await console.signed_in()
    async with browser.session.get(browser.url + "/api/live") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.headers["Cache-Control"] == "no-cache"
        topic = await _publish_until(browser, asyncio.create_task(_topic(stream)))
        while topic == "*":
            topic = await _publish_until(browser, asyncio.create_task(_topic(stream)))
        assert topic == "accounts"


async def _publish_and_fail(console: Console) -> None:
    async with console.units.begin() as unit:
        unit.publish("sources")
        raise RuntimeError


async def test_what_is_rolled_back_is_not_told(console: Console) -> None:
    browser = await console.signed_in()
    async with browser.session.get(browser.url + "/api/live") as stream:
        await _publish_until(browser, asyncio.create_task(_topic(stream)))
        with pytest.raises(RuntimeError):
            await _publish_and_fail(console)
        async with console.units.begin() as unit:
            unit.publish("staff")
            unit.publish("person:12")
            unit.publish("clock")
        seen = set()
        while "staff" not in seen:
            seen.add(await _topic(stream))
        assert "sources" not in seen
        assert "clock" not in seen, "inner topics are none of the browser's business"


async def test_streams_end_when_the_server_stops(console: Console) -> None:
    browser = await console.signed_in()
    async with browser.session.get(browser.url + "/api/live") as stream:
        assert (await stream.content.readline()).startswith(b"retry")
        console.app.close_streams()
        await stream.content.read()
        assert stream.content.at_eof()
    assert (await browser.get("/api/live"))[0] == 503


async def test_a_stream_that_is_not_read_stays_small() -> None:
    hub = LiveHub()
    stream = hub.open()
    chunks = stream.chunks()
    await anext(chunks)
    for number in range(MAX_PENDING * 3):
        hub.on_topic(f"person:{number}")
    hub.on_topic("persons")
    assert await anext(chunks) == "event: topic\ndata: *\n\n"
    hub.on_topic("persons")
    hub.on_topic("persons")
    assert await anext(chunks) == "event: topic\ndata: persons\n\n"
    hub.close()
    with pytest.raises(StopAsyncIteration):
        await anext(chunks)
    with pytest.raises(Overloaded):
        hub.open()
