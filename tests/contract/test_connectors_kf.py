"""Commands about customer service and consents carried out against the simulator."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from weloop.connectors.clients import AccountClients, wecom_clients
from weloop.connectors.wecom.archive import CheckArchiveConsentSender
from weloop.connectors.wecom.kf import FetchKfMessagesSender, ListKfAccountsSender
from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery, Done, Sender
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import AiohttpTransport
from wxapi.wecom import WecomClient
from wxsim.faults import FaultRule
from wxsim.testing import Running
from wxsim.world.demo import AGENTID, CORPID
from wxsim.world.kf import KfAccount, KfEntry, answer_kf, ask_kf, enter_session, issue_token
from wxsim.world.people import Person


class Memory:
    """Where the last page ended."""

    def __init__(self) -> None:
        self.at = ""

    async def cursor(self, open_kfid: str) -> str:
        return self.at


@pytest.fixture
def clients(sim: Running, transport: AiohttpTransport) -> AccountClients[WecomClient]:
    secret = sim.world.corps[CORPID].apps[AGENTID].secret

    async def load(account_id: int) -> AccountHandle:
        return AccountHandle(account_id, AccountKind.WECOM, sim.wecom_base, CORPID, AGENTID, secret)

    def share(_handle: AccountHandle, fetch) -> MemoryTokens:
        async def ask() -> AccessToken:
            return AccessToken(*await fetch())

        return MemoryTokens(ask)

    return wecom_clients(transport, load, share)


@pytest.fixture
def kf(sim: Running) -> KfAccount:
    [account] = sim.world.corps[CORPID].kf_accounts.values()
    return account


async def run(sim: Running, sender: Sender, body: JsonObject, name: str = CommandName.FETCH_KF_MESSAGES) -> Done:
    command = Command("k1", CommandName(name), 1, body, Delivery.AT_LEAST_ONCE)
    [outcome] = await sender.send(1, [command], sim.world.clock.now())
    assert isinstance(outcome, Done), outcome
    return outcome


async def fetch(sim: Running, sender: Sender, kf: KfAccount, **more: str | float) -> Done:
    return await run(sim, sender, {"open_kfid": kf.open_kfid, "scope": CORPID, **more})


def kinds(events: Sequence[NewEvent]) -> list[EventKind]:
    return [event.kind for event in events]


def talk(sim: Running, kf: KfAccount) -> Person:
    corp, person = sim.world.corps[CORPID], sim.world.create_person("赵工")
    enter_session(sim.world, corp, kf, person, "poster")
    ask_kf(sim.world, corp, kf, person, "在吗")
    answer_kf(sim.world, corp, kf, corp.members["linxiao"], person, "您好")
    return person


async def test_a_page_twice_says_the_same(sim: Running, clients: AccountClients[WecomClient], kf: KfAccount):
    person, memory = talk(sim, kf), Memory()
    sender = FetchKfMessagesSender(clients, memory)
    first, again = await fetch(sim, sender, kf), await fetch(sim, sender, kf)
    assert kinds(first.events) == [
        EventKind.KF_SESSION_ENTERED,
        EventKind.KF_MESSAGE_RECEIVED,
        EventKind.KF_MESSAGE_ANSWERED,
    ]
    assert [event.dedupe for event in first.events] == [event.dedupe for event in again.events]
    entered, asked, answered = first.events
    who = IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORPID, sim.world.external_userid(CORPID, person))
    assert {event.subject for event in first.events} == {who}
    unionid = IdentityRef(IdentityKind.UNIONID, "", sim.world.unionid("山屿云", person) or "")
    assert [[alias.ref for alias in event.aliases] for event in first.events] == [[unionid], [], []]
    assert (entered.profile and entered.profile.name, asked.profile) == ("赵工", None)
    assert entered.data == {"open_kfid": kf.open_kfid, "scene": "poster"}
    assert (asked.personal, "staff" in asked.data) == ({"text": "在吗"}, False)
    assert (answered.personal, answered.data["staff"]) == ({"text": "您好"}, "linxiao")
    assert answered.occurred_at == datetime.fromtimestamp(sim.world.clock.unix(), UTC)
    assert (first.result["cursor"], first.result["next_cursor"], first.result["more"]) == ("", "KFC3", False)
    memory.at = "KFC3"
    assert (await fetch(sim, sender, kf)).events == ()


async def test_a_token_that_is_no_good_is_left_out(sim: Running, clients: AccountClients[WecomClient], kf: KfAccount):
    talk(sim, kf)
    sender = FetchKfMessagesSender(clients, Memory())
    sim.world.limits.kf_syncs_without_token_per_minute = 1
    token, now = issue_token(sim.world, kf), sim.world.clock.unix()
    for _ in range(3):
        assert len((await fetch(sim, sender, kf, token=token, told_at=now)).events) == 3, "the token was used"
    kf.tokens.clear()
    assert len((await fetch(sim, sender, kf, token=token, told_at=now)).events) == 3, "95007, then without it"
    sim.world.clock.advance(60)
    kf.tokens[token] = sim.world.clock.time() + 999
    late = await fetch(sim, sender, kf, token=token, told_at=now - 600)
    assert len(late.events) == 3, "too old by its own time: the one call without a token of this minute"


async def test_a_cursor_that_means_nothing_is_begun_anew(
    sim: Running, clients: AccountClients[WecomClient], kf: KfAccount
):
    talk(sim, kf)
    memory = Memory()
    memory.at = "KFC99"
    page = await fetch(sim, FetchKfMessagesSender(clients, memory), kf)
    assert (len(page.events), page.result["cursor"], page.result["next_cursor"]) == (3, "KFC99", "KFC3")


async def test_odd_items_are_left_out(sim: Running, clients: AccountClients[WecomClient], kf: KfAccount):
    at = sim.world.clock.unix()
    for item in (
        {"msgid": "a", "send_time": at, "origin": 3, "msgtype": "text"},
        {"msgid": "", "send_time": at, "origin": 3, "msgtype": "text", "external_userid": "wm1"},
        {"msgid": "b", "send_time": at, "origin": 5, "msgtype": "text", "external_userid": "wm1"},
        {"msgid": "c", "send_time": at, "origin": 9, "msgtype": "text", "external_userid": "wm1"},
        {"msgid": "d", "origin": 4, "msgtype": "event", "event": {"event_type": "servicer_status_change"}},
        {"msgid": "e", "origin": 4, "msgtype": "event", "event": "nonsense"},
        {"msgid": "f", "send_time": 99_999_999_999, "origin": 3, "msgtype": "of_next_year", "external_userid": "wm1"},
    ):
        kf.entries.append(KfEntry(at, item))
    [event] = (await fetch(sim, FetchKfMessagesSender(clients, Memory()), kf)).events
    assert (event.data["type"], event.data["message_id"], event.personal) == ("of_next_year", "f", {})
    assert event.occurred_at == sim.world.clock.now(), "a time that cannot be true is now"


async def test_what_was_said_counts_without_who_they_are(
    sim: Running, clients: AccountClients[WecomClient], kf: KfAccount
):
    talk(sim, kf)
    sim.simulator.faults.rules.append(FaultRule("errcode", "*kf/customer/batchget", value=48002))
    page = await fetch(sim, FetchKfMessagesSender(clients, Memory()), kf)
    assert (len(page.events), [event.aliases for event in page.events]) == (3, [(), (), ()])


async def test_what_may_not_be_read_is_an_answer(sim: Running, clients: AccountClients[WecomClient], kf: KfAccount):
    sender, lister = FetchKfMessagesSender(clients, Memory()), ListKfAccountsSender(clients)
    listed = await run(sim, lister, {}, CommandName.LIST_KF_ACCOUNTS)
    assert listed.result == {"errcode": 0, "accounts": [{"open_kfid": kf.open_kfid, "name": "山屿云客服"}]}
    kf.managed = False
    assert (await fetch(sim, sender, kf)).result["errcode"] == 48007
    assert (await run(sim, lister, {}, CommandName.LIST_KF_ACCOUNTS)).result["accounts"] == []
    app = sim.world.corps[CORPID].apps[AGENTID]
    app.kf_api = app.archive_api = False
    assert (await fetch(sim, sender, kf)).result["errcode"] == 48002
    assert (await run(sim, lister, {}, CommandName.LIST_KF_ACCOUNTS)).result == {"errcode": 48002, "accounts": []}
    body = {"lead_id": 7, "staff": "linxiao", "external_userid": "wm1", "at": 1.5, "message_id": "m"}
    asked = await run(sim, CheckArchiveConsentSender(clients), body, CommandName.CHECK_ARCHIVE_CONSENT)
    assert asked.result == {
        "lead_id": 7, "staff": "linxiao", "at": 1.5, "message_id": "m", "errcode": 48002, "status": "", "changed_at": 0,
    }  # fmt: skip
