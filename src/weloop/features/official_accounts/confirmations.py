"""Answers to 退订 and 订阅: each word is answered once, by the account that heard it."""

from collections.abc import Sequence
from datetime import timedelta

from weloop.consent.api import find_replies
from weloop.contracts.events import Event
from weloop.contracts.identities import IdentityKind
from weloop.features.official_accounts.messages import send_message
from weloop.features.official_accounts.rules import load_limits
from weloop.kit.unit import UnitOfWork


async def confirm_wishes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Say to followers that their word was heard, while the window that it opened lasts. What was noted by hand is not
    answered.
    """
    window = timedelta(seconds=load_limits()["window"]["message"]["seconds"])
    words = [event for event in events if "word" in event.data]
    for reply in await find_replies(unit, words, IdentityKind.FOLLOWER, window):
        send_message(
            unit,
            key=reply.key,
            account_id=reply.event.account_id,
            identity_id=reply.identity_id,
            openid=reply.address,
            text=reply.text,
            ref="",
            expires_at=reply.expires_at,
            answers=unit.now,
            trace_id=reply.event.trace_id,
        )
