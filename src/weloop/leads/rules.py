"""Rules of leads: stages and what leads to them, whom a lead goes to, when its clocks run out."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise

from weloop.contracts.errors import Conflict, InvalidInput


class Stage(StrEnum):
    """In the order in which a lead goes on; ``won`` and ``lost`` are its ends."""

    LEAD = "lead"
    MQL = "mql"
    ACCEPTED = "accepted"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    WON = "won"
    LOST = "lost"


ORDER = tuple(Stage)
OPEN = frozenset(ORDER) - {Stage.WON, Stage.LOST}


class Due(StrEnum):
    """What happens to a lead by itself, and when."""

    RELEASE = "release"
    """It is put to its member when the shift begins."""
    ACCEPT = "accept"
    CONTACT = "contact"
    RETURN = "return"
    """Without a follow-up it goes back to the open pool."""


class Reason(StrEnum):
    """Why a lead is lost."""

    NO_NEED = "no_need"
    COMPETITOR = "competitor"
    STUDENT = "student"
    WRONG_CONTACT = "wrong_contact"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    PRICE = "price"
    TIMING = "timing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Policy:
    """How leads are worked; from ``policy.toml``."""

    accept: timedelta
    contact: timedelta
    wave_size: int
    wave: timedelta
    grace: timedelta
    most_moves: int
    claims_per_day: int
    return_after: timedelta
    ladder: tuple[timedelta, ...]
    again_after: timedelta


@cache
def load_policy() -> Policy:
    """From ``policy.toml`` beside this file."""
    given = tomllib.loads(resources.files(__package__).joinpath("policy.toml").read_text("utf-8"))
    return Policy(
        timedelta(minutes=given["clocks"]["accept_minutes"]),
        timedelta(minutes=given["clocks"]["contact_minutes"]),
        given["waves"]["size"],
        timedelta(minutes=given["waves"]["minutes"]),
        timedelta(seconds=given["waves"]["grace_seconds"]),
        given["moves"]["most"],
        given["pool"]["claims_per_day"],
        timedelta(days=given["pool"]["return_days"]),
        tuple(timedelta(days=day) for day in given["ladder"]["days"]),
        timedelta(days=given["again"]["days"]),
    )


def steps(current: Stage, to: Stage) -> list[tuple[Stage, Stage]]:
    """The steps from one stage to a later one, each in between included; a lead is lost at once.

    Conflict where the way leads back or the lead is closed. An end may be taken back to any open stage.
    """
    if current is to:
        return []
    if to is Stage.LOST or current not in OPEN:
        if current not in OPEN and to not in OPEN:
            raise Conflict("the lead is closed", code="lead_closed")
        return [(current, to)]
    begin, end = ORDER.index(current), ORDER.index(to)
    if end < begin:
        raise Conflict("a lead goes on, not back", code="lead_stage", stage=current)
    return list(pairwise(ORDER[begin : end + 1]))


def check_closing(to: Stage, reason: str | None, amount: float | None) -> None:
    """A lost lead says why; only sales have an amount."""
    if to is Stage.LOST and reason is None:
        raise InvalidInput("say why the lead is lost", code="lead_reason")
    if amount is not None and to not in (Stage.OPPORTUNITY, Stage.WON):
        raise InvalidInput("only an opportunity and a sale have an amount", code="lead_amount")


def next_step(policy: Policy, contacted_at: datetime, now: datetime) -> datetime:
    """When to follow up next by the ladder; after its end each week."""
    for after in policy.ladder:
        if contacted_at + after > now:
            return contacted_at + after
    return now + timedelta(days=7)


class NoProof(StrEnum):
    """Why an archived message does not count as first contact."""

    NO_CONSENT = "no_consent"
    """The platform knows of no consent."""
    REFUSED = "refused"
    """The customer said no."""
    BY_DEFAULT = "by_default"
    """Nobody asked the customer: what the platform calls a default is no word of theirs."""
    LATER = "later"
    """The customer agreed after the message."""
    UNTOLD = "untold"
    """The platform does not tell: the app may not ask, or the ids mean nothing to it."""


def judge_consent(status: str, changed_at: datetime, at: datetime, errcode: int = 0) -> NoProof | None:
    """Whether a message of ``at`` may be looked at, by what the platform says of the customer; None: it may."""
    if errcode:
        return NoProof.UNTOLD
    if status == "Agree":
        return None if changed_at <= at else NoProof.LATER
    return {"Disagree": NoProof.REFUSED, "Default_Agree": NoProof.BY_DEFAULT}.get(status, NoProof.NO_CONSENT)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who may take a lead. ``today``: leads given today. ``working``: the shift runs."""

    userid: str
    weight: int
    today: int
    cap: int | None
    working: bool
    full: bool


def choose_owner(candidates: Sequence[Candidate], prefer: Sequence[str] = (), avoid: Sequence[str] = ()) -> str | None:
    """Whom a lead that is nobody's friend goes to; None when nobody may take it.

    A preferred member (sticky owner, back-up) first; then who works now before who does not; then whoever has the
    fewest leads of today for their weight.
    """
    fit = [each for each in candidates if _may(each) and each.userid not in avoid]
    by_id = {each.userid: each for each in fit}
    for userid in prefer:
        if userid in by_id:
            return userid
    best = min(fit, key=lambda each: (not each.working, (each.today + 1) / each.weight, each.userid), default=None)
    return best.userid if best is not None else None


def _may(each: Candidate) -> bool:
    return each.weight > 0 and not each.full and (each.cap is None or each.today < each.cap)


def wave_start(policy: Policy, shift_start: datetime, before: int) -> datetime:
    """When a lead that waits for a shift is put to its member, with ``before`` others waiting before it."""
    return shift_start + policy.wave * (before // policy.wave_size)


def furthest(stages: Mapping[int, tuple[str, datetime]]) -> int:
    """Of several open leads of one person (stage, creation) the one that stays: the furthest, then the oldest."""
    return min(stages, key=lambda key: (-ORDER.index(Stage(stages[key][0])), stages[key][1], key))
