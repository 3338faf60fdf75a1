"""Why a call failed, and what that means for the caller.

ApiError
├── NotSent            no connection: nothing reached the platform, ask again
├── AnswerLost         it was sent and no readable answer came (or another HTTP 5xx): nobody knows whether it was done
├── PlatformBusy       the platform asks to try later (errcode, or HTTP 429 and 503): nothing was done
├── CredentialRefused  secret, token or caller address refused, even after one fresh token
├── QuotaUsedUp        a quota of the platform; ``window`` tells how long it is closed
└── CallRejected       final: the same call gives the same answer
    ├── AccountBlocked      until somebody mends the account at the platform: it may call nothing
    └── CapabilityMissing   the account may not call this API

No text of an error holds a token, a secret or a body. ``errmsg`` is the platform's text, for people and logs: it
changes without notice, so nothing may be decided by it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

ERRMSG_CHARACTERS = 200


class Window(StrEnum):
    """How long a used-up quota stays closed. Days are Beijing days."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class ApiError(Exception):
    """Base. ``path`` is the API, ``errcode`` the platform's code (0: none came), ``meaning`` ours of that code."""

    def __init__(self, path: str, meaning: str, errcode: int = 0, errmsg: str = "") -> None:
        super().__init__(f"{path}: {errcode} {meaning}" if errcode else f"{path}: {meaning}")
        self.path = path
        self.meaning = meaning
        self.errcode = errcode
        self.errmsg = errmsg


class NotSent(ApiError):
    """No connection: nothing reached the platform."""


class AnswerLost(ApiError):
    """It was sent and no readable answer came."""


class PlatformBusy(ApiError):
    """The platform asks to try later."""


class CredentialRefused(ApiError):
    """Secret, token or caller address refused."""


class QuotaUsedUp(ApiError):
    """A quota of the platform is used up for the rest of ``window``."""

    def __init__(self, path: str, meaning: str, errcode: int, errmsg: str, window: Window) -> None:
        super().__init__(path, meaning, errcode, errmsg)
        self.window = window


class CallRejected(ApiError):
    """Final: the same call gives the same answer. ``reply``: what came with the code, which may name what exists."""

    def __init__(
        self, path: str, meaning: str, errcode: int = 0, errmsg: str = "", reply: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(path, meaning, errcode, errmsg)
        self.reply = reply or {}


class AccountBlocked(CallRejected):
    """The platform lets the account call nothing, until somebody mends that there."""


class CapabilityMissing(CallRejected):
    """The account may not call this API."""
