"""What policy would say of messages that nobody has enqueued: for dry runs and checks. Reads only."""

import heapq
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, repeat

from weloop.consent.api import Stance, load_stances
from weloop.contracts.commands import CLASSED, WINDOWED, Command, MessageClass, Occasion
from weloop.kit.unit import UnitOfWork
from weloop.outbox.facts import Counted, Windows, load_counted, load_facts, no_others, no_windows
from weloop.outbox.meters import Sent
from weloop.outbox.policy import (
    Allow,
    Facts,
    Gate,
    Posted,
    Reason,
    Refuse,
    Window,
    ask_members,
    classify,
    judge,
    posts_before_advert,
    posts_of,
)
from weloop.outbox.posts import load_planned
from weloop.outbox.rules import read_occasion

MOST_WAITS = 20
"""How often a message that waits is judged again before it is left waiting."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of a message: it leaves at a moment, None: never. ``reasons``: what stopped or delayed it.
    ``in_the_dark``: whether the platform takes it is not known, for nobody told us of a window.
    """

    message_class: MessageClass
    leaves_at: datetime | None
    reasons: tuple[Reason, ...] = ()
    in_the_dark: bool = False


async def foresee(
    unit: UnitOfWork,
    messages: Sequence[tuple[datetime, Command]],
    *,
    afresh: bool = False,
    windows: Windows = no_windows,
    others: Counted = no_others,
) -> Mapping[str, Foreseen]:
    """By key what becomes of messages that would be enqueued at these moments; other commands are left out.

    Consent, holds and rules are as they are now; caps count what was really sent, unless ``afresh``, and these messages
    themselves. ``windows`` of platforms as they are now: where nobody knows what opens them until then, they are not
    looked at.
    """
    wanted = [(at, command) for at, command in messages if command.name in CLASSED]
    # Answers may be none any more when they leave: what is known of the person is loaded for all.
    asked = [(-number, _unanswered(command)) for number, (_, command) in enumerate(wanted, 1)]
    facts = await load_facts(unit, asked, windows, lock=False, others=others)
    if afresh:
        for each in facts.values():
            each.marketing.clear()
            each.service.clear()
            for meter in each.meters:
                meter.used = 0
    return judge_all(wanted, facts)


