"""Accounts that people turn away from: where more leave or complain than usual, marketing waits."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import (
    BRAKES,
    AccountRef,
    Trouble,
    What,
    end_troubles,
    lift_brake,
    list_accounts,
    list_troubles,
    note_troubles,
)
from weloop.consent.api import list_complaints
from weloop.contracts.commands import MessageClass
from weloop.contracts.events import EventKind
from weloop.features.doctor.rules import KINDS, is_unusual, load_limits, usual_of
from weloop.identity.api import find_related
from weloop.inbox.api import count_subjects, find_concerned
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import count_sent

DAY = timedelta(days=1)
Count: TypeAlias = Callable[[UnitOfWork, datetime, datetime], Awaitable[Mapping[int, int]]]
"""By account how many people between two moments, each once in every 24 hours before the later one."""
LEAVING = (EventKind.CONTACT_LOST, EventKind.FOLLOWER_UNSUBSCRIBED)
"""What people do themselves. A customer whom a member deleted, or who went over to another member, is none of them."""
MASS = (EventKind.MASS_MESSAGE_ENDED, EventKind.MASS_JOB_FINISHED)
"""Mass messages arrived: they are no messages of the outbox."""


async def look_for_leavers(unit: UnitOfWork) -> None:
    """Note accounts that sent marketing yesterday or today, and that more people leave, or complain of, than usual. It
    is over once the last 24 hours are usual again."""
    accounts = {each.id: each for each in await list_accounts(unit) if each.kind in KINDS and each.state != "disabled"}
    senders = await _find_senders(unit, accounts.keys())
    known = [each for each, _ in await list_troubles(unit) if each.what in BRAKES]
    for what, count in _COUNTS.items():
        standing = {each.account_id for each in known if each.what is what and each.off_until is None}
        asked = [accounts[each] for each in sorted(accounts.keys() & (senders | standing))]
        found = await _judge(unit, what, count, asked)
        over = {each.account_id for each in known if each.what is what} - {each.account_id for each in found}
        await end_troubles(unit, over, [what])
        await note_troubles(unit, found)


async def _judge(unit: UnitOfWork, what: What, count: Count, accounts: Collection[AccountRef]) -> list[Trouble]:
    """The days before are looked at only where the last 24 hours are not few by themselves."""
    if not accounts:
        return []
    lately = await count(unit, unit.now - DAY, unit.now)
    many = [each for each in accounts if is_unusual(what, lately.get(each.id, 0), 0.0)]
    if not many:
        return []
    before = await count(unit, unit.now - (1 + load_limits()["usual"]["days"]) * DAY, unit.now - DAY)
    usual = {each.id: usual_of(before.get(each.id, 0), unit.now - each.created_at) for each in many}
    return [
        Trouble(each, what, lately=lately[each], usual=usual[each])
        for each in usual
        if is_unusual(what, lately[each], usual[each])
    ]


async def _find_senders(unit: UnitOfWork, accounts: Collection[int]) -> set[int]:
    before = beijing_date(unit.now - 2 * DAY)
    sent = await count_sent(unit, dict.fromkeys(accounts, before), MessageClass.MARKETING)
    return sent.keys() | await find_concerned(unit, MASS, unit.now - DAY, set(accounts) - sent.keys())


async def _count_leavers(unit: UnitOfWork, since: datetime, until: datetime) -> Mapping[int, int]:
    return await count_subjects(unit, LEAVING, since, until)


async def _count_complaints(unit: UnitOfWork, since: datetime, until: datetime) -> Mapping[int, int]:
    """At every account that the person follows or has friends at: nobody writes down of which one they complain."""
    days: defaultdict[int, set[int]] = defaultdict(set)
    for entry in await list_complaints(unit, since, until):
        days[entry.identity_id].add((until - entry.at) // DAY)
    related = await find_related(unit, days.keys()) if days else ()
    each_once = {(row.account_id, row.person_id, day) for row in related for day in days[row.identity_id]}
    return Counter(account for account, _, _ in each_once)


_COUNTS: Mapping[What, Count] = {What.LEAVING: _count_leavers, What.COMPLAINING: _count_complaints}


async def lift(unit: UnitOfWork, user: CurrentUser, account_id: int, what: What, reason: str) -> None:
    """Somebody answers for it that marketing goes on: what waits is judged again at once, and for a day it is not noted
    again. NotFound when it does not stand in the account's way."""
    await lift_brake(unit, account_id, what, unit.now + timedelta(hours=load_limits()["lifted"]["hours"]))
    record_act(unit, user.id, "brake_lifted", f"account:{account_id}", {"what": str(what), "reason": reason})
