"""What both platforms' inbound parsers share: refusals with their HTTP status, moments, names of occurrences."""

from datetime import UTC, datetime
from functools import lru_cache

from weloop.contracts.callbacks import CallbackCredentials
from weloop.contracts.errors import CallbackRefused
from wxapi.callback import (
    BadSignature,
    CallbackError,
    CallbackTooLarge,
    PlainCodec,
    SafeCodec,
    read_fields,
)

Fields = dict[str, str]

_STATUS: dict[type[CallbackError], int] = {BadSignature: 401, CallbackTooLarge: 413}
_MALFORMED = 400
_SEPARATOR = "\x1f"
"""Cannot occur in an XML text, so joined names stay unambiguous."""
_TYPE_CHARACTERS = 64
"""A type name goes into the log as it is; documented ones are shorter."""
_ID_CHARACTERS = 128
"""Documented ids have at most 64; a longer one would not fit an index."""
_LAST_SECOND = 4_102_444_800
"""The year 2100: later is no moment but nonsense, and would overflow date arithmetic."""


def refuse(error: CallbackError) -> CallbackRefused:
    """Turn a codec's refusal into one with an HTTP status."""
    return CallbackRefused(_STATUS.get(type(error), _MALFORMED), str(error))


def safe_codec(credentials: CallbackCredentials) -> SafeCodec:
    """The codec of an account with a key; kept between calls. CallbackRefused when the key is missing or unusable."""
    if credentials.aes_key is None:
        raise CallbackRefused(_MALFORMED, "this account has no EncodingAESKey")
    try:
        return _safe_codec(credentials.token, credentials.aes_key, credentials.app_id)
    except ValueError as error:
        raise CallbackRefused(_MALFORMED, str(error)) from None


def plain_codec(credentials: CallbackCredentials) -> PlainCodec:
    """The codec that checks only token, time and nonce."""
    try:
        return PlainCodec(credentials.token)
    except ValueError as error:
        raise CallbackRefused(_MALFORMED, str(error)) from None


@lru_cache(maxsize=256)
def _safe_codec(token: str, aes_key: str, receiver: str) -> SafeCodec:
    return SafeCodec(token, aes_key, receiver)


def inner_fields(document: bytes) -> Fields:
    """The fields of a believed document; CallbackRefused when it is malformed."""
    try:
        return read_fields(document)
    except CallbackError as error:
        raise refuse(error) from None


def moment(fields: Fields) -> datetime:
    """``CreateTime`` in UTC; CallbackRefused when it is no such number."""
    text = fields.get("CreateTime", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= _LAST_SECOND):
        raise CallbackRefused(_MALFORMED, "CreateTime is not a moment")
    return datetime.fromtimestamp(int(text), UTC)


def short(fields: Fields, name: str) -> str:
    """An id or code; empty when it is not there, CallbackRefused when it is far too long to be one."""
    value = fields.get(name, "")
    if len(value) > _ID_CHARACTERS:
        raise CallbackRefused(_MALFORMED, "an id is too long")
    return value


def occurrence(*parts: str) -> str:
    """One name for one occurrence, from the parts that tell it from others."""
    return _SEPARATOR.join(parts)


def whole_occurrence(fields: Fields) -> str:
    """The name of an occurrence of unknown form: everything it says."""
    return occurrence(*(f"{name}={fields[name]}" for name in sorted(fields)))


def type_name(*parts: str) -> str:
    """The type of an unknown event, such as ``change_external_chat/create``."""
    return "/".join(part for part in parts if part)[:_TYPE_CHARACTERS]
