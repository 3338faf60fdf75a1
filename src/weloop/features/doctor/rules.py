"""What the answers of a platform mean for the set-up of an account."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from ipaddress import ip_address
from typing import TypeAlias

from weloop.contracts.accounts import AccountKind, CheckResult, StaffRecord

SKEW = timedelta(seconds=5)
"""Signatures of callbacks and once-only codes carry times; a clock further off than this is worth mending."""
ADDRESS_CODES = frozenset({60020, 40164, 89503, 89506, 89507})
"""The caller's address is not let in, or waits for an administrator's word."""
NOT_ALLOWED = 48002
"""The app is not among those that may call these APIs."""
_CREDENTIAL_OUTCOMES: Mapping[int, str] = {
    40001: "secret",
    40125: "secret",
    40091: "other_corp",
    40013: "app_id",
    40243: "frozen",
    50007: "blocked",
}
_NAMED = re.compile(r"(?:from ip:|invalid ip)\s*([0-9A-Fa-f.:]{2,45})")
"""Where 60020 and 40164 name the address they saw."""


Values: TypeAlias = Mapping[str, str | int]


KINDS = (AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT)
"""Kinds of accounts that are examined."""


@cache
def load_limits() -> Mapping[str, Mapping[str, int]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def is_unheard(verified: datetime | None, refused: datetime | None) -> bool:
    """Whether callbacks come and are not believed."""
    if refused is None:
        return False
    return verified is None or refused - verified >= timedelta(minutes=load_limits()["unheard"]["minutes"])


def is_silent(verified: datetime, sent: int, now: datetime) -> bool:
    """Whether so much went out since the day of the last callback that something should have come."""
    limits = load_limits()["silent"]
    return now - verified >= timedelta(hours=limits["hours"]) and sent >= limits["messages"]


def usual_of(before: int, known_for: timedelta) -> float:
    """How many a usual day has, when so many came within the days before the last 24 hours. ``known_for``: since when
    the account is known, which may be fewer days."""
    return before / min(max(known_for / timedelta(days=1) - 1, 1.0), load_limits()["usual"]["days"])


def is_unusual(what: str, lately: int, usual: float) -> bool:
    """Whether so many more people leave or complain than usual that marketing has to wait."""
    limits = load_limits()[what]
    return lately >= limits["minimum"] and lately > limits["times"] * usual


class State(StrEnum):
    """How a finding stands."""

    GOOD = "good"
    PROBLEM = "problem"
    OPEN = "open"
    """Not known yet: something else must be mended or must happen first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``outcome`` is the key of its words, which ``values`` fill; ``copy``: a text to take elsewhere."""

    check: str
    state: State
    outcome: str
    values: Values = field(default_factory=dict)
    errcode: int = 0
    copy: str = ""

    @property
    def ok(self) -> bool:
        """Whether nobody has to do anything."""
        return self.state is not State.PROBLEM


@dataclass(frozen=True, slots=True)
class Egress:
    """From where the platform says that we call: now, and before that while the new address is not let in."""

    address: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What reached a callback address, and since when somebody waits for more."""

    is_set: bool
    url: str
    received_at: datetime | None = None
    verified_at: datetime | None = None
    refused_at: datetime | None = None
    refused_status: int | None = None
    watched_at: datetime | None = None


def find_address(text: str) -> str:
    """The address that the platform names in its text; empty when it names none."""
    for found in _NAMED.finditer(text):
        try:
            return str(ip_address(found[1].rstrip(".:")))
        except ValueError:
            continue
    return ""


def next_egress(known: Egress, result: CheckResult) -> Egress:
    """What is known after a call: a refusal names an address, and a call that was let in ends the alert."""
    if result.errcode not in ADDRESS_CODES:
        return Egress(known.address) if result.ok or result.errcode else known
    named = find_address(result.reason)
    if not named or named == known.address:
        return known
    return Egress(named, known.before or known.address)


def read_check(kind: AccountKind, result: CheckResult, egress: Egress) -> list[Finding]:
    """What one harmless call says of credentials, address and, for WeCom, the right to customer contact."""
    contact = [_contact(result)] if kind is AccountKind.WECOM else []
    return [_credentials(kind, result), _address(result, egress), *contact]


