"""Answers to 退订 and 订阅: each word is answered once, by the account that heard it."""

from collections.abc import Sequence
from datetime import timedelta

from weloop.accounts.api import find_app_ids
from weloop.consent.api import load_contact_rules
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind
from weloop.features.official_accounts.messages import send_message
from weloop.features.official_accounts.rules import load_limits
from weloop.identity.api import find_addresses
from weloop.kit.unit import UnitOfWork

SAID = (EventKind.CONSENT_WITHDRAWN, EventKind.CONSENT_GIVEN)


async def confirm_wishes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Say to followers that their word was heard, while the window that it opened lasts. What was noted by hand is not
    answered.
    """
    window = timedelta(seconds=load_limits()["window"]["message"]["seconds"])
    words = [event for event in events if "word" in event.data and unit.now < event.occurred_at + window]
    apps = await find_app_ids(unit, {event.account_id for event in words}) if words else {}
    if not apps:
        return
    rules = await load_contact_rules(unit)
    heard = {event.identity_id for event in words if event.identity_id is not None}
    followers = await find_addresses(unit, heard, IdentityKind.FOLLOWER, set(apps.values()))
    for event in words:
        text = rules.opt_out_reply if event.kind is EventKind.CONSENT_WITHDRAWN else rules.opt_in_reply
        found = followers.get((event.identity_id or 0, apps.get(event.account_id, "")))
        if found is None or not text:
            continue
        identity_id, openid = found
        send_message(
            unit,
            key=f"consent:{event.id}",
            account_id=event.account_id,
            identity_id=identity_id,
            openid=openid,
            text=text,
            ref="",
            expires_at=event.occurred_at + window,
            answers=unit.now,
            trace_id=event.trace_id,
        )
