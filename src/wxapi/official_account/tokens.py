"""Access tokens. Prefer the stable one: a second program asking for it does not void the first one's."""

from wxapi.caller import JSON_TYPE, check_reply, encode_json, read_reply
from wxapi.errcodes import load_table
from wxapi.fields import number, text
from wxapi.tokens import AccessToken
from wxapi.transport import Answer, Transport

_TOKEN = "/cgi-bin/token"  # noqa: S105 - a path
_STABLE = "/cgi-bin/stable_token"


async def fetch_stable_token(
    transport: Transport, base_url: str, app_id: str, secret: str, *, force: bool = False
) -> AccessToken:
    """The current token with its remaining life. ``force`` voids it at once; the platform allows few of those a day."""
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": force}
    content = encode_json(_STABLE, body)
    return _read(_STABLE, secret, await transport.post(base_url.rstrip("/") + _STABLE, {}, content, JSON_TYPE))


async def fetch_token(transport: Transport, base_url: str, app_id: str, secret: str) -> AccessToken:
    """A new token of the older kind; every call replaces the one before."""
    query = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    return _read(_TOKEN, secret, await transport.get(base_url.rstrip("/") + _TOKEN, query))


def _read(path: str, secret: str, answer: Answer) -> AccessToken:
    reply = check_reply(path, read_reply(path, answer), load_table("official_account"), secret)
    return AccessToken(text(reply, "access_token"), number(reply, "expires_in"))
