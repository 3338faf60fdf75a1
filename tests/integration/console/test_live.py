"""Live updates: a change reaches open pages after its commit, and streams end when the server stops."""

import asyncio

import aiohttp
import pytest

from weloop.contracts.errors import Overloaded
from weloop.entrypoints.http import live
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


async def test_what_changed_before_the_stream_began_is_told_as_far_as_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub, now = LiveHub(), asyncio.get_running_loop().time()
    for ago, topic in ((300, "leads"), (30, "sources"), (5, "person:12"), (2, "sources"), (1, "clock")):
        monkeypatch.setattr(live, "_now", lambda ago=ago: now - ago)
        hub.on_topic(topic)
    monkeypatch.undo()
    told = hub.open(within=20).chunks()
    said = [await anext(told) for _ in range(3)]
    assert said == ["retry: 2000\n\n", "event: topic\ndata: person:12\n\n", "event: topic\ndata: sources\n\n"]
    await told.aclose()
    assert hub.recent(live.RECENT_SECONDS) == ["person:12", "sources"], "what is older is forgotten"


async def test_no_page_asks_for_more_than_is_remembered(console: Console) -> None:
    assert (await (await console.signed_in()).get("/api/live?within=61"))[0] == 422


async def test_too_many_topics_to_remember_become_one() -> None:
    hub = LiveHub()
    for number in range(live.MAX_RECENT + 1):
        hub.on_topic(f"person:{number}")
    assert hub.recent(1) == ["*"]


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
