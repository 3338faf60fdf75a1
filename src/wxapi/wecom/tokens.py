"""Access token of an app (path 91039)."""

from wxapi.caller import read_token
from wxapi.errcodes import load_table
from wxapi.tokens import AccessToken
from wxapi.transport import Transport

_PATH = "/cgi-bin/gettoken"


async def fetch_token(transport: Transport, base_url: str, corp_id: str, secret: str) -> AccessToken:
    """Ask for the token of (corp, secret). While one is valid the platform gives the same one again."""
    query = {"corpid": corp_id, "corpsecret": secret}
    answer = transport.get(base_url.rstrip("/") + _PATH, query)
    return await read_token(_PATH, answer, load_table("wecom"), secret)
