"""The one way by which a text leaves for a follower: a customer-service message (客服消息)."""

from datetime import datetime

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.events import Lane
from weloop.kit.unit import UnitOfWork


def send_message(
    unit: UnitOfWork,
    *,
    key: str,
    account_id: int,
    identity_id: int,
    openid: str,
    text: str,
    ref: str,
    expires_at: datetime,
    answers: datetime,
    by_hand: bool = False,
    trace_id: str = "",
) -> None:
    """Enqueue a text that answers what the follower did at a moment.

    The platform knows no repeats, so what became of a lost answer is for a person to say.
    """
    unit.enqueue(
        Command(
            key=key,
            name=CommandName.SEND_SERVICE_MESSAGE,
            account_id=account_id,
            body={"openid": openid, "text": text},
            delivery=Delivery.AT_MOST_ONCE,
            lane=Lane.REALTIME,
            subject_id=identity_id,
            ref=ref,
            expires_at=expires_at,
            trace_id=trace_id,
            occasion=Occasion(answers=answers, by_hand=by_hand),
        )
    )
