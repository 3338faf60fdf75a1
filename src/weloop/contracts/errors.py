"""The error tree.

WeLoopError                 code · HTTP status · params (the UI translates ``error.<code>``)
├── InvalidInput            422  what was given does not fit
├── NotSignedIn             401
├── NotAllowed              403
├── NotFound                404
├── Conflict                409  the thing changed or exists already
├── TooManyTries            429  login lock-out
├── CallbackRefused         400/401/404/413  an inbound callback that is not stored
├── Overloaded              503  a bounded buffer is full
├── SetupError              500  what starts the product is wrong; the text is one clear sentence
└── PlatformError           502  WeChat or WeCom said no, or nothing
    ├── Retryable           later: ``after`` seconds
    ├── CredentialExpired   token refused even after one refresh
    ├── QuotaExceeded       no more until ``until``
    ├── Rejected            final: ``reason``
    │   ├── AlreadyDone     the platform knows a repeat: it was done before
    │   ├── AccountBlocked  the account may call nothing until somebody mends that at the platform
    │   └── CapabilityLost  the account may not call this API
    └── Uncertain           sent, no answer: nobody knows
"""

from datetime import datetime
from typing import ClassVar

from weloop.contracts.json import JsonObject


class WeLoopError(Exception):
    """Base. ``code`` is stable and is the translation key ``error.<code>``; ``params`` fill its placeholders."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, detail: str = "", *, code: str | None = None, **params: str | int) -> None:
        super().__init__(detail or type(self).__doc__ or "")
        self.params: JsonObject = params
        self.detail = detail
        self.instance_code = code or self.code


class InvalidInput(WeLoopError):
    """What was given does not fit."""

    code, status = "invalid_input", 422


class NotSignedIn(WeLoopError):
    """Sign in first."""

    code, status = "not_signed_in", 401


class NotAllowed(WeLoopError):
    """Your role does not allow this."""

    code, status = "not_allowed", 403


class NotFound(WeLoopError):
    """There is no such thing."""

    code, status = "not_found", 404


class Conflict(WeLoopError):
    """It exists already or was changed meanwhile."""

    code, status = "conflict", 409


class TooManyTries(WeLoopError):
    """Too many wrong passwords; wait."""

    code, status = "too_many_tries", 429


class Overloaded(WeLoopError):
    """A bounded buffer is full; the caller must try again."""

    code, status = "overloaded", 503


class SetupError(WeLoopError):
    """What starts the product is wrong; the text is one clear sentence."""

    code = "setup"


class CallbackRefused(WeLoopError):
    """An inbound callback that is counted and logged but not stored."""

    code = "callback_refused"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.http_status = status
        self.reason = reason


class PlatformError(WeLoopError):
    """WeChat or WeCom said no, or nothing. ``errcode`` is theirs; 0 when there was no answer."""

    code, status = "platform", 502

    def __init__(self, reason: str, errcode: int = 0) -> None:
        super().__init__(reason, errcode=errcode, reason=reason)
        self.reason = reason
        self.errcode = errcode


class Retryable(PlatformError):
    """Try again after ``after`` seconds (None: the usual backoff)."""

    code = "platform_retryable"

    def __init__(self, reason: str, errcode: int = 0, after: float | None = None) -> None:
        super().__init__(reason, errcode)
        self.after = after


class CredentialExpired(PlatformError):
    """The credential is refused even after one refresh; an administrator must act."""

    code = "platform_credential"


class QuotaExceeded(PlatformError):
    """The platform's quota is used up until ``until`` (None: unknown)."""

    code = "platform_quota"

    def __init__(self, reason: str, errcode: int = 0, until: datetime | None = None) -> None:
        super().__init__(reason, errcode)
        self.until = until


class Rejected(PlatformError):
    """Final: asking again gives the same answer."""

    code = "platform_rejected"


class AlreadyDone(Rejected):
    """The platform knows a repeat by its key or once-only code: it was done before, by us or by another."""

    code = "platform_already_done"


class AccountBlocked(Rejected):
    """The platform lets the account call nothing, until somebody mends that there."""

    code = "platform_blocked"


class CapabilityLost(Rejected):
    """The account may not call this API, until somebody gets it the right."""

    code = "platform_capability"


class Uncertain(PlatformError):
    """It was sent and no answer came: nobody knows whether it was done."""

    code = "platform_uncertain"
