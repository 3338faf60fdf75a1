"""What policy must know of whom messages go to: loaded for a claimed batch, in sets."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy.engine import Row

from weloop.accounts.api import BRAKES, DEAF, STOPS, Standing, find_standings, take_tries
from weloop.consent.api import Stance, load_contact_rules, load_stances
from weloop.contracts.commands import HELD, MESSAGES, PARTS, WINDOWED, Command, CommandName, MessageClass
from weloop.contracts.contact_rules import ContactRules, period_of
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.locks import lock_persons
from weloop.outbox.meters import Sent, put_meters
from weloop.outbox.policy import UNWELL_WAIT, WEEK, Facts, Health, Posted, Window, is_answer
from weloop.outbox.posts import load_posts, lock_posts
from weloop.outbox.quotas import quotas_of
from weloop.outbox.rules import read_occasion

Windows: TypeAlias = Callable[[UnitOfWork, Collection[int]], Awaitable[Mapping[int, Window]]]
"""What the platform still allows of messages within windows to each identity; those nobody knows of are left out."""
WORKING = frozenset({"ready", "unchecked"})
"""States of accounts that messages may leave from."""


async def no_windows(_unit: UnitOfWork, _identities: Collection[int]) -> Mapping[int, Window]:
    """For where no platform has any."""
    return {}


JUDGED = HELD | quotas_of().keys()
Counted: TypeAlias = Callable[[UnitOfWork, Collection[int], datetime], Awaitable[Sequence[Row[Any]]]]
"""Messages to these identities that are no commands and count as well: as ``repository.load_counted`` gives them, with
name and account_id; their ids are no numbers of commands."""


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
    """Facts by key of the command (id, command), for messages and for what draws from a quota; the rest is left out.

    ``lock``: until the end of the transaction nobody else judges marketing and service messages to the same persons, or
    draws from the same counters, so that two relays do not both see the same room under a cap.
    """
    known = [(number, command) for number, command in commands if command.name in JUDGED]
    if not known:
        return {}
    rules = await load_contact_rules(unit)
    facts = {command.key: Facts(rules, number) for number, command in known}
    judged = [each for _, each in known if each.name in MESSAGES and not is_answer(each, rules, unit.now)]
    metered = [each for _, each in known if each.name in quotas_of()]
    held = [*judged, *(each for _, each in known if each.name in HELD - MESSAGES)]
    asked = {each.account_id for each in held} | {
        each.account_id for each in metered if any(quota.of for quota in quotas_of()[each.name])
    }
    standings = await find_standings(unit, asked) if asked else {}
    persons: Mapping[str, Sent] = {}
    if judged:
        persons = await _put_persons(unit, facts, judged, windows, lock=lock, others=others)
    posts = [each for _, each in known if each.name is CommandName.CREATE_MOMENT_TASK]
    if posts:
        await _put_posts(unit, facts, posts, rules, lock=lock)
    if held:
        await _put_health(unit, facts, held, standings, lock=lock)
    if metered:
        await put_meters(unit, facts, metered, standings, persons, lock=lock)
    return facts


async def _put_posts(
    unit: UnitOfWork, facts: Mapping[str, Facts], commands: Sequence[Command], rules: ContactRules, *, lock: bool
) -> None:
    """Put into the facts what members were asked to post in Moments: one record for each account."""
    accounts = {each.account_id for each in commands}
    if lock:
        await lock_posts(unit.connection, accounts)
    days = max(rules.moment_repeat_days, -(-rules.moment_advert_gap_hours // 24), WEEK.days)
    found: defaultdict[int, defaultdict[str, dict[int, Posted]]] = defaultdict(lambda: defaultdict(dict))
    for row in await load_posts(unit.connection, accounts, unit.now - timedelta(days=days)):
        occasion = read_occasion(row.occasion)
        if occasion is not None and occasion.post is not None:
            posted = Posted(row.counted_at, occasion.advert, occasion.post.creative)
            for member in occasion.post.members:
                found[row.account_id][member][row.id] = posted
    for each in commands:
        facts[each.key].posts = found[each.account_id]


async def _put_health(
    unit: UnitOfWork,
    facts: Mapping[str, Facts],
    commands: Sequence[Command],
    standings: Mapping[int, Standing],
    *,
    lock: bool,
) -> None:
    """Put into the facts whether accounts send. Of those that do not one message may try, once in a while."""
    asked = [each for each in commands if not lock or each.name not in PARTS]
    stopped = {each.key for each in asked if _is_stopped(each, standings.get(each.account_id))}
    accounts = {each.account_id for each in commands if each.key in stopped}
    trying = await take_tries(unit, accounts) if accounts and lock else set()
    found: dict[tuple[int, bool], Health] = {}
    for each in commands:
        standing, place = standings.get(each.account_id), (each.account_id, each.key in stopped)
        if standing is not None:
            if place not in found:
                found[place] = _health_of(standing, unit.now, stops=place[1], may_try=each.account_id in trying)
            facts[each.key].health = found[place]


def _health_of(standing: Standing, now: datetime, *, stops: bool, may_try: bool) -> Health:
    off = standing.state not in WORKING
    deaf, braked = (any(what in kind for what, _ in standing.troubles) for kind in (DEAF, BRAKES))
    return Health(now + UNWELL_WAIT if off or stops else None, int(may_try and not off), deaf, braked)


def _is_stopped(command: Command, standing: Standing | None) -> bool:
    troubles = standing.troubles if standing is not None else ()
    return any(what in STOPS and about in ("", command.name) for what, about in troubles)


async def _put_persons(
    unit: UnitOfWork,
    facts: Mapping[str, Facts],
    judged: Sequence[Command],
    windows: Windows,
    *,
    lock: bool,
    others: Counted,
) -> Mapping[str, Sent]:
    """Put what is known of the persons into the facts; by key what they got."""
    stances = await load_stances(unit, {each.subject_id for each in judged if each.subject_id is not None})
    if lock:
        await lock_persons(unit.connection, {stance.person_id for stance in stances.values()})
    counted = await load_counted(unit, stances.values(), others)
    served = {each.subject_id for each in judged if each.name in WINDOWED and each.subject_id is not None}
    rooms = await windows(unit, served) if served else {}
    found = {}
    for each in judged:
        if each.subject_id is None:
            continue
        known, stance = facts[each.key], stances[each.subject_id]
        known.ledger = stance.identities, stance.entries
        known.opted_out, known.has_basis, known.complaint = stance.opted_out, stance.has_basis, stance.complaint
        known.sales_talk_at, known.sign_ups = stance.sales_talk_at, stance.sign_ups
        sent = found[each.key] = counted[stance.person_id]
        known.marketing, known.service = sent.marketing, sent.service
        known.window = rooms.get(each.subject_id)
    return found


async def load_counted(unit: UnitOfWork, stances: Collection[Stance], others: Counted) -> Mapping[int, Sent]:
    """By person the messages that count: of this month and week, those of service by campaign."""
    person_of = {identity: stance.person_id for stance in stances for identity in stance.identities}
    found: defaultdict[int, Sent] = defaultdict(Sent)
    since = min(unit.now - WEEK, period_of("month", unit.now)[0])
    for row in await repository.load_counted(unit.connection, person_of.keys(), since):
        _add(found[person_of[row.subject_id]], row)
    for row in await others(unit, person_of.keys(), since):
        sent = found[person_of[row.subject_id]]
        _add(sent, row)
        sent.by_others[row.name, row.account_id].append(row.counted_at)
    return found


def _add(sent: Sent, row: Row[Any]) -> None:
    moments = sent.marketing if row.message_class == MessageClass.MARKETING else sent.service[row.campaign_id]
    moments[row.id] = row.counted_at
