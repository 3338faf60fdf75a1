"""The addresses that platforms call: believe, append, and only then answer "success".

Plain ASGI: a framework's router, request and response objects cost as much as all the cryptography.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import Receive, Scope, Send

from weloop.accounts.api import CallbackAccount, CallbackDirectory
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackReader
from weloop.contracts.errors import CallbackRefused, Overloaded
from weloop.entrypoints.http.bodies import read_body
from weloop.features.doctor.api import CallbackNotes
from weloop.inbox.api import Intake
from weloop.kit.clock import WorldClock
from weloop.kit.ids import new_trace_id, trace

log = structlog.get_logger(__name__)

PREFIX = "/callback/"
"""Of the address; the account's callback key follows."""
MAX_BODY = 1024 * 1024
received = Counter("weloop_callbacks", "Callbacks by what became of them", ["outcome"])
duration = Histogram(
    "weloop_callback_seconds", "From the request to the answer", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)
_stored = received.labels("stored")


class CallbackEndpoint:
    """Receives the callbacks of all accounts: an ASGI application."""

    def __init__(
        self,
        directory: CallbackDirectory,
        readers: Mapping[AccountKind, CallbackReader],
        intake: Intake,
        clock: WorldClock,
        notes: CallbackNotes,
    ) -> None:
        self._directory = directory
        self._readers = readers
        self._intake = intake
        self._clock = clock
        self._notes = notes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request: GET verifies the address, POST delivers."""
        try:
            if scope["method"] == "POST":
                await self._receive(scope, receive)
                answer = 200, "success"
            elif scope["method"] in ("GET", "HEAD"):
                answer = 200, await self._verify(scope)
            else:
                raise CallbackRefused(405, "an address takes GET and POST")
        except CallbackRefused as error:
            _note_refusal(scope, error)
            answer = error.http_status, "refused"
        except Overloaded as error:
            received.labels("overloaded").inc()
            log.warning("callback.overloaded", reason=str(error))
            answer = 503, "busy"
        except Exception as error:
            # The platform comes again; what went wrong is one line here and no word to a stranger.
            received.labels("failed").inc()
            log.error("callback.failed", error=repr(error))
            answer = 503, "busy"
        await _send(send, *answer)

    async def _verify(self, scope: Scope) -> str:
        """The answer to the platform's check of the address."""
        account = await self._account(scope)
        with self._noting(account):
            text = self._readers[account.kind].verify_url(account.credentials, _query(scope))
        received.labels("verified").inc()
        return text

    async def _receive(self, scope: Scope, receive: Receive) -> None:
        """Append what is believed; returns after the commit."""
        begun = time.perf_counter()
        trace.set(new_trace_id())
        account = await self._account(scope)
        with self._noting(account):
            body = await read_body(scope, receive, MAX_BODY)
            events = self._readers[account.kind].parse(
                account.credentials, _query(scope), body, self._clock.now(), trace.get()
            )
        await self._intake.add(events)
        _stored.inc()
        duration.observe(time.perf_counter() - begun)

    @contextmanager
    def _noting(self, account: CallbackAccount) -> Iterator[None]:
        """Note that something came to the account's address, and whether it is believed."""
        account_id = account.credentials.account_id
        try:
            yield
        except CallbackRefused as error:
            self._notes.note(account_id, self._clock.now(), error.http_status)
            raise
        self._notes.note(account_id, self._clock.now())

    async def _account(self, scope: Scope) -> CallbackAccount:
        account = await self._directory.find(scope["path"].removeprefix(PREFIX))
        if account is None:
            raise CallbackRefused(404, "no account has this address")
        return account


def _query(scope: Scope) -> dict[str, str]:
    """Of equal names the last counts."""
    text = scope["query_string"].decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    # Signatures, times and numbers need no unquoting, which costs as much as decryption.
    return {name: value for name, _, value in (pair.partition("=") for pair in text.split("&") if pair)}


async def _send(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/plain; charset=utf-8")]
    if status == 405:
        headers.append((b"allow", b"GET, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _note_refusal(scope: Scope, error: CallbackRefused) -> None:
    received.labels(str(error.http_status)).inc()
    client = scope.get("client")
    log.warning("callback.refused", status=error.http_status, reason=error.reason, client=client[0] if client else None)
