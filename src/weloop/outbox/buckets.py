"""Rate limits at claim time: who may leave now, and when the others may."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.limits import DEFAULT_RATE, load_rates
from weloop.outbox.outcomes import Attempt
from weloop.outbox.rules import Bucket, take_tokens


async def grant(unit: UnitOfWork, attempts: Sequence[Attempt]) -> list[Attempt]:
    """The attempts that their buckets allow now; the others go back into the queue for when tokens are there."""
    groups: defaultdict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt.command.account_id, attempt.bucket].append(attempt)
    if not groups:
        return []
    rates = load_rates()
    stored = {
        (row.account_id, row.name): Bucket(row.tokens, row.refilled_at, row.blocked_until)
        for row in await repository.load_buckets(unit.connection, groups.keys())
    }
    granted: list[Attempt] = []
    returned: list[tuple[int, datetime]] = []
    saved = []
    for key, group in groups.items():
        rate = rates.get(key[1], DEFAULT_RATE)
        before = stored.get(key, Bucket(rate.burst, unit.now))
        after, count, ready_at = take_tokens(before, rate, len(group), unit.now)
        granted += group[:count]
        returned += [(attempt.id, ready_at) for attempt in group[count:]]
        saved.append((*key, after.tokens, after.refilled_at, after.blocked_until))
    await repository.save_buckets(unit.connection, saved)
    if returned:
        await repository.put_back(unit.connection, returned)
    return granted
