"""Archived messages as proof of a first contact: only with the customer's consent, which the platform is asked for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from weloop.accounts.api import list_accounts
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.events import Event, EventKind
from weloop.identity.api import find_persons
from weloop.inbox.api import EventHandler, read_events_of
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.models import Lead
from weloop.leads.proofs import is_provable, prove_contact
from weloop.leads.rules import NoProof, judge_consent

ARCHIVE = "archive"


async def ask_consents(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle StaffMessageArchived: where it would be a first contact, ask whether the customer had agreed."""
    person_of = await find_persons(unit, {event.identity_id for event in events if event.identity_id is not None})
    leads = {lead.person_id: lead for lead in await repository.lock_open(unit.session, set(person_of.values()))}
    accounts = [ref for ref in await list_accounts(unit) if ref.kind is AccountKind.WECOM] if leads else []
    for event in events:
        lead = leads.get(person_of.get(event.identity_id or 0, 0))
        if lead is None or event.subject is None or not is_provable(lead, event.occurred_at):
            continue
        askers = [ref.id for ref in accounts if ref.app_id == event.data["corp_id"]]
        if askers:
            _ask(unit, event, lead, lead.account_id if lead.account_id in askers else askers[0], event.subject.value)


def _ask(unit: UnitOfWork, event: Event, lead: Lead, account_id: int, external_userid: str) -> None:
    """However many messages are told of, of those that wait one is asked about: the first."""
    unit.enqueue(
        Command(
            key=f"archive:{event.id}",
            name=CommandName.CHECK_ARCHIVE_CONSENT,
            account_id=account_id,
            body={
                "lead_id": lead.id,
                "staff": str(event.data["staff"]),
                "external_userid": external_userid,
                "identity_id": event.identity_id,
                "at": event.occurred_at.timestamp(),
                "message_id": str(event.data["message_id"]),
            },
            delivery=Delivery.AT_LEAST_ONCE,
            ref=f"lead:{lead.id}",
            coalesce=f"archive:{lead.id}:{event.data['staff']}",
            trace_id=event.trace_id,
        )
    )


async def take_consents(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what the platform said of consents: a proof, or a refusal that is kept with its reason."""
    told: list[tuple[int, Mapping[str, object]]] = []
    for event in events:
        said = event.data.get("result")
        if event.data.get("command") == CommandName.CHECK_ARCHIVE_CONSENT and isinstance(said, Mapping) and said:
            told.append((int(str(said["lead_id"])), said))
    if told:
        leads = {lead.id: lead for lead in await repository.lock_leads(unit.session, {lead_id for lead_id, _ in told})}
        for lead_id, answer in told:
            if lead_id in leads:
                await _judge(unit, leads[lead_id], answer)


async def _judge(unit: UnitOfWork, lead: Lead, said: Mapping[str, object]) -> None:
    at, staff = datetime.fromtimestamp(float(str(said["at"])), UTC), str(said["staff"])
    changed_at = datetime.fromtimestamp(int(str(said["changed_at"])), UTC)
    reason = judge_consent(str(said["status"]), changed_at, at, int(str(said["errcode"])))
    if reason in (None, NoProof.LATER) and lead.closed_at is None:
        first = await _find_first(unit, lead, int(str(said["identity_id"])), staff, changed_at)
        if first is not None:
            await prove_contact(unit, lead, first, staff, ARCHIVE)
    if reason is not None:
        row = (lead.id, str(said["message_id"]), at, staff, ARCHIVE, str(reason), int(str(said["errcode"])), unit.now)
        await repository.refuse_proof(unit.connection, row)
        unit.publish(f"lead:{lead.id}")


async def _find_first(unit: UnitOfWork, lead: Lead, identity: int, staff: str, changed_at: datetime) -> datetime | None:
    """When the member first wrote since the customer agreed: of messages that waited one was asked about."""
    rows = await read_events_of(unit.connection, [identity], [EventKind.STAFF_MESSAGE_ARCHIVED], changed_at)
    sent = (row.occurred_at for row in rows if row.data["staff"] == staff and is_provable(lead, row.occurred_at))
    return min(sent, default=None)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    ((EventKind.STAFF_MESSAGE_ARCHIVED,), ask_consents),
    ((EventKind.COMMAND_SENT,), take_consents),
)
"""To be registered with the inbox."""
