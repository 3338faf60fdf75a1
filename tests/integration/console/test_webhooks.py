"""Webhooks: a real receiver on this machine gets signed messages once, whatever fails on the way."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from weloop.connectors.web.api import WebhookSender
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import CommandName
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.entrypoints.bootstrap import build_handlers
from weloop.inbox.api import Dispatcher
from weloop.kit.db import run
from weloop.outbox.api import Senders
from weloop.outbox.relay import Relay

from .conftest import Browser, Console

CONTACT = IdentityRef(IdentityKind.SITE_USER, "site_a", "42")
TO_SQL = [{"kind": "LeadAdvanced", "where": {"to": ["sql"]}}]


@dataclass
class Receiver:
    """Another system: what it got, and what it answers."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=self.status, headers=self.headers)

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]


@dataclass
class Desk:
    """The product with a site and a webhook, and the system that it leads to."""

    console: Console
    admin: Browser
    receiver: Receiver
    webhook: dict[str, Any]
    private: bool = True

    async def happen(self, **data: Any) -> None:
        """A lead advanced."""
        async with self.console.units.begin() as unit:
            unit.append(
                NewEvent(
                    account_id=self.webhook["account_id"],
                    kind=EventKind.LEAD_ADVANCED,
                    dedupe=f"advanced {data}",
                    occurred_at=datetime(2026, 11, 25, 8, tzinfo=UTC),
                    subject=CONTACT,
                    data={"lead_id": 7, "from": "mql", "to": "sql", **data},
                )
            )
        await self.settle()

    async def settle(self) -> None:
        """Handle all events and send all that is due."""
        units = self.console.units
        dispatcher = Dispatcher(units, self.console.app.wiring.subject_keys, build_handlers())

        async def kinds(accounts: Any) -> dict[int, str]:
            return dict.fromkeys(accounts, AccountKind.WEB)

        senders = Senders(kinds)
        sender = WebhookSender(units, self.console.app.wiring.vault, private=self.private)
        senders.on(AccountKind.WEB, CommandName.DELIVER_WEBHOOK, sender)
        relay = Relay(units, senders)
        while await dispatcher.work() or await relay.work():
            await relay.drain()

    async def commands(self) -> list[Any]:
        """All deliveries."""
        return await self.query("SELECT state, error, errcode, attempts, due, created_at FROM command ORDER BY id")

    async def query(self, sql: str) -> list[Any]:
        """Look into the database."""
        async with self.console.engine.begin() as connection:
            return list(await run(connection, sql))

    async def look(self) -> Any:
        """The webhook as its page shows it."""
        return (await self.admin.get("/api/webhooks"))[1][0]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A server on a port of the system's choice."""
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
async def desk(console: Console, receiver: Receiver) -> Desk:
    """A webhook for leads that became SQL."""
    console.app.console.state.private_webhooks = True
    admin = await console.signed_in()
    _, site = await admin.post("/api/sites", {"name": "CRM"})
    given = {"account_id": site["id"], "name": "SQL → CRM", "url": receiver.url, "wanted": TO_SQL}
    status, webhook = await admin.post("/api/webhooks", given)
    assert status == 201, webhook
    return Desk(console, admin, receiver, webhook)


