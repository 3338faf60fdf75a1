"""What policy says of messages that are not in the outbox: those that members send, and those that nobody sends yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weloop.contracts.commands import Command, MessageClass
from weloop.kit.unit import UnitOfWork
from weloop.outbox.facts import Counted, Windows, load_facts, no_others, no_windows
from weloop.outbox.policy import Allow, Verdict, classify, count, decide


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and the class that it was reached for."""

    verdict: Verdict
    message_class: MessageClass


async def judge(
    unit: UnitOfWork,
    messages: Sequence[tuple[int, Command]],
    *,
    windows: Windows = no_windows,
    others: Counted = no_others,
    lock: bool = True,
) -> Mapping[str, Judged]:
    """By key the verdict on each message (number, command), as if they left now one after the other.

    ``lock``: they do leave, and nobody else may judge messages to the same persons meanwhile.
    """
    facts = await load_facts(unit, messages, windows, lock=lock, others=others)
    found = {}
    for _, command in messages:
        known = facts[command.key]
        verdict, message_class = decide(command, unit.now, known), classify(command, known, unit.now)
        if isinstance(verdict, Allow):
            count(command, message_class, known, unit.now)
        found[command.key] = Judged(verdict, message_class)
    return found
