"""Proofs of a first contact that nobody has to claim: somebody of the company wrote to the person."""

from collections.abc import Sequence
from datetime import datetime

from weloop.contracts.events import Event, EventKind
from weloop.identity.api import find_persons
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.models import Lead
from weloop.leads.service import Actor, accept, note_contact

KF = "kf"


async def take_answers(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle KfMessageAnswered: a servicer wrote to the person of a lead. Events are in the order of their time."""
    person_of = await find_persons(unit, {event.identity_id for event in events if event.identity_id is not None})
    leads = {lead.person_id: lead for lead in await repository.lock_open(unit.session, set(person_of.values()))}
    for event in events:
        lead = leads.get(person_of.get(event.identity_id or 0, 0))
        if lead is not None:
            await prove_contact(unit, lead, event.occurred_at, str(event.data.get("staff") or ""), KF)


async def prove_contact(unit: UnitOfWork, lead: Lead, at: datetime, staff: str, evidence: str) -> None:
    """A member wrote to the person ``at`` a moment: the first contact, where that :func:`is_provable`.

    Whoever it was, the company has answered. Only who writes to their own lead has accepted it by that.
    """
    if not is_provable(lead, at):
        return
    at = max(at, lead.released_at or at)
    if staff == lead.staff:
        await accept(unit, lead, Actor(evidence, staff), at)
    await note_contact(unit, lead, at, evidence, staff)


def is_provable(lead: Lead, at: datetime) -> bool:
    """Whether a message of ``at`` would be the first contact: the lead was put to its member, and nobody was before.

    The platform tells whole seconds.
    """
    since = lead.released_at
    return lead.contacted_at is None and lead.staff is not None and since is not None and at >= _second(since)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


HANDLERS = (((EventKind.KF_MESSAGE_ANSWERED,), take_answers),)
"""To be registered with the inbox."""
