"""Answers to 退订 and 订阅 in customer service: each word is answered once, by the account that heard it."""

from collections.abc import Sequence
from datetime import timedelta

from weloop.consent.api import find_replies
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.events import Event, Lane
from weloop.contracts.identities import IdentityKind
from weloop.features.kf.windows import load_limits
from weloop.kit.unit import UnitOfWork


async def confirm_wishes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Say to who wrote to customer service that their word was heard, while the window that it opened lasts."""
    words = [event for event in events if "open_kfid" in event.data]
    window = timedelta(hours=load_limits().hours)
    for reply in await find_replies(unit, words, IdentityKind.EXTERNAL_CONTACT, window):
        open_kfid = reply.event.data["open_kfid"]
        unit.enqueue(
            Command(
                key=reply.key,
                name=CommandName.SEND_KF_MESSAGE,
                account_id=reply.event.account_id,
                body={"open_kfid": open_kfid, "external_userid": reply.address, "text": reply.text},
                delivery=Delivery.AT_MOST_ONCE,
                lane=Lane.REALTIME,
                subject_id=reply.identity_id,
                expires_at=reply.expires_at,
                trace_id=reply.event.trace_id,
                occasion=Occasion(answers=unit.now),
            )
        )
