"""What a platform's answers mean, and that each meaning has words."""

import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.connectors.server_clock import compare
from weloop.contracts.accounts import AccountKind, CheckResult, StaffRecord
from weloop.entrypoints import machine_words
from weloop.features.doctor import words
from weloop.features.doctor.rules import (
    ADDRESS_CODES,
    Arrived,
    Egress,
    Finding,
    State,
    find_address,
    is_unusual,
    next_egress,
    read_arrivals,
    read_check,
    read_clock,
    read_staff,
    read_unionids,
    usual_of,
)

USUAL = st.floats(0, 1000)
KINDS_OF_BRAKES = st.sampled_from(["leaving", "complaining"])
NOON = datetime(2026, 11, 25, 12, 0, 0, 400_000, UTC)
HINT = "hint: [1764072000_7_0123456789abcdef0123456789abcdef]"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            f"caller IP not trusted (not allow to access from your ip, {HINT}, from ip: 203.0.113.7, more)",
            "203.0.113.7",
        ),
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3", "203.0.113.7"),
        ("invalid ip 2001:db8::7, not in whitelist", "2001:db8::7"),
        ("from ip: 203.0.113.7.", "203.0.113.7"),
        ("from ip: 999.0.113.7, more", ""),
        ("from ip: ::::, invalid ip 203.0.113.9", "203.0.113.9"),
        ("not allow to access from your ip", ""),
    ],
)
def test_the_address_is_read_out_of_the_platforms_text(text: str, address: str) -> None:
    assert find_address(text) == address


def _refused(address: str, errcode: int = 60020) -> CheckResult:
    return CheckResult("platform_credential", f"caller IP not trusted (no, from ip: {address}, more)", errcode)


def test_a_changed_address_stays_an_alert_until_it_is_let_in() -> None:
    first = next_egress(Egress(), _refused("203.0.113.7"))
    assert first == Egress("203.0.113.7", None)
    assert next_egress(first, CheckResult()) == Egress("203.0.113.7", None)
    second = next_egress(first, _refused("203.0.113.8"))
    assert second == Egress("203.0.113.8", "203.0.113.7")
    assert next_egress(second, _refused("203.0.113.8")) == second, "asking again does not end the alert"
    assert next_egress(second, _refused("203.0.113.9")) == Egress("203.0.113.9", "203.0.113.7")
    assert next_egress(second, CheckResult("platform_retryable", "no connection")) == second
    assert next_egress(second, CheckResult()) == Egress("203.0.113.8", None)


def test_a_refused_call_says_no_more_than_it_knows() -> None:
    for errcode in sorted(ADDRESS_CODES):
        found = {each.check: each for each in read_check(AccountKind.WECOM, _refused("203.0.113.7", errcode), Egress())}
        assert (found["address"].state, found["address"].errcode) == (State.PROBLEM, errcode)
        assert found["address"].copy == "203.0.113.7"
        assert (found["credentials"].state, found["customer_contact"].state) == (State.OPEN, State.OPEN)
    found = {each.check: each for each in read_check(AccountKind.WECOM, CheckResult("x", "", 48002), Egress())}
    assert [found[check].state for check in ("credentials", "address")] == [State.GOOD, State.GOOD]
    assert (found["customer_contact"].state, found["customer_contact"].errcode) == (State.PROBLEM, 48002)
    assert len(read_check(AccountKind.OFFICIAL_ACCOUNT, CheckResult(), Egress())) == 2


@pytest.mark.parametrize(
    ("errcode", "code", "outcome"),
    [
        (40001, "platform_credential", "secret"),
        (40125, "platform_credential", "secret"),
        (40013, "platform_credential", "app_id"),
        (40243, "platform_credential", "frozen"),
        (48001, "platform_rejected", "refused"),
        (0, "platform_credential", "missing"),
        (0, "platform_retryable", "silent"),
        (-1, "platform_retryable", "busy"),
    ],
)
def test_credentials_that_do_not_work(errcode: int, code: str, outcome: str) -> None:
    found = read_check(AccountKind.OFFICIAL_ACCOUNT, CheckResult(code, "why", errcode), Egress())
    assert (found[0].state, found[0].outcome, found[1].state) == (State.PROBLEM, outcome, State.OPEN)


def test_the_share_of_joined_people_is_never_rounded_to_all_or_none() -> None:
    assert read_unionids(0, 0).state is State.OPEN
    assert (read_unionids(400, 0).state, read_unionids(400, 0).values["percent"]) == (State.PROBLEM, 0)
    assert [read_unionids(400, joined).values["percent"] for joined in (1, 399, 400)] == [1, 99, 100]


