"""The addresses that platforms call: believe, append, and only then answer "success"."""

import time
from collections.abc import Mapping

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from weloop.accounts.api import CallbackAccount, CallbackDirectory
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackReader
from weloop.contracts.errors import CallbackRefused, Overloaded
from weloop.inbox.api import Intake
from weloop.kit.clock import WorldClock
from weloop.kit.ids import new_trace_id, trace

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
received = Counter("weloop_callbacks", "Callbacks by what became of them", ["outcome"])
duration = Histogram(
    "weloop_callback_seconds", "From the request to the answer", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)


class CallbackEndpoint:
    """Receives the callbacks of all accounts."""

    def __init__(
        self,
        directory: CallbackDirectory,
        readers: Mapping[AccountKind, CallbackReader],
        intake: Intake,
        clock: WorldClock,
    ) -> None:
        self._directory = directory
        self._readers = readers
        self._intake = intake
        self._clock = clock

    def routes(self) -> list[Route]:
        """The two routes of one address: GET verifies it, POST delivers."""
        return [
            Route("/callback/{key}", self.verify, methods=["GET"]),
            Route("/callback/{key}", self.receive, methods=["POST"]),
        ]

    async def verify(self, request: Request) -> Response:
        """Answer the platform's check of the address."""
        try:
            account = await self._account(request)
            answer = self._readers[account.kind].verify_url(account.credentials, request.query_params)
        except CallbackRefused as error:
            return self._refuse(request, error)
        received.labels("verified").inc()
        return PlainTextResponse(answer)

    async def receive(self, request: Request) -> Response:
        """Append what is believed; the answer waits for the commit."""
        begun = time.perf_counter()
        trace.set(new_trace_id())
        try:
            account = await self._account(request)
            body = await _read(request)
            events = self._readers[account.kind].parse(
                account.credentials, request.query_params, body, self._clock.now(), trace.get()
            )
            await self._intake.add(events)
        except CallbackRefused as error:
            return self._refuse(request, error)
        except Overloaded as error:
            received.labels("overloaded").inc()
            log.warning("callback.overloaded", reason=str(error))
            return PlainTextResponse("busy", status_code=503)
        received.labels("stored").inc()
        duration.observe(time.perf_counter() - begun)
        return PlainTextResponse("success")

    async def _account(self, request: Request) -> CallbackAccount:
        account = await self._directory.find(request.path_params["key"])
        if account is None:
            raise CallbackRefused(404, "no account has this address")
        return account

    @staticmethod
    def _refuse(request: Request, error: CallbackRefused) -> Response:
        received.labels(str(error.http_status)).inc()
        log.warning(
            "callback.refused",
            status=error.http_status,
            reason=error.reason,
            client=request.client.host if request.client else None,
        )
        return PlainTextResponse("refused", status_code=error.http_status)


async def _read(request: Request) -> bytes:
    """The body, read no further than the cap."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > MAX_BODY:
        raise CallbackRefused(413, "the body is larger than 1 MiB")
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > MAX_BODY:
                raise CallbackRefused(413, "the body is larger than 1 MiB")
            parts.append(part)
    except ClientDisconnect:
        raise CallbackRefused(400, "the body ended early") from None
    return b"".join(parts)
