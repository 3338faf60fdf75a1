"""JS-SDK tickets and signatures: what a page needs to call WeCom from inside it (paths 90506, 96909)."""

import hashlib
from dataclasses import dataclass, field

from wxapi.caller import Caller
from wxapi.fields import number, text


@dataclass(frozen=True, slots=True)
class JsTicket:
    """A ticket; keep it for ``expires_in`` seconds: 400 calls an hour per corp and 100 per app are allowed."""

    value: str = field(repr=False)
    expires_in: int


class JsTickets:
    """Tickets of the corp, for ``wx.config``, and of the app, for ``wx.agentConfig``; they are not interchangeable."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def get_corp_ticket(self) -> JsTicket:
        """For ``wx.config``."""
        reply = await self._caller.get("/cgi-bin/get_jsapi_ticket")
        return JsTicket(text(reply, "ticket"), number(reply, "expires_in"))

    async def get_app_ticket(self) -> JsTicket:
        """For ``wx.agentConfig``."""
        reply = await self._caller.get("/cgi-bin/ticket/get", type="agent_config")
        return JsTicket(text(reply, "ticket"), number(reply, "expires_in"))


def sign_page(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The signature of a page; ``url`` is its whole address with the query, of which a ``#…`` is left out."""
    plain = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
