"""API clients of our accounts, kept between calls and made again when accounts change."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.errors import Rejected
from wxapi.official_account import OfficialAccountClient, fetch_stable_token
from wxapi.tokens import AccessToken, TokenSource
from wxapi.transport import Transport
from wxapi.wecom import WecomClient
from wxapi.wecom import fetch_token as fetch_wecom_token

ClientT = TypeVar("ClientT")
ClientT_co = TypeVar("ClientT_co", covariant=True)
LoadHandle: TypeAlias = Callable[[int], Awaitable[AccountHandle]]
Fetch: TypeAlias = Callable[[], Awaitable[tuple[str, int]]]
ShareToken: TypeAlias = Callable[[AccountHandle, Fetch], TokenSource]
"""Makes the token source of an account, from its handle and what asks the platform for a token."""

TOPIC = "accounts"
FRESH_SECONDS = 60.0
"""Read the account again after this time even if no change was heard of."""


class ClientProvider(Protocol[ClientT_co]):
    """Gives the client of an account; Rejected when it is disabled or removed, CredentialExpired without a secret."""

    async def client(self, account_id: int) -> ClientT_co:
        """The client, ready to call."""


@dataclass(frozen=True, slots=True)
class _Kept(Generic[ClientT]):
    client: ClientT
    until: float


class AccountClients(Generic[ClientT]):
    """Clients of one kind of account. Subscribe :meth:`on_topic` to the live listener."""

    def __init__(self, kind: AccountKind, load_handle: LoadHandle, make: Callable[[AccountHandle], ClientT]) -> None:
        self._kind = kind
        self._load_handle = load_handle
        self._make = make
        self._kept: dict[int, _Kept[ClientT]] = {}
        self._changes = 0
        self._loading = asyncio.Lock()

    def on_topic(self, topic: str) -> None:
        """Forget all clients when accounts changed, or may have."""
        if topic in (TOPIC, "*"):
            self._changes += 1
            self._kept.clear()

    async def client(self, account_id: int) -> ClientT:
        """See :class:`ClientProvider`."""
        kept = self._kept.get(account_id)
        if kept is not None and time.monotonic() < kept.until:
            return kept.client
        async with self._loading:
            kept = self._kept.get(account_id)
            if kept is None or time.monotonic() >= kept.until:
                kept = await self._load(account_id)
            return kept.client

    async def fresh(self, account_id: int) -> ClientT:
        """A client that was made just now from the stored credentials: for checking them."""
        handle = await self._load_handle(account_id)
        if handle.kind is not self._kind:
            raise Rejected("the account is of another kind")
        return self._make(handle)

    async def _load(self, account_id: int) -> _Kept[ClientT]:
        changes = self._changes
        kept = _Kept(await self.fresh(account_id), time.monotonic() + FRESH_SECONDS)
        if changes == self._changes:
            self._kept[account_id] = kept
        return kept


def wecom_clients(
    transport: Transport, load_handle: LoadHandle, share_token: ShareToken
) -> AccountClients[WecomClient]:
    """Clients of WeCom accounts."""

    def make(handle: AccountHandle) -> WecomClient:
        async def fetch() -> tuple[str, int]:
            return _pair(await fetch_wecom_token(transport, handle.api_base, handle.app_id, handle.secret))

        return WecomClient(transport, share_token(handle, fetch), handle.api_base, handle.agent_id)

    return AccountClients(AccountKind.WECOM, load_handle, make)


def official_account_clients(
    transport: Transport, load_handle: LoadHandle, share_token: ShareToken
) -> AccountClients[OfficialAccountClient]:
    """Clients of official accounts."""

    def make(handle: AccountHandle) -> OfficialAccountClient:
        async def fetch() -> tuple[str, int]:
            return _pair(await fetch_stable_token(transport, handle.api_base, handle.app_id, handle.secret))

        return OfficialAccountClient(transport, share_token(handle, fetch), handle.api_base)

    return AccountClients(AccountKind.OFFICIAL_ACCOUNT, load_handle, make)


def _pair(token: AccessToken) -> tuple[str, int]:
    return token.value, token.expires_in
