"""What happens to leads by themselves: shifts begin, clocks run out, nobody follows up."""

from collections import defaultdict

from weloop.contracts.events import EventKind
from weloop.kit.claims import NextDue
from weloop.kit.unit import UnitOfWork, Units
from weloop.leads import repository
from weloop.leads.cards import send_alarms
from weloop.leads.events import tell
from weloop.leads.handout import Handout
from weloop.leads.models import Lead
from weloop.leads.rules import Due

BATCH = 200


class LeadClocks:
    """The work of a claim loop: one batch of leads to which something happens now."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def work(self) -> int:
        """Do it; answers how many leads that were."""
        async with self._units.begin() as unit:
            leads = await repository.claim_due(unit.session, unit.now, BATCH)
            by_account: defaultdict[int, list[Lead]] = defaultdict(list)
            for lead in leads:
                by_account[lead.account_id].append(lead)
            for account_id, due in sorted(by_account.items()):
                await _happen(unit, account_id, due)
        return len(leads)

    async def next_due(self) -> NextDue:
        """When something happens to the next."""
        async with self._units.glance() as connection:
            return NextDue(await repository.next_due(connection))


async def _happen(unit: UnitOfWork, account_id: int, leads: list[Lead]) -> None:
    handout = await Handout.open(unit, account_id)
    late: list[tuple[Lead, str]] = []
    for lead in leads:
        if lead.due_what == Due.RELEASE:
            handout.release(lead)
        elif lead.due_what == Due.RETURN:
            handout.put_back(lead)
        elif _expire(handout, lead):
            late.append((lead, _name(handout, lead.staff)))
    await send_alarms(unit, account_id, handout.leaders(), late)
    await handout.close()


def _expire(handout: Handout, lead: Lead) -> bool:
    """A clock ran out: a friend stays, else the next member is asked. Whether the team lead shall hear of it."""
    clock, before = lead.due_what or "", lead.staff or ""
    data = {"clock": clock, "staff": before}
    tell(handout.unit, lead, EventKind.LEAD_CLOCK_EXPIRED, f"expired:{lead.moves}:{clock}", data)
    lead.expired, lead.due_at, lead.due_what = clock, None, None
    if lead.is_friend:
        return True
    duty = handout.duties.get(before)
    backup = [duty.backup] if duty is not None and duty.backup else []
    following = handout.choose(backup, [before]) if lead.moves < handout.policy.most_moves else None
    if following is not None:
        handout.give(lead, following, "next")
        return False
    handout.put_back(lead)
    lead.expired = clock
    return True


def _name(handout: Handout, userid: str | None) -> str:
    duty = handout.duties.get(userid or "")
    return duty.name if duty is not None else userid or ""
