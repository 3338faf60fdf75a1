"""Rate limits at claim time: who may leave now, and when the others may."""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from weloop.contracts.commands import MANY
from weloop.contracts.events import Lane
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.limits import DEFAULT_RATE, load_rates
from weloop.outbox.outcomes import Attempt
from weloop.outbox.rules import Bucket, take_tokens

SHORTEST_HOLD, LONGEST_HOLD = timedelta(seconds=0.25), timedelta(seconds=5)
"""What is not urgent is claimed for several tokens at a time; a bucket may be filled earlier than was said."""
Kind: TypeAlias = tuple[int, str]
"""Account and name of a command: all of a kind draw from one bucket."""


class Holds:
    """Kinds of commands whose bucket was found empty: not worth a claim until it has something again.

    Without it a long queue behind an empty bucket would be claimed and put back without end.
    """

    def __init__(self) -> None:
        self._until: dict[Kind, datetime] = {}

    def add(self, denied: Mapping[Kind, tuple[datetime, Lane]], now: datetime) -> None:
        """Hold kinds until their tokens are there: (world time, lane)."""
        for kind, (ready_at, lane) in denied.items():
            earliest = now if lane is Lane.REALTIME else now + SHORTEST_HOLD
            self._until[kind] = min(max(ready_at, earliest), now + LONGEST_HOLD)

    def current(self, now: datetime) -> Collection[Kind]:
        """What is held now. An end too far away means that the world's clock was set back."""
        self._until = {kind: until for kind, until in self._until.items() if now < until <= now + LONGEST_HOLD}
        return self._until.keys()

    def next_end(self) -> datetime | None:
        """When the first of them ends."""
        return min(self._until.values(), default=None)


async def grant(
    unit: UnitOfWork, attempts: Sequence[Attempt]
) -> tuple[list[Attempt], dict[Kind, tuple[datetime, Lane]], list[tuple[Attempt, datetime]]]:
    """The attempts that their buckets allow now, which kinds got less than they wanted (until when, which lane), and
    what reaches many and would have to wait for longer than a hold lasts: until when.

    Those not allowed stay as they are: their kind is held. What else a hold does not outlast waits for its moment.
    """
    groups: defaultdict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt.command.account_id, attempt.bucket].append(attempt)
    if not groups:
        return [], {}, []
    rates = load_rates()
    stored = {
        (row.account_id, row.name): Bucket(row.tokens, row.refilled_at, row.blocked_until)
        for row in await repository.load_buckets(unit.connection, groups.keys())
    }
    granted: list[Attempt] = []
    returned: list[tuple[int, datetime]] = []
    late: list[tuple[Attempt, datetime]] = []
    denied: dict[Kind, tuple[datetime, Lane]] = {}
    saved = []
    for key, group in groups.items():
        _take_turns(group)
        rate = rates.get(key[1], DEFAULT_RATE)
        before = stored.get(key, Bucket(rate.burst, unit.now))
        after, count, ready_at = take_tokens(before, rate, len(group), unit.now)
        granted += group[:count]
        for attempt in group[count:]:
            if ready_at > unit.now + LONGEST_HOLD:
                if attempt.command.name in MANY and not attempt.unsure:
                    late.append((attempt, ready_at))
                    continue
                returned.append((attempt.id, ready_at))
            denied.setdefault((key[0], str(attempt.command.name)), (ready_at, attempt.command.lane))
        saved.append((*key, after.tokens, after.refilled_at, after.blocked_until))
    await repository.save_buckets(unit.connection, saved, Counter(key for each in granted for key in each.uses))
    if returned:
        await repository.put_back(unit.connection, returned)
    return granted, denied, late


def _take_turns(attempts: list[Attempt]) -> None:
    """Put the urgent first, and within a lane one of each queue after the other: which first is a matter of chance."""
    attempts.sort(key=lambda attempt: attempt.id)
    turns: Counter[str] = Counter()
    queues = [attempt.command.queue for attempt in attempts]
    chance = dict(zip(set(queues), random.sample(range(len(queues)), len(set(queues))), strict=True))
    places = {}
    for attempt, queue in zip(attempts, queues, strict=True):
        places[attempt.id] = (attempt.command.lane, turns[queue], chance[queue])
        turns[queue] += 1
    attempts.sort(key=lambda attempt: places[attempt.id])
