"""DeliverWebhook: one signed POST to an endpoint of another system."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult

from weloop.accounts.api import list_account_names
from weloop.connectors.web.webhooks import repository
from weloop.connectors.web.webhooks.models import Webhook
from weloop.connectors.web.webhooks.rules import is_public, is_public_host, sign, wait_after
from weloop.connectors.web.webhooks.service import PURPOSE, TOPIC
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import CredentialExpired, PlatformError, Rejected, Retryable
from weloop.contracts.json import JsonValue
from weloop.identity.api import find_faces, find_persons, find_refs
from weloop.kit.clock import machine_now
from weloop.kit.errors import SealBroken
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork, Units

log = structlog.get_logger(__name__)
SECONDS, CONNECT_SECONDS = 10.0, 4.0
REST_SECONDS = 30.0
"""An endpoint that does not answer is left alone so long: others shall not wait behind it."""
GONE = 410
MAX_RETRY_AFTER = 86_400
AGENT = "WeLoop-Webhooks"


class PublicResolver(AbstractResolver):
    """Looks names up and keeps public addresses alone: the address that was checked is the one that is called."""

    def __init__(self) -> None:
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See ``aiohttp.abc.AbstractResolver``; OSError when no public address is left."""
        found = await self._inner.resolve(host, port, family)
        kept = [each for each in found if is_public(ip_address(each["host"].partition("%")[0]))]
        if not kept:
            raise PrivateAddress(host)
        return kept

    async def close(self) -> None:
        """Nothing is kept open."""
        await self._inner.close()


class PrivateAddress(OSError):
    """A name that leads into an inner network."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One message, ready to go."""

    webhook_id: int
    url: str
    headers: dict[str, str]
    body: bytes


