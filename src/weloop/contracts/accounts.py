"""Owned accounts: what connectors are told of one, and what they answer about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class AccountKind(StrEnum):
    WECOM = "wecom"
    """One app of a WeCom corp."""
    OFFICIAL_ACCOUNT = "official_account"
    """A WeChat official account."""
    WEB = "web"
    """A website, app or other system: the track API and short links in, signed webhooks out."""
    VIDEO_CHANNEL = "video_channel"
    """A Channels account (视频号), known by name and id: its works have no official interface."""


@dataclass(frozen=True, slots=True)
class AccountHandle:
    """What a client of an account needs. The secret is not in its repr."""

    id: int
    kind: AccountKind
    api_base: str
    """Without a trailing slash; paths such as ``/cgi-bin/gettoken`` follow it."""
    app_id: str
    agent_id: int | None
    secret: str = field(repr=False)

    @property
    def credentials(self) -> str:
        """What the platform is asked with for a token."""
        return "\n".join((self.api_base, self.app_id, self.secret))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a real round trip said. ``code`` is the translation key ``error.<code>``; empty when all is well."""

    code: str = ""
    reason: str = ""
    errcode: int = 0

    @property
    def ok(self) -> bool:
        """Whether the account can be used."""
        return not self.code


@dataclass(frozen=True, slots=True)
class AccountConnected:
    """An account works that did not before: whoever keeps a copy of what is there looks at it now."""

    account_id: int
    kind: AccountKind


@dataclass(frozen=True, slots=True)
class AccountRecovered:
    """What stood in an account's way is over: what waits for it goes on."""

    account_id: int


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """One member as the platform lists it. ``status``: 1 active, 2 disabled, 4 not activated, 5 left, 0 not told."""

    userid: str
    name: str
    department: str | None
    status: int
    contact_enabled: bool


class AccountChecker(Protocol):
    """Makes one harmless call with an account's credentials; a PlatformError may come out instead of a result."""

    async def __call__(self, account_id: int) -> CheckResult:
        """Check the account. No database transaction is open meanwhile."""


class ServerClock(Protocol):
    """Compares the clock of an account's platform with ours."""

    async def __call__(self, account_id: int) -> timedelta | None:
        """How far theirs is ahead; None: they do not tell. PlatformError when there is no answer."""


class PageDoor(Protocol):
    """Web pages that members open inside the platform's client: where to send them, and who came back."""

    async def authorize_url(self, account_id: int, redirect_uri: str, state: str) -> str:
        """Where the browser learns who it is; PlatformError when the account cannot be used."""

    async def find_visitor(self, account_id: int, code: str) -> str:
        """The userid behind a code, which works once; empty for who is no member. PlatformError otherwise."""


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What one registration of a page is signed with; ``timestamp`` in Unix seconds."""

    timestamp: int
    nonce: str
    signature: str


@dataclass(frozen=True, slots=True)
class PageCredentials:
    """What a page needs to call the platform's client: scripts to load in this order, and two signatures of its url."""

    corp_id: str
    agent_id: int
    scripts: tuple[str, ...]
    corp: PageSignature
    app: PageSignature


class PageSigner(Protocol):
    """Signs pages of ours for the platform's client."""

    async def sign(self, account_id: int, url: str, *, renew: bool = False) -> PageCredentials:
        """Sign ``url`` without its fragment; ``renew``: the client refused the tickets that are kept.

        PlatformError when the account cannot be used. No database transaction is open meanwhile.
        """


class StaffFetcher(Protocol):
    """Lists the members that an account's app can see."""

    async def __call__(self, account_id: int) -> Sequence[StaffRecord]:
        """Fetch them all. No database transaction is open meanwhile."""
