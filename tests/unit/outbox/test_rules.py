"""What an outcome makes of a command."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.commands import Delivery, Done
from weloop.contracts.errors import (
    AccountBlocked,
    AlreadyDone,
    CapabilityLost,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Rejected,
    Retryable,
    Uncertain,
)
from weloop.outbox.rules import MAX_ATTEMPTS, Bucket, Rate, Tried, decide_next, take_tokens

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _tried(
    delivery: Delivery = Delivery.IDEMPOTENT, attempts: int = 1, unsure: bool = False, life: float | None = None
) -> Tried:
    return Tried(delivery, attempts, unsure, None if life is None else NOW + timedelta(seconds=life))


def test_done_is_sent() -> None:
    assert decide_next(_tried(), Done(), NOW).state == "sent"


def test_rejected_is_final_at_the_first_attempt() -> None:
    step = decide_next(_tried(), Rejected("no", 40058), NOW)
    assert (step.state, step.error_code) == ("failed", "platform_rejected")


def test_a_repeat_known_to_the_platform_was_ours_only_if_an_answer_was_lost() -> None:
    assert decide_next(_tried(unsure=True), AlreadyDone("sent", 41051), NOW).state == "sent"
    assert decide_next(_tried(unsure=False), AlreadyDone("sent", 41051), NOW).state == "failed"


@pytest.mark.parametrize("delivery", [Delivery.IDEMPOTENT, Delivery.AT_LEAST_ONCE])
def test_a_lost_answer_is_tried_again_where_a_repeat_does_no_harm(delivery: Delivery) -> None:
    step = decide_next(_tried(delivery), Uncertain("?"), NOW)
    assert (step.state, step.unsure) == ("queued", True)


def test_a_lost_answer_of_what_may_go_out_once_goes_to_a_person() -> None:
    assert decide_next(_tried(Delivery.AT_MOST_ONCE), Uncertain("?"), NOW).state == "uncertain"


def test_an_answer_that_says_later_keeps_what_may_go_out_once() -> None:
    assert decide_next(_tried(Delivery.AT_MOST_ONCE), Retryable("busy", -1), NOW).state == "queued"


def test_nothing_is_tried_after_it_expired() -> None:
    step = decide_next(_tried(attempts=6, life=10), Retryable("busy", -1), NOW)
    assert (step.state, step.error_code) == ("failed", "expired")


def test_what_expired_after_a_lost_answer_is_uncertain() -> None:
    assert decide_next(_tried(attempts=6, life=10, unsure=True), Retryable("busy", -1), NOW).state == "uncertain"
    assert decide_next(_tried(attempts=6, life=10), Uncertain("?"), NOW).state == "uncertain"


@pytest.mark.parametrize(
    "trouble", [CredentialExpired("c", 40001), AccountBlocked("b", 48004), CapabilityLost("r", 48001)]
)
@pytest.mark.parametrize("attempts", [1, MAX_ATTEMPTS])
def test_a_message_waits_for_its_account_however_often_it_tried(trouble: PlatformError, attempts: int) -> None:
    held = replace(_tried(Delivery.AT_MOST_ONCE, attempts), holds=True)
    step = decide_next(held, trouble, NOW)
    assert (step.state, step.due, step.gates) == ("queued", NOW + timedelta(minutes=10), "account_unwell")
    assert decide_next(replace(held, expires_at=NOW + timedelta(minutes=1)), trouble, NOW).state == "failed"


def test_a_command_that_is_no_message_fails_where_it_has_no_right() -> None:
    assert decide_next(_tried(), CapabilityLost("r", 48001), NOW).state == "failed"


def test_a_quota_waits_until_it_is_there_again() -> None:
    until = NOW + timedelta(hours=3)
    assert decide_next(_tried(), QuotaExceeded("45009", 45009, until), NOW).due == until


@given(
    st.sampled_from([Retryable("r", -1), Uncertain("u"), CredentialExpired("c", 40001), QuotaExceeded("q", 45009)]),
    st.integers(MAX_ATTEMPTS, 2**15 - 1),
)
def test_trying_ends(error: PlatformError, attempts: int) -> None:
    lost = isinstance(error, Uncertain)
    assert decide_next(_tried(attempts=attempts), error, NOW).state == ("uncertain" if lost else "failed")
    assert decide_next(_tried(attempts=attempts, unsure=True), error, NOW).state == "uncertain"
    assert decide_next(_tried(Delivery.AT_LEAST_ONCE, attempts, unsure=True), error, NOW).state == "failed"


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 40)), min_size=1, max_size=20),
    st.floats(0.5, 20),
    st.integers(1, 50),
)
def test_a_bucket_never_grants_more_than_burst_plus_refill(
    wishes: list[tuple[float, int]], per_second: float, burst: int
) -> None:
    rate, bucket, now, granted = Rate(per_second, burst), Bucket(burst, NOW), NOW, 0
    for pause, wanted in wishes:
        now += timedelta(seconds=pause)
        bucket, given_now, ready_at = take_tokens(bucket, rate, wanted, now)
        granted += given_now
        assert given_now <= wanted
        if given_now < wanted:
            assert ready_at > now
    assert granted <= burst + (now - NOW).total_seconds() * per_second + 1e-6


def test_a_blocked_bucket_grants_nothing_until_its_time() -> None:
    blocked = Bucket(10, NOW, NOW + timedelta(minutes=1))
    assert take_tokens(blocked, Rate(1, 10), 5, NOW)[1:] == (0, NOW + timedelta(minutes=1))
    assert take_tokens(blocked, Rate(1, 10), 5, NOW + timedelta(minutes=1))[1] == 5