def _unanswered(command: Command) -> Command:
    return replace(command, occasion=replace(command.occasion or Occasion(), answers=None, by_hand=False))


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of a member and a post in Moments: what stands against their publishing it. ``posts_first``: how many other posts
    have to come before an advertisement fits their share; None: it never does."""

    reasons: tuple[Reason, ...]
    posts_first: int | None


async def foresee_post(unit: UnitOfWork, post: Command, at: datetime) -> tuple[Foreseen, dict[str, Readiness]]:
    """What becomes of a post in Moments that would be enqueued, and by member whether they may publish it at a moment.
    What is planned to leave before it counts as if it had."""
    facts = (await load_facts(unit, [(-1, post)], no_windows, lock=False))[post.key]
    for row in await load_planned(unit.connection, post, at):
        occasion = read_occasion(row.occasion)
        if occasion is not None and occasion.post is not None:
            for member in occasion.post.members:
                posted = Posted(row.due, occasion.advert, occasion.post.creative)
                facts.posts.setdefault(member, {})[row.id] = posted
    ready = {
        member: Readiness(
            reasons,
            posts_before_advert(facts.rules, posts_of(facts, member), at)
            if any(each.gate is Gate.ADVERT_MIX for each in reasons)
            else 0,
        )
        for member, reasons in ask_members(post, facts, at).items()
    }
    return judge_all([(at, post)], {post.key: facts})[post.key], ready


async def foresee_each(
    unit: UnitOfWork,
    message: Command,
    at: datetime,
    identities: Collection[int],
    *,
    spent: int = 0,
    windows: Windows = no_windows,
    others: Counted = no_others,
) -> dict[int, Foreseen]:
    """By identity what becomes of the same message to many, at one moment; each of another person.

    Whom policy cannot tell apart is judged once, for all of them; moments are compared by the minute. ``spent``: so
    many of it left of quotas before.
    """
    asked = _unanswered(message)
    alike = await _find_alike(unit, asked, identities, windows, others)
    firsts = [(at, replace(asked, key=str(group[0]), subject_id=group[0])) for group in alike]
    numbered = [(-number, command) for number, (_, command) in enumerate(firsts, 1)]
    facts = await load_facts(unit, numbered, windows, lock=False, others=others)
    shared = {meter.key: meter for each in facts.values() for meter in each.meters if meter.key is not None}
    for meter in shared.values():
        meter.used += spent
    found = judge_many(firsts, facts, [len(group) for group in alike])
    return {
        identity: foreseen
        for group in alike
        for identity, foreseen in zip(
            group, chain.from_iterable(repeat(each, times) for times, each in found[str(group[0])]), strict=True
        )
    }


async def _find_alike(
    unit: UnitOfWork, message: Command, identities: Collection[int], windows: Windows, others: Counted
) -> list[list[int]]:
    stances = await load_stances(unit, identities)
    counted = await load_counted(unit, stances.values(), others)
    rooms = await windows(unit, identities) if message.name in WINDOWED else {}
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for identity in identities:
        stance, window = stances[identity], rooms.get(identity)
        sent = counted.get(stance.person_id)
        traits = (*_wishes(message, stance), _got(message, sent) if sent is not None else (), window and _room(window))
        groups[traits].append(identity)
    return list(groups.values())


def _wishes(message: Command, stance: Stance) -> tuple[Hashable, ...]:
    campaign = message.occasion.campaign_id if message.occasion else None
    talk = stance.sales_talk_at
    return stance.opted_out, stance.has_basis, stance.complaint, talk and _minute(talk), campaign in stance.sign_ups


def _got(message: Command, sent: Sent) -> tuple[Hashable, ...]:
    campaign = message.occasion.campaign_id if message.occasion else None
    service = sent.service.get(campaign, {}) if campaign is not None else {}
    moments = sent.marketing.values(), service.values(), sent.by_others[message.name, message.account_id]
    return tuple(tuple(sorted(map(_minute, each))) for each in moments)


def _room(window: Window) -> tuple[Hashable, ...]:
    return window.until and _minute(window.until), window.left > 0


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def judge_all(messages: Sequence[tuple[datetime, Command]], facts: Mapping[str, Facts]) -> dict[str, Foreseen]:
    """Judge messages when each is due, and those that wait again when they may leave: pure."""
    found = judge_many(messages, facts, [1] * len(messages))
    return {key: foreseen for key, [(_, foreseen)] in found.items()}


def judge_many(
    messages: Sequence[tuple[datetime, Command]], facts: Mapping[str, Facts], counts: Sequence[int]
) -> dict[str, list[tuple[int, Foreseen]]]:
    """The same of messages that stand for so many each, to persons who are alike. By key how many fare how: they may
    differ where a quota ends."""
    todo = [(at, number, 0, count) for number, ((at, _), count) in enumerate(zip(messages, counts, strict=True))]
    heapq.heapify(todo)
    delays: dict[int, tuple[Reason, ...]] = {}
    found: defaultdict[str, list[tuple[int, Foreseen]]] = defaultdict(list)
    while todo:
        now, number, waits, count = heapq.heappop(todo)
        command = messages[number][1]
        known = facts[command.key]
        message_class = classify(command, known, now)
        verdict = judge(command, now, known).verdict
        if isinstance(verdict, Allow):
            leaving = 1 + _take_more(known, count - 1)
            dark = command.name in WINDOWED and known.window is None
            found[command.key].append((leaving, Foreseen(message_class, now, delays.get(number, ()), dark)))
            if leaving < count:
                heapq.heappush(todo, (now, number, waits, count - leaving))
        elif isinstance(verdict, Refuse) or waits >= MOST_WAITS:
            found[command.key].append((count, Foreseen(message_class, None, verdict.reasons)))
        else:
            delays.setdefault(number, verdict.reasons)
            heapq.heappush(todo, (verdict.until, number, waits + 1, count))
    return found


def _take_more(facts: Facts, wanted: int) -> int:
    """As many more of a message that just left as its quotas let go; a person's own are another's for each."""
    if not wanted:
        return 0
    shared = [meter for meter in facts.meters if meter.key is not None]
    taken = min([wanted, *(max(0, meter.most - meter.used) for meter in shared)])
    for meter in facts.meters:
        meter.used += taken if meter.key is not None else -1
    return taken
