"""网页授权 OAuth: which member has opened a page inside WeCom (paths 91022, 91023)."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from wxapi.caller import Caller
from wxapi.fields import text

AUTHORIZE_BASE = "https://open.weixin.qq.com"
SCOPE_BASE = "snsapi_base"
"""Silent: gives the userid and asks nobody anything."""


@dataclass(frozen=True, slots=True)
class PageVisitor:
    """Who opened the page: ``userid`` of a member, else ``openid`` and, for customers, ``external_userid``."""

    userid: str
    openid: str = field(repr=False)
    external_userid: str = field(repr=False)


class Oauth:
    """``/cgi-bin/auth``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def get_visitor(self, code: str) -> PageVisitor:
        """Exchange a code; it works once, for 5 minutes (40029 after that)."""
        reply = await self._caller.get("/cgi-bin/auth/getuserinfo", code=code)
        # Older answers spell the names with capitals.
        return PageVisitor(
            userid=text(reply, "userid") or text(reply, "UserId"),
            openid=text(reply, "openid") or text(reply, "OpenId"),
            external_userid=text(reply, "external_userid"),
        )


def authorize_url(corp_id: str, agent_id: int, redirect_uri: str, state: str, base: str = AUTHORIZE_BASE) -> str:
    """Where to send a browser inside WeCom; it comes back to ``redirect_uri`` with ``code`` and ``state``.

    ``state``: at most 128 letters and digits. The domain must be a 可信域名 of the app (50001).
    """
    query = {
        "appid": corp_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": SCOPE_BASE,
        "state": state,
        "agentid": str(agent_id),
    }
    return f"{base.rstrip('/')}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"
