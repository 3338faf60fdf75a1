"""One call: token, request, answer, error code; a refused token is replaced once and the call repeated once."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from wxapi.errcodes import CodeTable
from wxapi.errors import AnswerLost, CallRejected, PlatformBusy
from wxapi.fields import number, text
from wxapi.multipart import FilePart, encode_part
from wxapi.tokens import AccessToken, TokenSource
from wxapi.transport import Answer, Transport

Reply = Mapping[str, Any]
"""The JSON object of a successful answer. Unknown fields are kept and ignored."""

JSON_TYPE = "application/json; charset=utf-8"
_BUSY = 503
"""The one server error that says the work was not begun; after any other it may have been done."""


@dataclass(frozen=True, slots=True)
class Content:
    """A body and its type."""

    body: bytes
    type: str


class Caller:
    """Calls APIs of one account. ``base_url`` has no path: ``https://qyapi.weixin.qq.com``."""

    def __init__(self, transport: Transport, base_url: str, tokens: TokenSource, codes: CodeTable) -> None:
        self._transport = transport
        self._base_url = base_url.rstrip("/")
        self._tokens = tokens
        self._codes = codes

    async def get(self, path: str, **query: str) -> Reply:
        """GET ``path`` with a token."""
        return await self._call(path, query, None)

    async def post(self, path: str, body: Mapping[str, object]) -> Reply:
        """POST JSON to ``path`` with a token."""
        return await self._call(path, {}, Content(encode_json(path, body), JSON_TYPE))

    async def upload(self, path: str, part: FilePart, **query: str) -> Reply:
        """POST a file as multipart form to ``path`` with a token."""
        return await self._call(path, query, Content(*encode_part(part)))

    async def _call(self, path: str, query: Mapping[str, str], content: Content | None) -> Reply:
        token = await self._tokens.get()
        reply = await self._send(path, query, content, token)
        if self._codes.asks_for_token(read_errcode(reply)):
            # A call with a refused token did nothing, so repeating it is safe for every call.
            token = await self._tokens.refresh(token)
            reply = await self._send(path, query, content, token)
        return check_reply(path, reply, self._codes, token)

    async def _send(self, path: str, query: Mapping[str, str], content: Content | None, token: str) -> Reply:
        url, full_query = self._base_url + path, {"access_token": token, **query}
        if content is None:
            return read_reply(path, await self._transport.get(url, full_query))
        return read_reply(path, await self._transport.post(url, full_query, content.body, content.type))


def encode_json(path: str, body: Mapping[str, object]) -> bytes:
    """UTF-8 without ``\\u`` escapes, which the platforms refuse; CallRejected for text that is no Unicode."""
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:
        raise CallRejected(path, "the request cannot be written as JSON") from None


def read_reply(path: str, answer: Answer) -> Reply:
    """Read a JSON object whatever its content type says. Without one, the HTTP status decides."""
    try:
        reply = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        reply = None
    if isinstance(reply, dict) and (answer.status == 200 or read_errcode(reply)):
        return reply
    if answer.status == _BUSY:
        raise PlatformBusy(path, f"HTTP status {answer.status}")
    if 300 <= answer.status < 500:
        raise CallRejected(path, f"HTTP status {answer.status}")
    raise AnswerLost(path, f"the answer is unreadable (HTTP status {answer.status})")


def read_errcode(reply: Reply) -> int:
    """``errcode`` as a number; absent means 0, success."""
    try:
        return int(reply.get("errcode", 0))
    except (TypeError, ValueError):
        return 0


def check_reply(path: str, reply: Reply, codes: CodeTable, *secrets: str) -> Reply:
    """Give the reply, or raise the error of its code. ``secrets`` are blotted out of the platform's text."""
    errcode = read_errcode(reply)
    if errcode == 0:
        return reply
    errmsg = str(reply.get("errmsg", ""))
    for secret in secrets:
        if secret:
            errmsg = errmsg.replace(secret, "***")
    error = codes.error(path, errcode, errmsg)
    if isinstance(error, CallRejected):
        error.reply = reply
    raise error


async def read_token(path: str, answer: Awaitable[Answer], codes: CodeTable, secret: str) -> AccessToken:
    """Await and read the answer to a request for a token.

    A lost answer is PlatformBusy here: a token not received did nothing, and the call it was for was not sent.
    """
    try:
        reply = check_reply(path, read_reply(path, await answer), codes, secret)
    except AnswerLost as error:
        raise PlatformBusy(path, error.meaning) from None
    value = text(reply, "access_token")
    if not value:
        raise PlatformBusy(path, "the answer holds no token")
    return AccessToken(value, number(reply, "expires_in"))
