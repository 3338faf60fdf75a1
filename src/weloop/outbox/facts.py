"""What policy must know of whom messages go to: loaded for a claimed batch, in sets."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.engine import Row

from weloop.accounts.api import find_states
from weloop.consent.api import Stance, load_contact_rules, load_stances
from weloop.contracts.commands import MESSAGES, Command, CommandName, MessageClass
from weloop.contracts.contact_rules import period_of
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.policy import WEEK, Facts, Window, is_answer

Windows: TypeAlias = Callable[[UnitOfWork, Collection[int]], Awaitable[Mapping[int, Window]]]
"""What the platform still allows of service messages to each identity; those nobody knows of are left out."""
WORKING = frozenset({"ready", "unchecked"})
"""States of accounts that messages may leave from."""


async def no_windows(_unit: UnitOfWork, _identities: Collection[int]) -> Mapping[int, Window]:
    """For where no platform has any."""
    return {}


Counted: TypeAlias = Callable[[UnitOfWork, Collection[int], datetime], Awaitable[Sequence[Row[Any]]]]
"""Mass messages to these identities: they are no commands and count as well, as ``repository.load_counted`` gives them;
their ids are below 0."""


async def no_others(_unit: UnitOfWork, _identities: Collection[int], _since: datetime) -> Sequence[Row[Any]]:
    """For where all messages are commands."""
    return ()


async def load_facts(
    unit: UnitOfWork,
    commands: Sequence[tuple[int, Command]],
    windows: Windows,
    *,
    lock: bool,
    others: Counted = no_others,
) -> dict[str, Facts]:
    """Facts by key of the command, for messages (id, command); other commands are left out.

    ``lock``: until the end of the transaction nobody else judges marketing and service messages to the same persons,
    so that two relays do not both see the same room under a cap.
    """
    messages = [(number, command) for number, command in commands if command.name in MESSAGES]
    if not messages:
        return {}
    rules = await load_contact_rules(unit)
    facts = {command.key: Facts(rules, number) for number, command in messages}
    judged = [command for _, command in messages if not is_answer(command, rules, unit.now)]
    if not judged:
        return facts
    stances = await load_stances(unit, {each.subject_id for each in judged if each.subject_id is not None})
    if lock:
        await repository.lock_persons(unit.connection, {stance.person_id for stance in stances.values()})
    counted = await load_counted(unit, stances.values(), others)
    states = await find_states(unit, {each.account_id for each in judged})
    served = {
        each.subject_id
        for each in judged
        if each.name is CommandName.SEND_SERVICE_MESSAGE and each.subject_id is not None
    }
    rooms = await windows(unit, served) if served else {}
    for each in judged:
        known = facts[each.key]
        known.account_works = states.get(each.account_id, "ready") in WORKING
        if each.subject_id is not None:
            stance = stances[each.subject_id]
            known.opted_out, known.has_basis, known.complaint = stance.opted_out, stance.has_basis, stance.complaint
            known.sales_talk_at, known.sign_ups = stance.sales_talk_at, stance.sign_ups
            sent = counted[stance.person_id]
            known.marketing, known.service, known.mass = sent.marketing, sent.service, sent.mass
            known.window = rooms.get(each.subject_id)
    return facts


@dataclass(frozen=True, slots=True)
class CountedMessages:
    """Messages to one person that count, in the form of :class:`Facts`."""

    marketing: dict[int, datetime] = field(default_factory=dict)
    service: defaultdict[int, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))
    mass: dict[int, datetime] = field(default_factory=dict)


async def load_counted(unit: UnitOfWork, stances: Collection[Stance], others: Counted) -> Mapping[int, CountedMessages]:
    """By person the messages that count: marketing and mass messages of this month and week, service by campaign."""
    person_of = {identity: stance.person_id for stance in stances for identity in stance.identities}
    found: defaultdict[int, CountedMessages] = defaultdict(CountedMessages)
    since = min(unit.now - WEEK, period_of("month", unit.now)[0])
    sent = await repository.load_counted(unit.connection, person_of.keys(), since)
    asked = await others(unit, person_of.keys(), since)
    for row in (*sent, *asked):
        counted = found[person_of[row.subject_id]]
        moments = counted.marketing if row.message_class == MessageClass.MARKETING else counted.service[row.campaign_id]
        moments[row.id] = row.counted_at
    for row in asked:
        found[person_of[row.subject_id]].mass[row.id] = row.counted_at
    return found
