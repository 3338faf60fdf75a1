"""What policy must know of whom messages go to: loaded for a claimed batch, in sets."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.engine import Row

from weloop.accounts.api import find_states
from weloop.consent.api import Stance, load_contact_rules, load_stances
from weloop.contracts.commands import MESSAGES, Command, CommandName, MessageClass
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
"""Messages to these identities that are no commands and count as well, as ``repository.load_counted`` gives them; their
ids are below 0."""


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
    counted = await _load_counted(unit, stances.values(), others)
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
            known.marketing, known.service = counted[stance.person_id]
            known.window = rooms.get(each.subject_id)
    return facts


_Counted: TypeAlias = tuple[dict[int, datetime], defaultdict[int, dict[int, datetime]]]


async def _load_counted(unit: UnitOfWork, stances: Collection[Stance], others: Counted) -> Mapping[int, _Counted]:
    """By person the messages that count: marketing of the last week, and service by campaign."""
    person_of = {identity: stance.person_id for stance in stances for identity in stance.identities}
    found: defaultdict[int, _Counted] = defaultdict(lambda: ({}, defaultdict(dict)))
    since = unit.now - WEEK
    sent = await repository.load_counted(unit.connection, person_of.keys(), since)
    for row in (*sent, *await others(unit, person_of.keys(), since)):
        marketing, service = found[person_of[row.subject_id]]
        moments = marketing if row.message_class == MessageClass.MARKETING else service[row.campaign_id]
        moments[row.id] = row.counted_at
    return found
