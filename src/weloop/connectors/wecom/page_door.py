"""Who opens our pages inside WeCom."""

from collections.abc import Callable
from datetime import datetime

from weloop.connectors.clients import ClientProvider, LoadHandle
from weloop.connectors.errors import map_error
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import CredentialExpired, Rejected
from wxapi.errors import ApiError
from wxapi.wecom import AUTHORIZE_BASE, BASE_URL, WecomClient, authorize_url


class WecomPageDoor:
    """A ``PageDoor``: errors of the client come out as ours."""

    def __init__(self, clients: ClientProvider[WecomClient], load: LoadHandle, now: Callable[[], datetime]) -> None:
        self._clients = clients
        self._load = load
        self._now = now

    async def authorize_url(self, account_id: int, redirect_uri: str, state: str) -> str:
        """See ``contracts.accounts.PageDoor``."""
        handle = await self._load(account_id)
        if handle.kind is not AccountKind.WECOM:
            raise Rejected("the account is of another kind")
        if handle.agent_id is None:
            raise CredentialExpired("the account has no agent id")
        return authorize_url(handle.app_id, handle.agent_id, redirect_uri, state, authorize_base(handle.api_base))

    async def find_visitor(self, account_id: int, code: str) -> str:
        """See ``contracts.accounts.PageDoor``."""
        client = await self._clients.client(account_id)
        try:
            return (await client.oauth.get_visitor(code)).userid
        except ApiError as error:
            # A code that is lost with its answer is void; the member simply opens the page again.
            raise map_error(error, self._now(), reads_only=True) from None


def authorize_base(api_base: str) -> str:
    """The host of the authorization page beside the API's: their names stand in one place of the address."""
    return beside(api_base, AUTHORIZE_BASE)


def beside(api_base: str, address: str) -> str:
    """An address of the platform's other hosts as an account reaches it: through what stands before its API."""
    before, host, behind = api_base.partition(_host(BASE_URL))
    if not host or behind.strip("/") or before in ("https://", "http://"):
        return address
    return before + _host(address)


def _host(url: str) -> str:
    return url.partition("://")[2]
