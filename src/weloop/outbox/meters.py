"""Counters of the platforms' quotas: read before messages are judged, written as they leave, given back if they do not.

An account's and a member's are rows of their own; what a person got of mass messages follows from the messages.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from weloop.accounts.api import Standing
from weloop.contracts.commands import Command
from weloop.contracts.contact_rules import ContactRules, period_of
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox import repository
from weloop.outbox.policy import Facts, Meter
from weloop.outbox.quotas import Quota, quotas_of

Key: TypeAlias = tuple[str, int, str, datetime]
"""Quota, account, owner, begin of the period."""
KEPT = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages to one person that count, in the form of :class:`Facts`. ``by_others``: the moments of those that are no
    commands, by name and account."""

    marketing: dict[int | str, datetime] = field(default_factory=dict)
    service: dict[int, dict[int | str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    by_others: defaultdict[tuple[str, int], list[datetime]] = field(default_factory=lambda: defaultdict(list))


async def put_meters(
    unit: UnitOfWork,
    facts: Mapping[str, Facts],
    commands: Sequence[Command],
    standings: Mapping[int, Standing],
    persons: Mapping[str, Sent],
    *,
    lock: bool,
) -> None:
    """Put the meters of these commands into their facts: one for each counter, whatever draws from it."""
    draws = {command.key: _draws(command, standings) for command in commands}
    keys = {_key(quota, command, owner, unit.now) for command in commands for quota, owner in draws[command.key]}
    counted = {key for key in keys if key is not None}
    used = await repository.load_uses(unit.connection, counted, lock=lock) if counted else {}
    meters: dict[object, Meter] = {}
    for command in commands:
        known, sent = facts[command.key], persons.get(command.key)
        found = []
        for quota, owner in draws[command.key]:
            key = _key(quota, command, owner, unit.now)
            before = used[key] if key is not None else 0
            if quota.per == "person":
                place: object = quota.name, command.account_id, id(sent)
                made = _person_meter(quota, command, known.rules, sent or Sent(), before, unit.now)
            else:
                place = key
                made = Meter(quota.period, quota.most or 0, period_of(quota.period, unit.now)[1], before, key)
            found.append(meters.setdefault(place, made))
        known.meters = found


def _draws(command: Command, standings: Mapping[int, Standing]) -> list[tuple[Quota, str]]:
    standing = standings.get(command.account_id)
    service_type = standing.service_type if standing is not None else None
    return [(quota, owner) for quota in quotas_of()[command.name] for owner in quota.owners(command, service_type)]


def _key(quota: Quota, command: Command, owner: str, now: datetime) -> Key | None:
    """Its counter; of a person's quota that of the one which counts as well, if any."""
    if quota.per == "person" and not quota.joined:
        return None
    return quota.joined or quota.name, command.account_id, owner, period_of(quota.period, now)[0]


def _person_meter(quota: Quota, command: Command, rules: ContactRules, sent: Sent, joined: int, now: datetime) -> Meter:
    period, most = person_quota(quota, rules, now)
    begin, end = period_of(period, now)
    got = sum(at >= begin for at in sent.by_others[str(command.name), command.account_id])
    return Meter(period, most, end, got + joined)


def person_quota(quota: Quota, rules: ContactRules, now: datetime) -> tuple[str, int]:
    """Period, and how many one person may get in it."""
    if quota.most is not None:
        return quota.period, quota.most
    mode = rules.wecom_mass_mode
    begin, end = period_of(mode, now)
    return mode, 7 if mode == "week" else (end - begin).days


async def forget_uses(units: Units, _now: datetime) -> None:
    """Drop counters of periods that are long over."""
    async with units.begin() as unit:
        await repository.delete_uses(unit.connection, unit.now - KEPT)
