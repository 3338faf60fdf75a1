"""What policy says of messages that are not in the outbox: those that members send, and those that nobody sends yet."""

from collections.abc import Mapping, Sequence

from weloop.contracts.commands import Command
from weloop.kit.unit import UnitOfWork
from weloop.outbox import policy
from weloop.outbox.facts import Counted, Windows, load_facts, no_others, no_windows
from weloop.outbox.policy import Judged


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
    return {command.key: policy.judge(command, unit.now, facts[command.key]) for _, command in messages}
