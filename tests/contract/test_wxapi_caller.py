"""One call over loopback HTTP: tokens, error codes, lost answers, bounds, and secrets that stay secret."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from wxapi.errors import (
    AnswerLost,
    ApiError,
    CallRejected,
    CredentialRefused,
    NotSent,
    PlatformBusy,
    QuotaUsedUp,
    Window,
)
from wxapi.multipart import FilePart
from wxapi.official_account import OfficialAccountClient, fetch_stable_token
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import AiohttpTransport, Bounds
from wxapi.wecom import WecomClient, fetch_token

SECRET = "S3cretOfTheApp"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Platform:
    """Answers calls as the test says, and remembers them."""

    def __init__(self) -> None:
        self.issued = 0
        self.good_tokens: set[str] = set()
        self.bad_token_code = 42001
        self.seen: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.answer: Handler = self.ok

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.bodies.append(await request.read())
        if request.path in ("/cgi-bin/gettoken", "/cgi-bin/stable_token"):
            self.issued += 1
            token = f"TOKEN{self.issued}"
            self.good_tokens = {token}
            return web.json_response({"access_token": token, "expires_in": 7200})
        if request.query.get("access_token") not in self.good_tokens:
            return web.json_response({"errcode": self.bad_token_code, "errmsg": "bad token"})
        return await self.answer(request)

    async def ok(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": 0, "errmsg": "ok", "follow_user": ["lina"]})

    def say(self, body: bytes | str, status: int = 200, content_type: str = "text/plain") -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            raw = body if isinstance(body, bytes) else body.encode()
            return web.Response(body=raw, status=status, content_type=content_type)

        self.answer = answer


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A loopback server on a free port."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def platform() -> Platform:
    return Platform()


@pytest.fixture
async def base_url(platform: Platform) -> AsyncIterator[str]:
    async with serving(platform.handle) as url:
        yield url


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    pool = AiohttpTransport(Bounds(answer_bytes=100_000))
    yield pool
    await pool.close()


@pytest.fixture
def client(transport: AiohttpTransport, base_url: str) -> WecomClient:
    async def fetch() -> AccessToken:
        return await fetch_token(transport, base_url, "ww1", SECRET)

    return WecomClient(transport, MemoryTokens(fetch), base_url)


async def test_token_is_fetched_once_and_kept(client: WecomClient, platform: Platform):
    for _ in range(3):
        assert await client.customers.list_follow_users() == ("lina",)
    assert platform.issued == 1
    assert platform.seen[0].query == {"corpid": "ww1", "corpsecret": SECRET}


async def test_many_callers_ask_for_one_token(client: WecomClient, platform: Platform):
    await asyncio.gather(*(client.customers.list_follow_users() for _ in range(20)))
    assert platform.issued == 1


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_dead_token_is_replaced_once_and_the_call_repeated(client: WecomClient, platform: Platform, errcode: int):
    await client.customers.list_follow_users()
    platform.good_tokens, platform.bad_token_code = set(), errcode
    assert await client.customers.list_follow_users() == ("lina",)
    assert platform.issued == 2


async def test_many_callers_replace_a_dead_token_once(client: WecomClient, platform: Platform):
    await client.customers.list_follow_users()
    platform.good_tokens = set()
    await asyncio.gather(*(client.customers.list_follow_users() for _ in range(20)))
    assert platform.issued == 2


async def test_token_refused_twice_is_a_refused_credential(client: WecomClient, platform: Platform):
    platform.say('{"errcode":40014,"errmsg":"invalid access_token TOKEN2"}')
    with pytest.raises(CredentialRefused) as refused:
        await client.customers.list_follow_users()
    assert (refused.value.errcode, platform.issued, len(platform.seen)) == (40014, 2, 4)
    assert "TOKEN" not in refused.value.errmsg


@pytest.mark.parametrize(
    ("errcode", "expected"),
    [
        (-1, PlatformBusy),
        (6000, PlatformBusy),
        (45009, QuotaUsedUp),
        (60020, CredentialRefused),
        (84061, CallRejected),
        (987654, CallRejected),
    ],
)
async def test_error_codes(client: WecomClient, platform: Platform, errcode: int, expected: type[ApiError]):
    platform.say(json.dumps({"errcode": errcode, "errmsg": "a text that changes, hint: [1_2_3]"}))
    with pytest.raises(expected) as raised:
        await client.customers.list_follow_users()
    assert type(raised.value) is expected
    assert raised.value.errcode == errcode
    assert raised.value.errmsg == "a text that changes, hint: [1_2_3]"
    assert str(errcode) in str(raised.value)


async def test_windows_of_quotas(transport: AiohttpTransport, base_url: str, platform: Platform):
    async def fetch() -> AccessToken:
        return await fetch_stable_token(transport, base_url, "wx1", SECRET)

    account = OfficialAccountClient(transport, MemoryTokens(fetch), base_url)
    for errcode, window in ((45009, Window.DAY), (45011, Window.MINUTE)):
        platform.say(json.dumps({"errcode": errcode, "errmsg": ""}))
        with pytest.raises(QuotaUsedUp) as raised:
            await account.maintenance.list_api_addresses()
        assert raised.value.window is window


async def test_wrong_secret(transport: AiohttpTransport):
    async def refuse(request: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": 40001, "errmsg": f"invalid credential {SECRET}"})

    async with serving(refuse) as url:
        with pytest.raises(CredentialRefused) as raised:
            await fetch_token(transport, url, "ww1", SECRET)
    assert SECRET not in f"{raised.value!r} {raised.value} {raised.value.errmsg}"


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 200, AnswerLost),
        (b"<html>login</html>", 200, AnswerLost),
        (b'"text"', 200, AnswerLost),
        (b'{"errcode":', 200, AnswerLost),
        (b"oops", 500, AnswerLost),
        (b"oops", 503, PlatformBusy),
        (b"{}", 500, AnswerLost),
        (b"oops", 502, AnswerLost),
        (b"oops", 504, AnswerLost),
        (b"no", 404, CallRejected),
        (b"moved", 302, CallRejected),
        (b'{"errcode":84061,"errmsg":"not external contact"}', 500, CallRejected),
    ],
)
async def test_unreadable_answers(
    client: WecomClient, platform: Platform, body: bytes, status: int, expected: type[ApiError]
):
    platform.say(body, status)
    with pytest.raises(expected) as raised:
        await client.customers.list_follow_users()
    assert type(raised.value) is expected


async def test_content_type_does_not_matter(client: WecomClient, platform: Platform):
    platform.say('{"errcode":"0","follow_user":["lina",7],"new_field":{}}', content_type="text/plain")
    assert await client.customers.list_follow_users() == ("lina",)


async def test_redirects_are_not_followed(client: WecomClient, platform: Platform):
    """The token in the address must not travel to another host."""

    async def redirect(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": str(request.url)})

    platform.answer = redirect
    with pytest.raises(CallRejected):
        await client.customers.list_follow_users()
    assert len(platform.seen) == 2


async def test_too_large_answer_is_not_read_whole(client: WecomClient, platform: Platform):
    platform.say(b" " * 200_000)
    with pytest.raises(AnswerLost, match="too large"):
        await client.customers.list_follow_users()


async def test_nobody_listens(transport: AiohttpTransport, client: WecomClient):
    async with serving(Platform().handle) as url:
        dead = url
    with pytest.raises(NotSent):
        await fetch_token(transport, dead, "ww1", SECRET)


async def test_connection_cut_after_the_request(transport: AiohttpTransport, client: WecomClient, platform: Platform):
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    platform.answer = cut
    with pytest.raises(AnswerLost):
        await client.welcome_messages.send("CODE", "你好")


async def test_no_answer_in_time(platform: Platform, base_url: str):
    never = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    transport = AiohttpTransport(Bounds(total_seconds=2.0, connect_seconds=1.9))

    async def fetch() -> AccessToken:
        return await fetch_token(transport, base_url, "ww1", SECRET)

    platform.answer = wait
    with pytest.raises(AnswerLost):
        await WecomClient(transport, MemoryTokens(fetch), base_url).welcome_messages.send("CODE", "你好")
    never.set()
    await transport.close()


async def test_lost_answer_to_a_token_request_is_not_uncertain(transport: AiohttpTransport):
    """The call it was for was never made."""

    async def garble(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<html>", status=200)

    async with serving(garble) as url:
        for asking in (fetch_token, fetch_stable_token):
            with pytest.raises(PlatformBusy):
                await asking(transport, url, "ww1", SECRET)


async def test_request_bodies_are_plain_utf8(client: WecomClient, platform: Platform):
    await client.welcome_messages.send("CODE", "您好「赵工」\n😀")
    assert "您好「赵工」\\n😀".encode() in platform.bodies[-1]
    assert b"\\u" not in platform.bodies[-1]
    assert platform.seen[-1].headers["Content-Type"] == "application/json; charset=utf-8"


async def test_text_that_is_no_unicode_is_rejected_before_it_is_sent(client: WecomClient, platform: Platform):
    await client.customers.list_follow_users()
    with pytest.raises(CallRejected):
        await client.welcome_messages.send("CODE", "\ud800")
    assert len(platform.seen) == 2


async def test_upload_is_one_multipart_part(client: WecomClient, platform: Platform):
    parts = []

    async def take(request: web.Request) -> web.StreamResponse:
        content_type = request.headers["Content-Type"]
        boundary = content_type.partition("boundary=")[2].encode()
        head, _, rest = platform.bodies[-1].partition(b"\r\n\r\n")
        parts.append((head.decode(), rest.partition(b"\r\n--" + boundary + b"--\r\n")[0]))
        return web.json_response({"errcode": 0, "type": "file", "media_id": "MID1", "created_at": "1760000000"})

    platform.answer = take
    content = bytes(range(256)) * 10
    uploaded = await client.media.upload("file", FilePart('选型"手册\r\n.pdf', "application/pdf", content))
    assert (uploaded.media_id, uploaded.created_at) == ("MID1", 1760000000)
    (head, body) = parts[0]
    assert body == content
    assert 'name="media"; filename="选型%22手册%0D%0A.pdf"; filelength=2560' in head
    assert platform.seen[-1].query["type"] == "file"


async def test_no_secret_in_errors_reprs_or_logs(
    transport: AiohttpTransport, client: WecomClient, platform: Platform, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)

    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(Platform().handle) as url:
        dead = url
    errors: list[BaseException] = []
    platform.answer = cut
    for call in (client.customers.list_follow_users(), fetch_token(transport, dead, "ww1", SECRET)):
        with pytest.raises(ApiError) as raised:
            await call
        errors.append(raised.value)
    with pytest.raises(ApiError) as raised:
        await fetch_token(transport, "http://[broken", "ww1", SECRET)
    errors.append(raised.value)
    shown = "".join("".join(traceback.format_exception(error)) + repr(error) for error in errors)
    shown += repr(client) + repr(AccessToken("TOKEN1", 1)) + repr(MemoryTokens(errors.pop)) + caplog.text
    assert SECRET not in shown
    assert "TOKEN1" not in shown


def test_connect_bound_must_be_below_the_total():
    with pytest.raises(ValueError, match="connect_seconds"):
        Bounds(total_seconds=3, connect_seconds=3)
