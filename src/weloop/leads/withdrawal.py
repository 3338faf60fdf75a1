"""Withdrawing leads that should never have been made: they go whole, unless somebody has touched them."""

from collections.abc import Collection

from weloop.contracts.events import EventKind
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.events import tell
from weloop.leads.models import Lead

_BY_HAND = frozenset({"manual", "claimed"})


async def withdraw_leads(unit: UnitOfWork, ids: Collection[int], import_id: int) -> set[int]:
    """Delete those of these leads that nobody has touched since they were made; answers those that stay."""
    leads = await repository.lock_leads(unit.session, ids)
    worked = await repository.find_worked(unit.connection, ids)
    stays = {lead.id for lead in leads if lead.id in worked or _is_touched(lead)}
    for lead in leads:
        if lead.id not in stays:
            tell(unit, lead, EventKind.LEAD_WITHDRAWN, "withdrawn", {"import_id": import_id})
            unit.session.expunge(lead)
    await repository.delete_leads(unit.connection, {lead.id for lead in leads} - stays)
    return stays


def _is_touched(lead: Lead) -> bool:
    """Whether a member or a user has done something with it; clocks and shares are not somebody."""
    acts = (lead.accepted_at, lead.contacted_at, lead.closed_at, lead.amount, lead.next_at)
    chips = (lead.need, lead.role, lead.time, lead.budget, lead.profile)
    return any(each is not None for each in acts) or any(chips) or lead.assigned_by in _BY_HAND