def check_signature(secret: str, headers: dict[str, str], body: bytes) -> None:
    """As a receiver does it, written anew from the specification."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert expected in headers["webhook-signature"].split(" ")


async def test_a_lead_that_becomes_sql_is_told_with_its_person(desk: Desk) -> None:
    async with desk.console.units.begin() as unit:
        unit.append(
            NewEvent(
                account_id=1,
                kind=EventKind.PROFILE_FETCHED,
                dedupe="profile",
                occurred_at=datetime(2026, 11, 25, 7, tzinfo=UTC),
                subject=CONTACT,
                data={"found": True},
                profile=Profile(name="李林", company="山屿云"),
                aliases=(Alias(IdentityRef(IdentityKind.PHONE, "", "13800001111"), Strength.WEAK),),
            )
        )
    await desk.happen()
    await desk.happen(to="mql")
    [(headers, body)] = desk.receiver.got
    check_signature(desk.webhook["secret"], headers, body)
    told = json.loads(body)
    assert told["type"] == "LeadAdvanced"
    assert told["timestamp"] == "2026-11-25T08:00:00+00:00"
    assert told["data"]["details"] == {"lead_id": 7, "from": "mql", "to": "sql"}
    assert told["data"]["account"] == {"id": desk.webhook["account_id"], "name": "CRM"}
    person = told["data"]["person"]
    assert (person["name"], person["company"], person["phones"]) == ("李林", "山屿云", ["13800001111"])
    assert {"kind": "site_user", "scope": "site_a", "value": "42"} in person["identities"]
    assert [row.state for row in await desk.commands()] == ["sent"]
    stored = await desk.query("SELECT body::text AS body FROM command")
    assert not any("13800001111" in row.body or "李林" in row.body for row in stored), "nothing personal waits unsealed"
    assert (await desk.look())["delivered_at"]


async def test_the_person_stays_at_home_where_the_webhook_says_so(desk: Desk) -> None:
    status, _ = await desk.admin.patch(f"/api/webhooks/{desk.webhook['id']}", {"with_person": False})
    assert status == 200
    await desk.happen()
    assert "person" not in desk.receiver.bodies()[0]["data"]


async def test_an_event_handled_twice_goes_out_once(desk: Desk) -> None:
    await desk.happen()
    await desk.query(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, coalesce(identity_id, id), 1, recorded_at, true FROM event ON CONFLICT DO NOTHING"
    )
    await desk.settle()
    assert len(desk.receiver.got) == 1


async def test_what_happened_before_is_not_told(desk: Desk) -> None:
    await desk.admin.patch(f"/api/webhooks/{desk.webhook['id']}", {"enabled": False})
    await desk.happen()
    await desk.admin.patch(f"/api/webhooks/{desk.webhook['id']}", {"enabled": True})
    await desk.query(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, coalesce(identity_id, id), 1, recorded_at, true FROM event ON CONFLICT DO NOTHING"
    )
    await desk.settle()
    assert desk.receiver.got == []
    await desk.happen(lead_id=8)
    assert [body["data"]["details"]["lead_id"] for body in desk.receiver.bodies()] == [8]


@pytest.mark.parametrize("status", [500, 503, 404, 401, 302, 429])
async def test_what_is_not_taken_is_tried_again(desk: Desk, status: int) -> None:
    desk.receiver.status = status
    desk.receiver.headers = {"Location": desk.receiver.url, "Retry-After": "3600"}
    await desk.happen()
    assert len(desk.receiver.got) == 1, "no redirect is followed"
    [row] = await desk.commands()
    assert (row.state, row.errcode, row.attempts) == ("queued", status, 1)
    assert 3590 <= (row.due - row.created_at).total_seconds() <= 3610
    look = await desk.look()
    assert look["failing_since"]
    assert str(status) in look["failure"]
    desk.receiver.status = 204
    await desk.query("UPDATE command SET due = created_at")
    await desk.settle()
    first, second = desk.receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"], "a receiver knows a repeat"
    assert [row.state for row in await desk.commands()] == ["sent"]
    assert (await desk.look())["failing_since"] is None


async def test_an_endpoint_that_is_gone_is_a_dead_letter_that_can_be_sent_again(desk: Desk) -> None:
    desk.receiver.status = 410
    await desk.happen()
    assert [row.state for row in await desk.commands()] == ["failed"]
    _, dead = await desk.admin.get("/api/dead-letters")
    desk.receiver.status = 200
    status, _ = await desk.admin.post("/api/dead-letters/replay", {"kind": "command", "ids": [dead["items"][0]["id"]]})
    assert status < 300
    await desk.settle()
    assert len(desk.receiver.got) == 2
    assert [row.state for row in await desk.commands()] == ["sent"]


async def test_no_answer_is_tried_again_and_others_do_not_wait_behind_it(desk: Desk) -> None:
    await desk.admin.patch(f"/api/webhooks/{desk.webhook['id']}", {"url": "http://127.0.0.1:1/hook"})
    for number in range(5):
        await desk.happen(lead_id=number)
    assert {(row.state, row.error) for row in await desk.commands()} == {("queued", "platform_retryable")}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "2130706433", "localhost."])
async def test_inner_networks_are_refused_when_it_is_sent(desk: Desk, host: str) -> None:
    """However the address is written, and whatever a name led to when the webhook was made."""
    desk.private = False
    url = desk.receiver.url.replace("127.0.0.1", host)
    await desk.query(f"UPDATE webhook SET url = '{url}'")  # noqa: S608 -- one of the addresses above
    await desk.happen()
    assert desk.receiver.got == []
    [row] = await desk.commands()
    # The last two are names that the client's own look-up may not know at all: then they lead nowhere.
    known = host not in ("2130706433", "localhost.")
    assert row.state == "failed" if known else row.state != "sent"
    assert row.error == "platform_rejected" or not known


async def test_webhooks_stand_in_public_unless_the_deployer_says_otherwise(desk: Desk) -> None:
    desk.console.app.console.state.private_webhooks = False
    given = {"account_id": desk.webhook["account_id"], "name": "x", "url": desk.receiver.url, "wanted": TO_SQL}
    status, body = await desk.admin.post("/api/webhooks", given)
    assert (status, body["code"]) == (422, "webhook_url")
    status, body = await desk.admin.patch(f"/api/webhooks/{desk.webhook['id']}", {"url": "https://10.0.0.1/"})
    assert (status, body["code"]) == (422, "webhook_url")


async def test_a_new_secret_overlaps_with_the_one_before(desk: Desk) -> None:
    status, rotated = await desk.admin.post(f"/api/webhooks/{desk.webhook['id']}/secret")
    assert status == 200
    assert rotated["secret"] != desk.webhook["secret"]
    await desk.happen()
    for secret in (desk.webhook["secret"], rotated["secret"]):
        check_signature(secret, *desk.receiver.got[0])
    await desk.query("UPDATE webhook SET old_secret_until = created_at")
    await desk.happen(lead_id=8)
    headers, body = desk.receiver.got[1]
    check_signature(rotated["secret"], headers, body)
    assert " " not in headers["webhook-signature"]


async def test_secrets_are_told_once_and_kept_sealed(desk: Desk) -> None:
    assert "secret" not in await desk.look()
    rows = await desk.query("SELECT w::text AS text FROM webhook AS w UNION ALL SELECT a::text FROM audit_entry AS a")
    assert not any(desk.webhook["secret"] in row.text for row in rows)


async def test_a_person_may_try_an_endpoint(desk: Desk) -> None:
    status, _ = await desk.admin.post(f"/api/webhooks/{desk.webhook['id']}/test")
    assert status == 200
    await desk.settle()
    [(headers, body)] = desk.receiver.got
    check_signature(desk.webhook["secret"], headers, body)
    assert json.loads(body)["type"] == "Test"
    await desk.admin.patch(f"/api/webhooks/{desk.webhook['id']}", {"enabled": False})
    status, answer = await desk.admin.post(f"/api/webhooks/{desk.webhook['id']}/test")
    assert (status, answer["code"]) == (409, "webhook_off")


async def test_what_waits_for_a_deleted_webhook_ends_quietly(desk: Desk) -> None:
    desk.receiver.status = 500
    await desk.happen()
    assert (await desk.admin.delete(f"/api/webhooks/{desk.webhook['id']}"))[0] == 204
    await desk.query("UPDATE command SET due = created_at")
    await desk.settle()
    assert [row.state for row in await desk.commands()] == ["sent"]
    assert len(desk.receiver.got) == 1


async def test_what_does_not_fit_is_refused(desk: Desk) -> None:
    good = {"account_id": desk.webhook["account_id"], "name": "x", "url": desk.receiver.url, "wanted": TO_SQL}
    bad: list[dict[str, Any]] = [
        {"wanted": []},
        {"wanted": [{"kind": "CommandSent"}]},
        {"wanted": [{"kind": "LeadAdvanced", "where": {"to": []}}]},
        {"wanted": [{"kind": "LeadAdvanced", "where": {"to": ["a\x00"]}}]},
        {"url": "x" * 1001},
        {"name": ""},
    ]
    for change in bad:
        status, body = await desk.admin.post("/api/webhooks", {**good, **change})
        assert (status, body["code"]) == (422, "invalid_input"), change
    status, body = await desk.admin.post("/api/webhooks", {**good, "account_id": 999})
    assert (status, body["code"]) == (404, "account_not_found")
