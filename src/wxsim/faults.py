"""Seeded faults: callbacks dropped, late, doubled, out of order; calls answered with errors or not at all."""

from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from random import Random
from typing import Literal

CallAction = Literal["errcode", "http", "timeout", "skew"]
CallbackAction = Literal["drop", "delay", "duplicate", "reorder"]
CALL_ACTIONS = ("errcode", "http", "timeout", "skew")
ACTIONS = ("errcode", "http", "timeout", "skew", "drop", "delay", "duplicate", "reorder")


@dataclass(slots=True)
class FaultRule:
    """One way to go wrong.

    ``match`` is a glob over ``host/path`` of a call, or over ``account event`` of a callback. ``value`` is the errcode,
    the HTTP status, or seconds (``skew``: by which the answer's ``Date`` is ahead). ``after`` lets a call take effect
    before its answer is spoilt. ``times`` limits how often the rule strikes.
    """

    action: Literal["errcode", "http", "timeout", "skew", "drop", "delay", "duplicate", "reorder"]
    match: str = "*"
    probability: float = 1.0
    value: float = 0
    after: bool = False
    times: int | None = None
    struck: int = 0


@dataclass(frozen=True, slots=True)
class CallFault:
    """What befalls one call."""

    action: str
    value: float
    after: bool


@dataclass(slots=True)
class CallbackPlan:
    """What befalls one callback."""

    drop: bool = False
    delay: float = 0.0
    copies: int = 1
    hold: bool = False


class Faults:
    """The rules in force and the dice; the same seed and the same calls throw the same."""

    hold_seconds = 0.5
    """How long a callback that shall be overtaken waits at most."""

    def __init__(self, seed: str) -> None:
        self.rules: list[FaultRule] = []
        self._random = Random(f"{seed}:faults")

    def for_call(self, host: str, path: str) -> CallFault | None:
        """The first rule for calls that strikes."""
        if not self.rules:
            return None
        for rule in self.rules:
            if rule.action in CALL_ACTIONS and self._strikes(rule, host + path):
                return CallFault(rule.action, rule.value, rule.after)
        return None

    def for_callback(self, account: str, event: str) -> CallbackPlan:
        """All rules for callbacks together."""
        plan = CallbackPlan()
        for rule in self.rules:
            if rule.action not in CALL_ACTIONS and self._strikes(rule, f"{account} {event}"):
                plan.drop |= rule.action == "drop"
                plan.hold |= rule.action == "reorder"
                plan.copies += rule.action == "duplicate"
                if rule.action == "delay":
                    plan.delay += self._random.uniform(0, rule.value)
        return plan

    def _strikes(self, rule: FaultRule, subject: str) -> bool:
        if rule.times is not None and rule.struck >= rule.times:
            return False
        if not fnmatchcase(subject, rule.match) or self._random.random() >= rule.probability:
            return False
        rule.struck += 1
        return True


def read_rule(values: dict[str, object]) -> FaultRule:
    """A rule from JSON; ``ValueError`` names what is wrong."""
    known = {each.name for each in fields(FaultRule)} - {"struck"}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"unknown field {sorted(unknown)[0]}")
    if values.get("action") not in ACTIONS:
        raise ValueError("action must be one of " + ", ".join(ACTIONS))
    return FaultRule(**values)  # type: ignore[arg-type]