class WebhookSender:
    """Carries out DeliverWebhook. ``private``: endpoints in inner networks are allowed."""

    batch = 20
    bucket = "webhook"

    def __init__(self, units: Units, vault: Vault, *, private: bool) -> None:
        self._units = units
        self._vault = vault
        self._private = private
        self._rests: dict[int, float] = {}

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        async with self._units.begin() as unit:
            parcels = [await self._pack(unit, command) for command in commands]
        connector = aiohttp.TCPConnector(resolver=None if self._private else PublicResolver())
        timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=CONNECT_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            outcomes = await asyncio.gather(
                *(self._deliver(session, command, parcel, now) for command, parcel in zip(commands, parcels, strict=True))
            )
        await self._note(parcels, outcomes)
        return outcomes

    async def _pack(self, unit: UnitOfWork, command: Command) -> _Parcel | Outcome:
        """The message as it goes out; an outcome when it cannot, or the webhook is off or gone."""
        row = await repository.get_webhook(unit.session, int(str(command.body.get("webhook_id"))))
        if row is None or not row.enabled:
            return Done({"skipped": "off"})
        try:
            secrets = self._secrets(row, unit.now)
        except SealBroken:
            return CredentialExpired("the secret was sealed with another key")
        body = orjson.dumps(await self._message(unit, row, command))
        message_id, moment = f"msg_{command.key.replace(':', '_')}", int(machine_now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": message_id,
            "webhook-timestamp": str(moment),
            "webhook-signature": sign(secrets, message_id, moment, body),
        }
        return _Parcel(row.id, row.url, headers, body)

    def _secrets(self, row: Webhook, now: datetime) -> list[str]:
        sealed = [row.secret_sealed]
        if row.old_secret_sealed is not None and row.old_secret_until is not None and now < row.old_secret_until:
            sealed.append(row.old_secret_sealed)
        return [self._vault.open(each, PURPOSE).decode() for each in sealed]

    @staticmethod
    async def _message(unit: UnitOfWork, row: Webhook, command: Command) -> dict[str, Any]:
        """``{type, timestamp, data: {event_id, account, details, person?}}``."""
        body = command.body
        made = datetime.fromtimestamp(int(str(body.get("made_at", 0))), UTC).isoformat()
        data: dict[str, Any] = {"details": body.get("data")}
        if "event_id" in body:
            account_id = int(str(body["of_account"]))
            names = await list_account_names(unit)
            data |= {"event_id": str(body["event_id"]), "account": {"id": account_id, "name": names.get(account_id)}}
        if row.with_person and command.subject_id is not None:
            data["person"] = await _person(unit, command.subject_id)
        return {"type": body.get("type"), "timestamp": body.get("timestamp", made), "data": data}

    async def _deliver(
        self, session: aiohttp.ClientSession, command: Command, parcel: _Parcel | Outcome, now: datetime
    ) -> Outcome:
        if not isinstance(parcel, _Parcel):
            return parcel
        if not self._private and not is_public_host(urlsplit(parcel.url).hostname or ""):
            return Rejected("the address is not public")
        if self._rests.get(parcel.webhook_id, 0.0) > time.monotonic():
            return self._again(command, "it did not answer a moment ago", now)
        try:
            async with session.post(
                parcel.url, data=parcel.body, headers=parcel.headers, allow_redirects=False
            ) as answer:
                return self._judge(command, answer, now)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if _is_private(error):
                return Rejected("the address is not public")
            self._rests[parcel.webhook_id] = time.monotonic() + REST_SECONDS
            return self._again(command, f"no answer: {type(error).__name__}", now)

    def _judge(self, command: Command, answer: aiohttp.ClientResponse, now: datetime) -> Outcome:
        """Success is 2xx alone. A redirect is none: it could lead anywhere."""
        if 200 <= answer.status < 300:
            return Done({"status": answer.status})
        if answer.status == GONE:
            return Rejected("410: the endpoint says that it is gone", GONE)
        after = answer.headers.get("Retry-After", "")
        outcome = self._again(command, f"the endpoint answers {answer.status}", now, answer.status)
        if after.isdigit() and outcome.after is not None:
            outcome.after = min(MAX_RETRY_AFTER, max(outcome.after, float(after)))
        return outcome

    @staticmethod
    def _again(command: Command, reason: str, now: datetime, status: int = 0) -> Retryable:
        made = datetime.fromtimestamp(int(str(command.body.get("made_at", 0))), UTC)
        return Retryable(reason, status, wait_after(now - made).total_seconds())

    async def _note(self, parcels: Sequence[_Parcel | Outcome], outcomes: Sequence[Outcome]) -> None:
        """Keep on each webhook how it went, for its page: after the tenth failure would be hours too late."""
        last: dict[int, str | None] = {}
        for parcel, outcome in zip(parcels, outcomes, strict=True):
            if isinstance(parcel, _Parcel):
                last[parcel.webhook_id] = _failure(outcome)
        if last:
            async with self._units.begin() as unit:
                await repository.note_outcomes(unit.connection, list(last.items()), unit.now)
                unit.publish(TOPIC)


def _failure(outcome: Outcome) -> str | None:
    """Why a delivery failed, as a word that the page translates: ``http_500``, ``private``, ``no_answer``."""
    if not isinstance(outcome, PlatformError):
        return None
    if outcome.errcode:
        return f"http_{outcome.errcode}"
    return "private" if isinstance(outcome, Rejected) else "no_answer"


def _is_private(error: BaseException) -> bool:
    """Whether an error of the client was ours about the address."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PrivateAddress):
            return True
        seen = getattr(seen, "os_error", None) or seen.__cause__
    return False


async def _person(unit: UnitOfWork, identity_id: int) -> JsonValue:
    """Who it was, as known now; None when there is nobody any more. The id is text: JavaScript would round it."""
    person_id = (await find_persons(unit, [identity_id])).get(identity_id)
    face = (await find_faces(unit, [person_id])).get(person_id) if person_id is not None else None
    if face is None:
        return None
    refs = await find_refs(unit, face.id)
    return {
        "id": str(face.id),
        "name": face.name,
        "company": face.company,
        "phones": list(face.phones),
        "staff": list(face.staff),
        "identities": [{"kind": str(ref.kind), "scope": ref.scope, "value": ref.value} for ref in refs],
    }
