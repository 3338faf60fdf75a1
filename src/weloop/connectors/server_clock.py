"""The platform's clock beside ours, by the ``Date`` of an answer to a call without a token."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from weloop.connectors.clients import LoadHandle
from weloop.contracts.errors import Retryable
from weloop.kit.clock import machine_now
from wxapi.errors import ApiError
from wxapi.transport import Transport

_PATH = "/cgi-bin/get_api_domain_ip"
_WHOLE_SECOND = timedelta(seconds=1)
"""A ``Date`` is cut to the second: the moment lies somewhere in the one that begins there."""


class PlatformClock:
    """A ``ServerClock`` for both platforms: a call without a token is refused, and its answer is dated."""

    def __init__(self, transport: Transport, load_handle: LoadHandle) -> None:
        self._transport = transport
        self._load_handle = load_handle

    async def __call__(self, account_id: int) -> timedelta | None:
        """See ``contracts.accounts.ServerClock``."""
        handle = await self._load_handle(account_id)
        before = machine_now()
        try:
            answer = await self._transport.get(handle.api_base + _PATH, {})
        except ApiError as error:
            raise Retryable(error.meaning) from None
        return compare(answer.date, before, machine_now())


def compare(date: str, before: datetime, after: datetime) -> timedelta | None:
    """How far a server's clock must be ahead, given that it answered between two moments; None: no date was told."""
    try:
        begin = parsedate_to_datetime(date)
    except ValueError:
        return None
    begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    if begin > after:
        return begin - after
    return min(begin + _WHOLE_SECOND - before, timedelta(0))
