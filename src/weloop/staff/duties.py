"""Duties: shifts, shares of the leads, back-ups, and how many customers a member still has room for."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.contracts.errors import InvalidInput
from weloop.identity.api import count_friends
from weloop.kit.unit import UnitOfWork
from weloop.staff import repository
from weloop.staff.shifts import OFFICE, Shift, read_week

TOPIC = "staff"


@cache
def load_limits() -> Mapping[str, Mapping[str, float]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Duty:
    """What a member does about leads. ``friends`` None: not counted yet."""

    account_id: int
    userid: str
    name: str
    contact_enabled: bool
    shift: Shift
    weight: int = 1
    daily_cap: int | None = None
    backup: str | None = None
    is_leader: bool = False
    friend_limit: int = 0
    friends: int | None = None
    friends_added: int = 0
    counted_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        """Whether new adds go to others."""
        return self.friends is not None and self.friends >= load_limits()["friends"]["full_share"] * self.friend_limit

    @property
    def full_on(self) -> datetime | None:
        """When the member is full if adds go on as in the last four weeks; None: not to be foreseen."""
        if self.friends is None or self.counted_at is None or self.friends_added <= 0:
            return None
        left = max(0, self.friend_limit - self.friends)
        days = left * load_limits()["friends"]["window_days"] / self.friends_added
        return self.counted_at + timedelta(days=days) if days < 3_650 else None


async def list_duties(unit: UnitOfWork, account_id: int | None = None) -> list[Duty]:
    """All members with their duties, of one account or of all; two queries."""
    rows = await repository.load_duties(unit.connection, account_id)
    special = await repository.load_special_days(unit.session)
    return [_duty(row, special) for row in rows]


async def find_duties(unit: UnitOfWork, account_id: int) -> dict[str, Duty]:
    """The duties of an account's members, by userid."""
    return {duty.userid: duty for duty in await list_duties(unit, account_id)}


def _duty(row: Any, special: Mapping[date, bool]) -> Duty:
    week = OFFICE if row.week is None else read_week(row.week)
    return Duty(
        row.account_id,
        row.userid,
        row.name,
        row.contact_enabled,
        Shift(week, special, row.away_until),
        row.weight,
        row.daily_cap,
        row.backup,
        row.is_leader,
        row.friend_limit or int(load_limits()["friends"]["default"]),
        row.friends,
        row.friends_added,
        row.counted_at,
    )


async def set_duty(unit: UnitOfWork, user: CurrentUser, duty: Duty, week: Sequence[Any] | None) -> None:
    """Set a member's duty; ``week`` None: office hours. InvalidInput for a member or a back-up nobody knows."""
    names = await repository.find_names(unit.session, duty.account_id, [duty.userid, duty.backup or duty.userid])
    unknown = {duty.userid, duty.backup or duty.userid} - names.keys()
    if unknown or duty.backup == duty.userid:
        raise InvalidInput("this member is not known", code="staff_unknown", userid=next(iter(unknown), duty.userid))
    if week is not None:
        duty = replace(duty, shift=replace(duty.shift, week=read_week(week)))
    await repository.put_duty(unit.connection, duty, None if week is None else list(duty.shift.week))
    record_act(unit, user.id, "duty_changed", f"staff:{duty.account_id}/{duty.userid}")
    unit.publish(TOPIC)


async def set_special_days(unit: UnitOfWork, user: CurrentUser, days: Mapping[date, bool]) -> None:
    """Let these be the days that are not like their weekday: True is worked, False is not."""
    await repository.replace_special_days(unit.connection, days)
    record_act(unit, user.id, "special_days_changed", "staff", {"count": len(days)})
    unit.publish(TOPIC)


async def count_capacity(unit: UnitOfWork) -> None:
    """Count every member's customers, once for all."""
    since = unit.now - timedelta(days=load_limits()["friends"]["window_days"])
    await repository.note_friends(unit.connection, await count_friends(unit, since), unit.now)
    unit.publish(TOPIC)


def leaders(duties: Collection[Duty]) -> list[str]:
    """Team leads, by userid."""
    return sorted(duty.userid for duty in duties if duty.is_leader)