def _credentials(kind: AccountKind, result: CheckResult) -> Finding:
    if result.ok or (kind is AccountKind.WECOM and result.errcode == NOT_ALLOWED):
        return Finding("credentials", State.GOOD, "good")
    if result.errcode in ADDRESS_CODES:
        return Finding("credentials", State.OPEN, "after")
    values: Values = {"reason": result.reason, "errcode": result.errcode}
    if result.code == "platform_retryable":
        return Finding("credentials", State.PROBLEM, "busy" if result.errcode else "silent", values, result.errcode)
    if result.code == "platform_credential" and not result.errcode:
        return Finding("credentials", State.PROBLEM, "missing", values)
    outcome = _CREDENTIAL_OUTCOMES.get(result.errcode, "refused")
    return Finding("credentials", State.PROBLEM, outcome, values, result.errcode)


def _address(result: CheckResult, egress: Egress) -> Finding:
    if result.errcode in ADDRESS_CODES:
        address = find_address(result.reason) or egress.address or ""
        outcome = "unnamed" if not address else "changed" if egress.before else "refused"
        values: Values = {"address": address, "before": egress.before or "", "errcode": result.errcode}
        return Finding("address", State.PROBLEM, outcome, values, result.errcode, address)
    if not result.ok and result.errcode != NOT_ALLOWED:
        return Finding("address", State.OPEN, "after")
    address = egress.address or ""
    return Finding("address", State.GOOD, "known" if address else "good", {"address": address}, copy=address)


def _contact(result: CheckResult) -> Finding:
    if result.errcode == NOT_ALLOWED:
        return Finding("customer_contact", State.PROBLEM, "refused", {"errcode": result.errcode}, result.errcode)
    return Finding("customer_contact", *((State.GOOD, "good") if result.ok else (State.OPEN, "after")))


def read_staff(members: Sequence[StaffRecord]) -> Finding:
    """Whom the app sees, and who of them may have customers."""
    enabled = sum(member.contact_enabled for member in members)
    values = {"seen": len(members), "enabled": enabled}
    if not members:
        return Finding("visible_range", State.PROBLEM, "nobody", values)
    return Finding("visible_range", *((State.GOOD, "good") if enabled else (State.PROBLEM, "disabled")), values)


def read_kf(result: CheckResult) -> Finding:
    """Whether the app may read customer service (微信客服). A corp that has none has nothing to mend."""
    if result.ok:
        return Finding("kf", State.GOOD, "good")
    if result.errcode == NOT_ALLOWED:
        return Finding("kf", State.OPEN, "refused", {"errcode": result.errcode}, result.errcode)
    return Finding("kf", State.OPEN, "untold")


def read_clock(offset: timedelta | None) -> Finding:
    """How far the platform's clock is from ours; None: it did not say."""
    if offset is None:
        return Finding("clock", State.OPEN, "untold")
    values = {"seconds": round(abs(offset).total_seconds())}
    if abs(offset) < SKEW:
        return Finding("clock", State.GOOD, "good", values)
    return Finding("clock", State.PROBLEM, "slow" if offset > timedelta(0) else "fast", values)


def read_unionids(known: int, joined: int) -> Finding:
    """How many of an account's people a unionid joins to our other accounts."""
    if not known:
        return Finding("unionid", State.OPEN, "nobody")
    # Rounded down: 100 % is said only of all, and 0 % only of none.
    percent = max(joined * 100 // known, 1) if joined else 0
    values = {"known": known, "joined": joined, "percent": percent}
    return Finding("unionid", *((State.GOOD, "good") if joined else (State.PROBLEM, "none")), values)


def read_sidebar(url: str, opened: str, by: str) -> Finding:
    """Whether a member has opened the sidebar beside a chat: WeCom can be asked of it no other way."""
    if not opened:
        return Finding("sidebar", State.OPEN, "never", copy=url)
    return Finding("sidebar", State.GOOD, "opened", {"at": opened, "by": by}, copy=url)


def read_arrivals(arrived: Arrived) -> Finding:
    """Whether callbacks come and are believed; while somebody waits only what came after the press counts."""
    if not arrived.is_set:
        return Finding("callback", State.OPEN, "unset", copy=arrived.url)
    verified, refused = arrived.verified_at, arrived.refused_at
    if refused and (verified is None or refused > verified):
        status = arrived.refused_status or 0
        outcome = {401: "token", 400: "aes_key"}.get(status, "refused")
        return Finding("callback", State.PROBLEM, outcome, {"status": status}, copy=arrived.url)
    if arrived.watched_at and (verified is None or verified < arrived.watched_at):
        return Finding("callback", State.OPEN, "waiting", copy=arrived.url)
    if verified is None:
        return Finding("callback", State.PROBLEM, "never", copy=arrived.url)
    return Finding("callback", State.GOOD, "watched" if arrived.watched_at else "good")
