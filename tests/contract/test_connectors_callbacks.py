"""What the simulator pushes, the connectors read: the two codecs, written apart, agree over loopback HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from weloop.connectors.official_account import inbound as official_account
from weloop.connectors.wecom import inbound as wecom_inbound
from weloop.contracts.callbacks import CallbackCredentials, CallbackMode, CallbackReader
from weloop.contracts.errors import CallbackRefused
from weloop.contracts.events import EventKind, NewEvent
from wxapi.wecom import WecomClient
from wxsim.testing import Running
from wxsim.world import contacts
from wxsim.world.account_mass import start_job
from wxsim.world.demo import AGENTID, APPID, CORPID
from wxsim.world.following import follow, unfollow, write
from wxsim.world.message_templates import send_template
from wxsim.world.scanning import scan
from wxsim.world.settings import CallbackSettings

TOKEN = "loopToken7"
KEY = "Q2hhbm5lbExvb3BTaW11bGF0b3JLZXkwMTIzNDU2Nzg"


class Receiver:
    """Answers as the product does, and keeps what it read."""

    def __init__(self, reader: CallbackReader, credentials: CallbackCredentials) -> None:
        self.reader = reader
        self.credentials = credentials
        self.events: list[NewEvent] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        try:
            if request.method == "GET":
                return web.Response(text=self.reader.verify_url(self.credentials, request.query))
            body = await request.read()
            self.events += self.reader.parse(self.credentials, request.query, body, datetime.now(UTC))
        except CallbackRefused as refused:
            return web.Response(status=refused.http_status)
        return web.Response(text="success")

    @property
    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.events]


async def serve(receiver: Receiver) -> AsyncIterator[Receiver]:
    app = web.Application()
    app.router.add_route("*", "/callback", receiver.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callback"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def corp_receiver(sim: Running) -> AsyncIterator[Receiver]:
    async for receiver in serve(Receiver(wecom_inbound, CallbackCredentials(1, CORPID, None, TOKEN, KEY))):
        corp = sim.world.corps[CORPID]
        settings = CallbackSettings(receiver.url, TOKEN, KEY)
        await sim.simulator.set_app_callback(corp, corp.apps[AGENTID], settings, verify=True)
        yield receiver


@pytest.fixture(params=list(CallbackMode))
async def account_receiver(sim: Running, request: pytest.FixtureRequest) -> AsyncIterator[Receiver]:
    mode: CallbackMode = request.param
    account = sim.world.accounts[APPID]
    credentials = CallbackCredentials(2, APPID, account.original_id, TOKEN, KEY, mode)
    async for receiver in serve(Receiver(official_account, credentials)):
        settings = CallbackSettings(receiver.url, TOKEN, KEY, mode.value)
        await sim.simulator.set_account_callback(account, settings, verify=True)
        yield receiver


async def test_wecom_friendship_from_scan_to_deletion(sim: Running, wecom: WecomClient, corp_receiver: Receiver):
    way = await wecom.contact_ways.add(users=["linxiao"], state="expo", remark="", skip_verify=True)
    corp, person = sim.world.corps[CORPID], sim.world.create_person("周工")
    member = corp.members["linxiao"]
    scan(sim.world, person, way.qr_code)
    external_userid = sim.world.external_userid(CORPID, person)
    friendship = corp.friendship("linxiao", external_userid)
    assert friendship is not None
    assert friendship.welcome is not None
    contacts.edit(sim.world, corp, friendship, "周工-设备厂")
    contacts.tell_app(sim.world, corp, AGENTID, member, "今天三条线索")
    contacts.leave(sim.world, corp, member, person)
    assert await sim.idle()
    by_kind = {event.kind: event for event in corp_receiver.events}
    added = by_kind[EventKind.CONTACT_ADDED]
    assert added.data == {"staff": "linxiao", "half": False, "state": "expo"}
    assert added.personal == {"welcome_code": friendship.welcome.code}
    assert added.subject is not None
    assert (added.subject.scope, added.subject.value) == (CORPID, external_userid)
    assert added.occurred_at.timestamp() == sim.world.clock.unix()
    assert set(by_kind) == {
        EventKind.CONTACT_ADDED,
        EventKind.CONTACT_EDITED,
        EventKind.STAFF_MESSAGE_RECEIVED,
        EventKind.CONTACT_LOST,
    }
    assert by_kind[EventKind.STAFF_MESSAGE_RECEIVED].personal == {"text": "今天三条线索"}


async def test_wecom_member_deletes_the_customer(sim: Running, wecom: WecomClient, corp_receiver: Receiver):
    way = await wecom.contact_ways.add(users=["linxiao"], state="expo", remark="", skip_verify=True)
    corp, person = sim.world.corps[CORPID], sim.world.create_person("周工")
    scan(sim.world, person, way.qr_code)
    contacts.remove(sim.world, corp, corp.members["linxiao"], sim.world.external_userid(CORPID, person))
    assert await sim.idle()
    assert set(corp_receiver.kinds) == {EventKind.CONTACT_ADDED, EventKind.CONTACT_REMOVED}


async def test_wrong_token_at_the_platform_delivers_nothing(sim: Running, wecom: WecomClient, corp_receiver: Receiver):
    sim.world.limits.callback_retry_seconds = (0, 0)
    corp = sim.world.corps[CORPID]
    corp.apps[AGENTID].callback = CallbackSettings(corp_receiver.url, "anotherToken", KEY)
    way = await wecom.contact_ways.add(users=["linxiao"], state="expo", remark="", skip_verify=True)
    scan(sim.world, sim.world.create_person("周工"), way.qr_code)
    assert await sim.idle()
    assert corp_receiver.events == []
    assert sim.world.ledger.counts()["callback.lost"] == 1


async def test_a_mass_message_ends_in_every_mode(sim: Running, account_receiver: Receiver):
    account = sim.world.accounts[APPID]
    openids = [follow(sim.world, account, sim.world.create_person()) for _ in range(2)]
    job = start_job(sim.world, account, openids, ("text", {"text": "本周四公开课"}), "b-1", to_all=False)
    assert await sim.idle()
    [event] = [each for each in account_receiver.events if each.kind is EventKind.MASS_JOB_FINISHED]
    counts = {"total": 2, "chosen": 2, "sent": 2, "failed": 0}
    assert (event.subject, event.data) == (None, {"msg_id": str(job.msg_id), "status": "send success", **counts})


async def test_a_template_message_ends_in_every_mode(sim: Running, account_receiver: Receiver):
    account = sim.world.accounts[APPID]
    template = next(iter(account.templates.values()))
    values = dict.fromkeys(template.places, "周四 20:00")
    fine, blocking = (follow(sim.world, account, sim.world.create_person()) for _ in range(2))
    blocking.blocked = True
    sent = {each.openid: send_template(sim.world, account, each, template, values, "") for each in (fine, blocking)}
    assert await sim.idle()
    told = [each for each in account_receiver.events if each.kind is EventKind.NOTICE_ENDED]
    assert {(each.subject.value, each.data["message_id"]) for each in told if each.subject} == {
        (openid, str(msgid)) for openid, msgid in sent.items()
    }
    assert {(each.data["outcome"], each.data["status"]) for each in told} == {
        ("delivered", "success"),
        ("undelivered", "failed:user block"),
    }


async def test_official_account_in_every_mode(sim: Running, account_receiver: Receiver):
    account, person = sim.world.accounts[APPID], sim.world.create_person("王工")
    follow(sim.world, account, person)
    write(sim.world, account, person, "想要<报价单> & ]]>")
    unfollow(sim.world, account, person)
    assert await sim.idle()
    by_kind = {event.kind: event for event in account_receiver.events}
    assert set(by_kind) == {
        EventKind.FOLLOWER_SUBSCRIBED,
        EventKind.FOLLOWER_MESSAGE_RECEIVED,
        EventKind.FOLLOWER_UNSUBSCRIBED,
    }
    message = by_kind[EventKind.FOLLOWER_MESSAGE_RECEIVED]
    assert message.personal == {"text": "想要<报价单> & ]]>"}
    assert message.subject is not None
    assert (message.subject.scope, message.subject.value) == (APPID, sim.world.openid(APPID, person))
