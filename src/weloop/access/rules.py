"""Rules of signing in: when a login is locked, how long a session lives, which password will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from weloop.contracts.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Limits of signing in. All times are machine time."""

    failures_per_login: int = 5
    failures_per_address: int = 30
    failure_window: timedelta = timedelta(minutes=15)
    session_idle: timedelta = timedelta(hours=12)
    session_life: timedelta = timedelta(days=14)
    session_touch: timedelta = timedelta(minutes=1)
    """A session's last use is noted at most this often."""
    link_life: timedelta = timedelta(minutes=10)
    password_min: int = 10
    password_max: int = 256
    """Longer ones would only cost hashing time."""


def locked_seconds(failures: Sequence[datetime], limit: int, window: timedelta, now: datetime) -> int:
    """Seconds until another try is allowed; 0 when it is allowed now. ``failures`` in any order."""
    recent = sorted((at for at in failures if at > now - window), reverse=True)
    if len(recent) < limit:
        return 0
    return max(1, ceil((recent[limit - 1] + window - now).total_seconds()))


def address_group(address: str) -> str:
    """The key by which failures of one client are counted: an IPv6 client owns its whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64)) + "/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def check_password_shape(password: str, login: str, policy: AccessPolicy) -> None:
    """Refuse passwords that are too short, too long or the login itself."""
    if len(password) < policy.password_min:
        raise InvalidInput("the password is too short", code="password_short", min=policy.password_min)
    if len(password) > policy.password_max:
        raise InvalidInput("the password is too long", code="password_long", max=policy.password_max)
    if password.casefold() == login.casefold():
        raise InvalidInput("the password is the login", code="password_is_login")


def session_expires(created: datetime, seen: datetime, policy: AccessPolicy) -> datetime:
    """When a session ends if it is not used again."""
    return min(created + policy.session_life, seen + policy.session_idle)
