"""Access token of an app (path 91039)."""

from wxapi.caller import check_reply, read_reply
from wxapi.errcodes import load_table
from wxapi.fields import number, text
from wxapi.tokens import AccessToken
from wxapi.transport import Transport

_PATH = "/cgi-bin/gettoken"


async def fetch_token(transport: Transport, base_url: str, corp_id: str, secret: str) -> AccessToken:
    """Ask for the token of (corp, secret). While one is valid the platform gives the same one again."""
    query = {"corpid": corp_id, "corpsecret": secret}
    reply = read_reply(_PATH, await transport.get(base_url.rstrip("/") + _PATH, query))
    check_reply(_PATH, reply, load_table("wecom"), secret)
    return AccessToken(text(reply, "access_token"), number(reply, "expires_in"))
