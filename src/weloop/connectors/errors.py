"""What a failed call of ``wxapi`` means for a command."""

from datetime import datetime, timedelta

from weloop.contracts.errors import (
    AccountBlocked,
    CapabilityLost,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Rejected,
    Retryable,
    Uncertain,
)
from weloop.kit.clock import BEIJING
from wxapi.errors import AccountBlocked as Blocked
from wxapi.errors import (
    AnswerLost,
    ApiError,
    CapabilityMissing,
    CredentialRefused,
    NotSent,
    PlatformBusy,
    QuotaUsedUp,
    Window,
)

_STEPS = {Window.MINUTE: timedelta(minutes=1), Window.HOUR: timedelta(hours=1)}


def map_error(error: ApiError, now: datetime, *, reads_only: bool = False) -> PlatformError:
    """Turn an error of the client into one of ours; a lost answer of a call that changes nothing is only a delay."""
    reason, errcode = error.meaning, error.errcode
    if isinstance(error, QuotaUsedUp):
        return QuotaExceeded(reason, errcode, window_end(error.window, now))
    if isinstance(error, CredentialRefused):
        return CredentialExpired(reason, errcode)
    if isinstance(error, AnswerLost) and not reads_only:
        return Uncertain(reason, errcode)
    if isinstance(error, NotSent | PlatformBusy | AnswerLost):
        return Retryable(reason, errcode)
    if isinstance(error, Blocked):
        return AccountBlocked(reason, errcode)
    if isinstance(error, CapabilityMissing):
        return CapabilityLost(reason, errcode)
    return Rejected(reason, errcode)


def window_end(window: Window, now: datetime) -> datetime:
    """When a quota opens again: windows of a day and a month end at midnight in Beijing."""
    if window in _STEPS:
        return now + _STEPS[window]
    local = now + BEIJING
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if window is Window.MONTH:
        midnight = (local.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return midnight - BEIJING
