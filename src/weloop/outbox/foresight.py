"""What policy would say of messages that nobody has enqueued: for dry runs. Reads only."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from weloop.contracts.commands import MESSAGES, Command, MessageClass, Occasion
from weloop.kit.unit import UnitOfWork
from weloop.outbox.facts import Counted, Windows, load_facts, no_others, no_windows
from weloop.outbox.policy import Allow, Facts, Reason, Refuse, classify, judge

MOST_WAITS = 20
"""How often a message that waits is judged again before it is left waiting."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of a message: it leaves at a moment, None: never. ``reasons``: what stopped or delayed it."""

    message_class: MessageClass
    leaves_at: datetime | None
    reasons: tuple[Reason, ...] = ()


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
    wanted = [(at, command) for at, command in messages if command.name in MESSAGES]
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


def judge_all(messages: Sequence[tuple[datetime, Command]], facts: Mapping[str, Facts]) -> dict[str, Foreseen]:
    """Judge messages when each is due, and those that wait again when they may leave: pure."""
    todo = [(at, number, 0) for number, (at, _) in enumerate(messages)]
    heapq.heapify(todo)
    delays: dict[int, tuple[Reason, ...]] = {}
    found: dict[str, Foreseen] = {}
    while todo:
        now, number, waits = heapq.heappop(todo)
        command = messages[number][1]
        message_class = classify(command, facts[command.key], now)
        verdict = judge(command, now, facts[command.key]).verdict
        if isinstance(verdict, Allow):
            found[command.key] = Foreseen(message_class, now, delays.get(number, ()))
        elif isinstance(verdict, Refuse) or waits >= MOST_WAITS:
            found[command.key] = Foreseen(message_class, None, verdict.reasons)
        else:
            delays.setdefault(number, verdict.reasons)
            heapq.heappush(todo, (verdict.until, number, waits + 1))
    return found
