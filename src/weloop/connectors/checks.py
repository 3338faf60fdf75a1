"""Checking an account's set-up by one harmless call."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from weloop.connectors.clients import AccountClients
from weloop.connectors.errors import map_error
from weloop.contracts.accounts import CheckResult
from wxapi.errors import ApiError

ClientT = TypeVar("ClientT")
Probe = Callable[[ClientT], Awaitable[object]]


class AccountCheck(Generic[ClientT]):
    """An ``AccountChecker``: a real round trip with a fresh client."""

    def __init__(self, clients: AccountClients[ClientT], probe: Probe[ClientT], now: Callable[[], datetime]) -> None:
        self._clients = clients
        self._probe = probe
        self._now = now

    async def __call__(self, account_id: int) -> CheckResult:
        """Make the call. A PlatformError comes out when the account has no usable credentials at all."""
        client = await self._clients.fresh(account_id)
        try:
            await self._probe(client)
        except ApiError as error:
            return describe(error, self._now())
        return CheckResult()


def describe(error: ApiError, now: datetime) -> CheckResult:
    """Code of our tree; our meaning of theirs with the platform's own text, for the administrator."""
    reason = f"{error.meaning} ({error.errmsg})" if error.errmsg else error.meaning
    return CheckResult(code=map_error(error, now, reads_only=True).code, reason=reason, errcode=error.errcode)
