"""Pure rules of sending: what an outcome makes of a command, how long to wait, what a bucket grants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from weloop.contracts.commands import Delivery, Done, Occasion, Outcome, Post
from weloop.contracts.errors import (
    AccountBlocked,
    AlreadyDone,
    CapabilityLost,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Retryable,
    Uncertain,
)
from weloop.contracts.json import JsonValue
from weloop.outbox.policy import UNWELL_WAIT, Gate

State: TypeAlias = Literal["queued", "sent", "failed", "uncertain", "refused"]

TROUBLES = (CredentialExpired, AccountBlocked, CapabilityLost)
"""What stands in an account's way, whatever is sent."""
MAX_ATTEMPTS = 10
FIRST_BACKOFF = timedelta(seconds=0.5)
"""Short, because a welcome code lives 20 seconds."""
MAX_BACKOFF = timedelta(minutes=10)
CREDENTIAL_WAIT = timedelta(seconds=30)
"""An administrator has to act; asking faster helps nobody."""
QUOTA_WAIT = timedelta(minutes=1)
"""When the platform does not say until when its quota is used up."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What counts of a command when an attempt of it ended. ``attempts`` includes that one."""

    delivery: Delivery
    attempts: int
    unsure: bool
    expires_at: datetime | None
    holds: bool = False
    """It waits while its account does not work."""


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of the command. ``due`` only when it is queued again; ``gates``: what policy said against it."""

    state: State
    due: datetime | None = None
    unsure: bool = False
    error: PlatformError | None = None
    error_code: str | None = None
    gates: str | None = None


def decide_next(tried: Tried, outcome: Outcome, now: datetime) -> Next:
    """What one outcome makes of a command."""
    if isinstance(outcome, Done):
        return Next("sent")
    if isinstance(outcome, AlreadyDone) and tried.unsure:
        # An earlier attempt of ours got no answer, and the platform knows the code as used: that was us.
        return Next("sent")
    if isinstance(outcome, Uncertain) and tried.delivery is Delivery.AT_MOST_ONCE:
        return Next("uncertain", error=outcome, error_code=outcome.code)
    unsure = tried.unsure or isinstance(outcome, Uncertain)
    holds = tried.holds and isinstance(outcome, TROUBLES)
    wait = UNWELL_WAIT if holds else _wait(outcome, tried.attempts, now)
    if wait is None or (tried.attempts >= MAX_ATTEMPTS and not holds):
        # Where a repeat does harm once its platform has forgotten the first, nobody may take it for failed.
        lost = unsure and wait is not None and tried.delivery is Delivery.IDEMPOTENT
        return Next("uncertain" if lost else "failed", unsure=unsure, error=outcome, error_code=outcome.code)
    due = now + wait
    if tried.expires_at is not None and due >= tried.expires_at:
        return Next(too_late(unsure), unsure=unsure, error=outcome, error_code="expired")
    return Next("queued", due, unsure, outcome, outcome.code, Gate.ACCOUNT_UNWELL if holds else None)


def too_late(unsure: bool) -> Literal["failed", "uncertain"]:
    """What becomes of an expired command: after an attempt without an answer nobody knows whether it went out."""
    return "uncertain" if unsure else "failed"


def write_occasion(occasion: Occasion) -> dict[str, JsonValue]:
    """An occasion as it is stored: what is not set is left out."""
    given: dict[str, JsonValue] = {}
    if occasion.answers is not None:
        given["answers"] = occasion.answers.timestamp()
    if occasion.campaign_id is not None:
        given["campaign_id"] = occasion.campaign_id
    if occasion.post is not None:
        given["post"] = {"members": list(occasion.post.members), "creative": occasion.post.creative}
    return {**given, **{name: True for name in ("by_hand", "advert") if getattr(occasion, name)}}


def read_occasion(given: Mapping[str, Any] | None) -> Occasion | None:
    """The same back."""
    if given is None:
        return None
    answers = given.get("answers")
    moment = None if answers is None else datetime.fromtimestamp(answers, UTC)
    post = given.get("post")
    return Occasion(
        moment,
        bool(given.get("by_hand")),
        given.get("campaign_id"),
        bool(given.get("advert")),
        None if post is None else Post(tuple(post["members"]), post["creative"]),
    )


def _wait(error: PlatformError, attempts: int, now: datetime) -> timedelta | None:
    """How long to wait before another try; None when there is no use in one."""
    if isinstance(error, QuotaExceeded):
        return QUOTA_WAIT if error.until is None else max(error.until - now, FIRST_BACKOFF)
    if isinstance(error, CredentialExpired):
        return CREDENTIAL_WAIT
    if isinstance(error, Retryable) and error.after is not None:
        return timedelta(seconds=error.after)
    if isinstance(error, Retryable | Uncertain):
        return min(MAX_BACKOFF, FIRST_BACKOFF * float(2 ** min(attempts - 1, MAX_ATTEMPTS)))
    return None


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: ``per_second`` refill, ``burst`` at most."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens at a moment of world time."""

    tokens: float
    refilled_at: datetime
    blocked_until: datetime | None = None


def take_tokens(bucket: Bucket, rate: Rate, wanted: int, now: datetime) -> tuple[Bucket, int, datetime]:
    """Take up to ``wanted``: the bucket afterwards, how many were granted, and when the next one is there."""
    elapsed = max(0.0, (now - bucket.refilled_at).total_seconds())
    tokens = min(rate.burst, bucket.tokens + elapsed * rate.per_second)
    if bucket.blocked_until is not None and now < bucket.blocked_until:
        return Bucket(tokens, now, bucket.blocked_until), 0, bucket.blocked_until
    granted = min(wanted, int(tokens))
    left = tokens - granted
    missing = max(0.0, 1.0 - left)
    # What is missing may be less than a moment's worth; even so the next one is not there yet.
    wait = max(timedelta(seconds=missing / rate.per_second), timedelta.resolution) if missing else timedelta()
    return Bucket(left, now), granted, now + wait
