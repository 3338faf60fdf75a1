"""Signing pages for the JS-SDK: tickets of corp and app, kept and shared like access tokens."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from weloop.connectors.clients import ClientProvider, Fetch, LoadHandle
from weloop.connectors.errors import map_error
from weloop.connectors.manifests import load_manifest
from weloop.connectors.wecom.page_door import beside
from weloop.contracts.accounts import AccountKind, PageCredentials, PageSignature
from weloop.contracts.errors import CredentialExpired, Rejected
from weloop.kit.clock import machine_now
from wxapi.errors import ApiError
from wxapi.tokens import TokenSource
from wxapi.wecom import WecomClient, sign_page
from wxapi.wecom.js_sdk import JsTicket

ShareTickets: TypeAlias = Callable[[int, Fetch, Fetch], tuple[TokenSource, TokenSource]]
"""Makes the sources of an account's tickets, of its corp and its app, from what asks the platform for them."""

RENEW = timedelta(minutes=1)
"""Tickets that a client refused are fetched anew at most this often: 100 calls an hour are allowed per app."""
NONCE_BYTES = 12


def page_scripts(api_base: str) -> tuple[str, ...]:
    """Where pages of an account load the JS-SDK from, in this order."""
    return tuple(beside(api_base, address) for address in load_manifest("wecom").page_scripts)


@dataclass(slots=True)
class _Tickets:
    corp: TokenSource
    app: TokenSource
    renewed_at: datetime | None = None


class WecomPageSigner:
    """A ``PageSigner``. Make one per process."""

    def __init__(
        self,
        clients: ClientProvider[WecomClient],
        load: LoadHandle,
        share: ShareTickets,
        now: Callable[[], datetime],
    ) -> None:
        self._clients = clients
        self._load = load
        self._share = share
        self._now = now
        self._tickets: dict[int, _Tickets] = {}

    def on_topic(self, topic: str) -> None:
        """Forget what is held when accounts changed: their tickets may be others now."""
        if topic in ("accounts", "*"):
            self._tickets.clear()

    async def sign(self, account_id: int, url: str, *, renew: bool = False) -> PageCredentials:
        """See ``contracts.accounts.PageSigner``."""
        handle = await self._load(account_id)
        if handle.kind is not AccountKind.WECOM:
            raise Rejected("the account is of another kind")
        if handle.agent_id is None:
            raise CredentialExpired("the account has no agent id")
        tickets = self._tickets.setdefault(account_id, self._make(account_id))
        if renew:
            await _renew(tickets)
        return PageCredentials(
            handle.app_id,
            handle.agent_id,
            page_scripts(handle.api_base),
            self._sign(await tickets.corp.get(), url),
            self._sign(await tickets.app.get(), url),
        )

    def _sign(self, ticket: str, url: str) -> PageSignature:
        timestamp, nonce = int(self._now().timestamp()), secrets.token_hex(NONCE_BYTES)
        return PageSignature(timestamp, nonce, sign_page(ticket, nonce, timestamp, url))

    def _make(self, account_id: int) -> _Tickets:
        def ask(which: Callable[[WecomClient], Awaitable[JsTicket]]) -> Fetch:
            async def fetch() -> tuple[str, int]:
                client = await self._clients.client(account_id)
                try:
                    ticket = await which(client)
                except ApiError as error:
                    raise map_error(error, self._now(), reads_only=True) from None
                if not ticket.value:
                    raise Rejected("the answer holds no ticket")
                return ticket.value, ticket.expires_in

            return fetch

        corp = ask(lambda client: client.js_tickets.get_corp_ticket())
        return _Tickets(*self._share(account_id, corp, ask(lambda client: client.js_tickets.get_app_ticket())))


async def _renew(tickets: _Tickets) -> None:
    now = machine_now()
    if tickets.renewed_at is not None and now - tickets.renewed_at < RENEW:
        return
    tickets.renewed_at = now
    for source in (tickets.corp, tickets.app):
        await source.refresh(await source.get())
