"""The shape of an account's credentials. Formats are the platforms'; what exactly ids may contain is read leniently."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackMode
from weloop.contracts.errors import InvalidInput

DEFAULT_API_BASE = {
    AccountKind.WECOM: "https://qyapi.weixin.qq.com",
    AccountKind.OFFICIAL_ACCOUNT: "https://api.weixin.qq.com",
}
_APP_ID = {
    AccountKind.WECOM: re.compile(r"w[wx][0-9A-Za-z_-]{8,62}"),
    AccountKind.OFFICIAL_ACCOUNT: re.compile(r"wx[0-9A-Za-z]{16}"),
}
_ORIGINAL_ID = re.compile(r"gh_[0-9A-Za-z]{6,32}")
_CALLBACK_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_AES_KEY = re.compile(r"[0-9A-Za-z]{43}")
_SECRET = re.compile(r"[!-~]{1,256}")


def check_app_id(kind: AccountKind, app_id: str) -> None:
    """Corp id ``ww…`` or ``wx…``; app id ``wx`` and 16 letters or digits."""
    _must_match(_APP_ID[kind], app_id, "app_id")


def check_original_id(original_id: str | None) -> None:
    """``gh_…`` or nothing."""
    if original_id is not None:
        _must_match(_ORIGINAL_ID, original_id, "original_id")


def check_secrets(secret: str | None, callback_token: str | None, aes_key: str | None) -> None:
    """Secret: visible ASCII; callback token: 3 to 32 letters and digits; EncodingAESKey: 43 letters and digits."""
    for pattern, value, name in (
        (_SECRET, secret, "secret"),
        (_CALLBACK_TOKEN, callback_token, "callback_token"),
        (_AES_KEY, aes_key, "aes_key"),
    ):
        if value is not None:
            _must_match(pattern, value, name)


def check_mode(kind: AccountKind, mode: CallbackMode) -> None:
    """WeCom always encrypts."""
    if kind is AccountKind.WECOM and mode is not CallbackMode.SAFE:
        raise _refused("mode")


def clean_api_base(kind: AccountKind, api_base: str | None) -> str:
    """The address that API paths are appended to: https, or http on this machine only; the official host by default."""
    if not api_base:
        return DEFAULT_API_BASE[kind]
    try:
        parts = urlsplit(api_base)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _refused("api_base") from error
    plain = not parts.query and not parts.fragment and parts.username is None and port != 0
    secure = parts.scheme == "https" or (parts.scheme == "http" and host is not None and is_loopback(host))
    if not host or not plain or not secure or re.search(r"[^!-~]", api_base):
        raise _refused("api_base")
    return api_base.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _must_match(pattern: re.Pattern[str], value: str, name: str) -> None:
    if not pattern.fullmatch(value):
        raise _refused(name)


def _refused(name: str) -> InvalidInput:
    return InvalidInput(f"{name} has not the right shape", code="account_shape", field=name)
