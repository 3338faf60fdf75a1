"""Access tokens. Prefer the stable one: a second program asking for it does not void the first one's."""

from wxapi.caller import JSON_TYPE, encode_json, read_token
from wxapi.errcodes import load_table
from wxapi.tokens import AccessToken
from wxapi.transport import Transport

_TOKEN = "/cgi-bin/token"  # noqa: S105 - a path
_STABLE = "/cgi-bin/stable_token"


async def fetch_stable_token(
    transport: Transport, base_url: str, app_id: str, secret: str, *, force: bool = False
) -> AccessToken:
    """The current token with its remaining life. ``force`` voids it at once; the platform allows few of those a day."""
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": force}
    content = encode_json(_STABLE, body)
    answer = transport.post(base_url.rstrip("/") + _STABLE, {}, content, JSON_TYPE)
    return await read_token(_STABLE, answer, load_table("official_account"), secret)


async def fetch_token(transport: Transport, base_url: str, app_id: str, secret: str) -> AccessToken:
    """A new token of the older kind; every call replaces the one before."""
    query = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    answer = transport.get(base_url.rstrip("/") + _TOKEN, query)
    return await read_token(_TOKEN, answer, load_table("official_account"), secret)
