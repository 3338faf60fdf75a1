"""A running simulator, a callback receiver, and thin clients that know only the documents."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from wxsim.clock import WorldClock
from wxsim.testing import Running, running
from wxsim.wire.crypto import CallbackCipher, sign
from wxsim.wire.xml import read_xml

TOKEN = "simToken2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Callback:
    """One request as the receiver saw it, with its fields after decryption."""

    query: dict[str, str]
    body: bytes
    fields: dict[str, str]


@dataclass
class Receiver:
    """Answers callbacks; ``script`` holds (status, body) for the next ones, then 200 ``success``."""

    url: str
    receiver_id: str = ""
    got: list[Callback] = field(default_factory=list)
    script: list[tuple[int, bytes]] = field(default_factory=list)
    on_callback: Callable[[Callback], None] | None = None

    async def answer(self, request: web.Request) -> web.Response:
        query, body = dict(request.query), await request.read()
        if request.method == "GET":
            return web.Response(body=self._echo(query))
        root = read_xml(body)
        sealed = root.findtext("Encrypt")
        if sealed:
            assert query["msg_signature"] == sign(TOKEN, query["timestamp"], query["nonce"], sealed)
            opened = read_xml(CallbackCipher(AES_KEY, self.receiver_id).decrypt(sealed))
        else:
            opened = root
        callback = Callback(query, body, {each.tag: each.text or "" for each in opened})
        self.got.append(callback)
        if self.on_callback:
            self.on_callback(callback)
        status, text = self.script.pop(0) if self.script else (200, b"success")
        return web.Response(status=status, body=text)

    def _echo(self, query: dict[str, str]) -> bytes:
        echo = query["echostr"]
        if "msg_signature" not in query:
            assert query["signature"] == sign(TOKEN, query["timestamp"], query["nonce"])
            return echo.encode()
        assert query["msg_signature"] == sign(TOKEN, query["timestamp"], query["nonce"], echo)
        return CallbackCipher(AES_KEY, self.receiver_id).decrypt(echo)


class Client:
    """Calls one host of the simulator with a token."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self.base = base
        self.token = ""

    async def get(self, path: str, **query: str) -> dict:
        return await self._call("GET", path, query)

    async def post(self, path: str, body: dict | bytes | aiohttp.FormData, **query: str) -> dict:
        data = body if isinstance(body, bytes | aiohttp.FormData) else json.dumps(body, ensure_ascii=False).encode()
        return await self._call("POST", path, query, data)

    async def _call(self, method: str, path: str, query: dict, data: bytes | aiohttp.FormData | None = None) -> dict:
        if self.token:
            query = {"access_token": self.token, **query}
        async with self._session.request(method, f"{self.base}/cgi-bin/{path}", params=query, data=data) as answer:
            assert answer.status == 200
            return json.loads(await answer.read())

    async def upload(self, path: str, name: str, content: bytes, mime: str = "image/png", **query: str) -> dict:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", content, filename=name, content_type=mime)
        return await self.post(path, form, **query)


class Control:
    """Calls ``/sim``."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, method: str, path: str, body: dict | None = None, status: int | None = None) -> dict:
        async with self._session.request(method, f"{self._url}/sim/{path}", json=body) as answer:
            assert answer.status == status or (status is None and answer.status < 300), await answer.text()
            return await answer.json(content_type=None)


@pytest.fixture
def clock() -> WorldClock:
    """A clock that stands at a known moment: 2026-03-02 09:00 in Beijing."""
    return WorldClock(stepped=True, start=1772413200)


@pytest.fixture
async def sim(clock: WorldClock) -> AsyncIterator[Running]:
    async with running("7", clock=clock) as simulator:
        simulator.world.limits.callback_retry_seconds = (0,)
        yield simulator


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def control(sim: Running, session: aiohttp.ClientSession) -> Control:
    return Control(session, sim.url)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver("")
    application = web.Application()
    application.router.add_route("*", "/callback", found.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callback"
    yield found
    await runner.cleanup()


@pytest.fixture
async def wecom(sim: Running, session: aiohttp.ClientSession) -> Client:
    """A client of the demo corp's app."""
    client = Client(session, sim.wecom_base)
    corp = sim.world.corps["ww5a1e0000000demo1"]
    answer = await client.get("gettoken", corpid=corp.corpid, corpsecret=corp.apps[1000002].secret)
    client.token = answer["access_token"]
    return client


@pytest.fixture
async def account(sim: Running, session: aiohttp.ClientSession) -> Client:
    """A client of the demo's service account."""
    client = Client(session, sim.official_account_base)
    found = sim.world.accounts["wx5a1e0000000demo2"]
    body = {"grant_type": "client_credential", "appid": found.appid, "secret": found.secret}
    answer = await client.post("stable_token", body)
    client.token = answer["access_token"]
    return client


@pytest.fixture
async def app_receiver(control: Control, receiver: Receiver) -> Receiver:
    """The receiver, registered as the demo app's callback URL."""
    receiver.receiver_id = "ww5a1e0000000demo1"
    settings = {"url": receiver.url, "token": TOKEN, "aes_key": AES_KEY}
    await control("PUT", "corps/ww5a1e0000000demo1/apps/1000002/callback", settings)
    return receiver


@pytest.fixture
def listen_to_account(control: Control, receiver: Receiver) -> Callable:
    """Register the receiver for the service account in a mode."""

    async def register(mode: str) -> Receiver:
        receiver.receiver_id = "wx5a1e0000000demo2"
        settings = {"url": receiver.url, "token": TOKEN, "aes_key": AES_KEY, "mode": mode}
        await control("PUT", "official-accounts/wx5a1e0000000demo2/callback", settings)
        return receiver

    return register
