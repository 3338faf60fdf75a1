"""Answers to 退订 and 订阅 in customer service: each word is answered once, by the account that heard it."""

from collections.abc import Sequence
from datetime import timedelta

from weloop.accounts.api import find_app_ids
from weloop.consent.api import load_contact_rules
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.events import Event, EventKind, Lane
from weloop.contracts.identities import IdentityKind
from weloop.features.kf.windows import load_limits
from weloop.identity.api import find_addresses
from weloop.kit.unit import UnitOfWork

SAID = (EventKind.CONSENT_WITHDRAWN, EventKind.CONSENT_GIVEN)


async def confirm_wishes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Say to who wrote to customer service that their word was heard, while the window that it opened lasts."""
    window = timedelta(hours=load_limits().hours)
    words = [event for event in events if "open_kfid" in event.data and unit.now < event.occurred_at + window]
    corps = await find_app_ids(unit, {event.account_id for event in words}) if words else {}
    if not corps:
        return
    rules = await load_contact_rules(unit)
    heard = {event.identity_id for event in words if event.identity_id is not None}
    customers = await find_addresses(unit, heard, IdentityKind.EXTERNAL_CONTACT, set(corps.values()))
    for event in words:
        text = rules.opt_out_reply if event.kind is EventKind.CONSENT_WITHDRAWN else rules.opt_in_reply
        found = customers.get((event.identity_id or 0, corps.get(event.account_id, "")))
        if found is None or not text:
            continue
        identity_id, external_userid = found
        unit.enqueue(
            Command(
                key=f"consent:{event.id}",
                name=CommandName.SEND_KF_MESSAGE,
                account_id=event.account_id,
                body={"open_kfid": event.data["open_kfid"], "external_userid": external_userid, "text": text},
                delivery=Delivery.AT_MOST_ONCE,
                lane=Lane.REALTIME,
                subject_id=identity_id,
                expires_at=event.occurred_at + window,
                trace_id=event.trace_id,
                occasion=Occasion(answers=unit.now),
            )
        )
