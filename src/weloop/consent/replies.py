"""Whom to answer that 退订 or 订阅 was heard, and with what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from weloop.accounts.api import find_app_ids
from weloop.consent import repository
from weloop.consent.rules import read_rules
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind
from weloop.identity.api import find_addresses
from weloop.kit.unit import UnitOfWork

WISHES = (EventKind.CONSENT_WITHDRAWN, EventKind.CONSENT_GIVEN)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the account that heard a word answers; the same ``key`` for the same word, however often it is told."""

    key: str
    event: Event
    identity_id: int
    address: str
    text: str
    expires_at: datetime


async def find_replies(
    unit: UnitOfWork, words: Sequence[Event], kind: IdentityKind, window: timedelta
) -> Sequence[Reply]:
    """The replies to words that were said by identities of a kind to accounts, while the window that each opened
    lasts.
    """
    words = [event for event in words if unit.now < event.occurred_at + window]
    apps = await find_app_ids(unit, {event.account_id for event in words}) if words else {}
    if not apps:
        return []
    rules = read_rules(await repository.get_changed(unit.connection))
    heard = {event.identity_id for event in words if event.identity_id is not None}
    addresses = await find_addresses(unit, heard, kind, set(apps.values()))
    replies = []
    for event in words:
        text = rules.opt_out_reply if event.kind is EventKind.CONSENT_WITHDRAWN else rules.opt_in_reply
        found = addresses.get((event.identity_id or 0, apps.get(event.account_id, "")))
        if found is not None and text:
            replies.append(Reply(f"consent:{event.id}", event, *found, text, event.occurred_at + window))
    return replies
