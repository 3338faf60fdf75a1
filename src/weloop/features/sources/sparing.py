"""Members without room for more customers: their codes lead to the others until they have room again."""

from collections import defaultdict
from collections.abc import Sequence

from weloop.features.sources import repository
from weloop.features.sources.commands import begin
from weloop.features.sources.rules import Status, spare
from weloop.kit.unit import UnitOfWork
from weloop.staff.api import find_duties, list_duties

TOPIC = "sources"


async def spare_full_members(unit: UnitOfWork) -> None:
    """Take members who are full out of all codes, and put back who is not. Run daily, once customers are counted."""
    full: defaultdict[int, set[str]] = defaultdict(set)
    for duty in await list_duties(unit):
        if duty.is_full:
            full[duty.account_id].add(duty.userid)
    for source in await repository.lock_sparing(unit.session, {userid for users in full.values() for userid in users}):
        spared = spare(source.users, full[source.account_id])
        if spared != source.spared:
            source.spared = spared
            source.version += 1
            source.updated_at = unit.now
            if source.status != Status.FAILED:
                begin(unit, source, Status.CREATING)
    unit.publish(TOPIC)


async def find_spared(unit: UnitOfWork, account_id: int, users: Sequence[str]) -> list[str]:
    """Those of the members whom a code leaves out now."""
    duties = await find_duties(unit, account_id)
    return spare(users, {userid for userid, duty in duties.items() if duty.is_full})