def test_members() -> None:
    member = StaffRecord("lina", "李娜", None, 1, contact_enabled=False)
    assert [read_staff(each).outcome for each in ([], [member], [replace(member, contact_enabled=True)])] == [
        "nobody",
        "disabled",
        "good",
    ]


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("Wed, 25 Nov 2026 12:00:00 GMT", timedelta(0)),
        ("Wed, 25 Nov 2026 12:10:00 GMT", timedelta(minutes=10, seconds=-0.6)),
        ("Wed, 25 Nov 2026 11:59:50 GMT", timedelta(seconds=-9.4)),
        ("", None),
        ("yesterday", None),
    ],
)
def test_clocks_are_compared_as_far_as_whole_seconds_allow(date: str, offset: timedelta | None) -> None:
    assert compare(date, NOON, NOON + timedelta(seconds=0.2)) == offset
    assert read_clock(timedelta(seconds=6)).outcome == "slow"
    assert read_clock(timedelta(seconds=-6)).outcome == "fast"


def test_only_what_comes_after_the_press_ends_the_waiting() -> None:
    def later(minutes: int) -> datetime:
        return NOON + timedelta(minutes=minutes)

    idle = Arrived(True, "https://x/callback/k")
    assert read_arrivals(replace(idle, is_set=False)).outcome == "unset"
    assert (read_arrivals(idle).outcome, read_arrivals(idle).copy) == ("never", "https://x/callback/k")
    seen = replace(idle, received_at=NOON, verified_at=NOON)
    assert read_arrivals(seen).outcome == "good"
    assert read_arrivals(replace(seen, watched_at=later(1))).outcome == "waiting"
    assert read_arrivals(replace(seen, watched_at=later(1), verified_at=later(2))).outcome == "watched"
    refused = replace(seen, watched_at=later(1), refused_at=later(2), refused_status=401)
    assert (read_arrivals(refused).state, read_arrivals(refused).outcome) == (State.PROBLEM, "token")
    assert read_arrivals(replace(refused, verified_at=later(3))).outcome == "watched"


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("zh", "en"), [(words.ZH, words.EN), (machine_words.ZH, machine_words.EN)])
def test_both_languages_say_the_same(zh: words.Words, en: words.Words) -> None:
    assert zh.keys() == en.keys()
    assert {key for key in zh if _slots(zh[key]) != _slots(en[key])} == set()
    assert [key for key, text in en.items() if re.search(r"[\u3400-\u9fff]", re.sub("「[^」]*」", "", text))] == []


def test_every_problem_has_a_fix_for_its_kind_of_account() -> None:
    outcomes = {key for key in words.ZH if key.count(".") == 1 and not key.endswith(".fix")}
    values = {"errcode": 1, "reason": "r", "address": "a", "before": "b", "seen": 1, "enabled": 1, "seconds": 9}
    values |= {"status": 401, "known": 2, "joined": 1, "percent": 50, "at": "11-29 14:05", "by": "b"}
    for key in sorted(outcomes):
        check, outcome = key.split(".")
        for kind in ("wecom", "official_account"):
            said = words.describe(Finding(check, State.PROBLEM, outcome, values), words.ZH, words.EN, kind)
            assert "{" not in said.cause.zh + said.cause.en
            assert said.fix or outcome in ("good", "known", "watched", "untold", "opened"), (key, kind)


@pytest.mark.parametrize(
    ("what", "lately", "usual", "unusual"),
    [
        ("leaving", 9, 0.0, False),
        ("leaving", 10, 0.0, True),
        ("leaving", 10, 5.0, False),
        ("leaving", 11, 5.0, True),
        ("leaving", 1000, 500.0, False),
        ("leaving", 1001, 500.0, True),
        ("complaining", 2, 0.0, False),
        ("complaining", 3, 1.0, True),
        ("complaining", 3, 1.5, False),
    ],
)
def test_unusual_is_more_than_twice_the_usual_and_not_few(what: str, lately: int, usual: float, unusual: bool) -> None:
    assert is_unusual(what, lately, usual) is unusual


@given(KINDS_OF_BRAKES, st.integers(0, 5000), st.integers(0, 5000), USUAL, USUAL)
def test_fewer_people_and_more_usual_never_raise_it(
    what: str, lately: int, fewer: int, usual: float, more: float
) -> None:
    calm, worse = is_unusual(what, min(lately, fewer), max(usual, more)), is_unusual(what, lately, usual)
    assert worse or not calm


def test_a_usual_day_is_the_mean_of_28_or_of_those_since_the_account_is_known() -> None:
    day = timedelta(days=1)
    assert usual_of(56, 300 * day) == 2.0
    assert usual_of(56, 29 * day) == 2.0
    assert usual_of(56, 8 * day) == 8.0
    assert usual_of(5, 36 * timedelta(hours=1)) == 5.0, "less than a day before the last one is taken for one"
    assert usual_of(0, timedelta(0)) == 0.0
