"""Cards on the phones of members: app messages that say something, or ask something with buttons.

Addresses are ours and relative (``/h5/open?…``): the sender knows under which name this server is reached.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.events import Lane
from weloop.contracts.json import JsonObject
from weloop.kit.clock import BEIJING
from weloop.kit.unit import UnitOfWork

PRIMARY, SECONDARY = 1, 2
"""Styles of buttons."""


@dataclass(frozen=True, slots=True)
class CardButton:
    """A button; ``key`` comes back in ``StaffCardAnswered``."""

    text: str
    key: str
    style: int = PRIMARY


@dataclass(frozen=True, slots=True)
class AskCard:
    """A card that asks. ``task_id`` (letters, digits, ``_@-``, 128 at most) is used once for ever.

    ``rows`` are (name, value) pairs, six at most; the clients cut names after 5 and values after 30 characters.
    """

    task_id: str
    title: str
    desc: str
    rows: Sequence[tuple[str, str]]
    buttons: Sequence[CardButton]
    page: str
    """Page of ours that a tap on the card opens, such as ``/leads/7``."""
    about: int | None = None
    """The identity of whom it names: once that is erased the card is not sent any more."""
    source: str = "微环"


def page_address(account_id: int, page: str) -> str:
    """The relative address that leads a member through WeCom to a page of ours."""
    return "/h5/open?" + urlencode({"account": account_id, "to": page}, safe="/")


def send_ask_card(
    unit: UnitOfWork, account_id: int, users: Sequence[str], card: AskCard, expires_at: datetime | None = None
) -> None:
    """Enqueue a card with buttons; the same task id twice is one card. ``ref`` of its outcome is the task id."""
    content: JsonObject = {
        "card_type": "button_interaction",
        "task_id": card.task_id,
        "source": {"desc": card.source},
        "main_title": {"title": card.title, "desc": card.desc},
        "horizontal_content_list": [{"keyname": name, "value": value} for name, value in card.rows if value],
        "card_action": {"type": 1, "url": page_address(account_id, card.page)},
        "button_list": [{"text": each.text, "style": each.style, "key": each.key} for each in card.buttons],
    }
    body: JsonObject = {"users": list(users), "msgtype": "template_card", "content": content}
    unit.enqueue(_send(account_id, card.task_id, body, expires_at, about=card.about))


def send_notice_card(
    unit: UnitOfWork,
    account_id: int,
    users: Sequence[str],
    key: str,
    title: str,
    description: str,
    page: str,
    expires_at: datetime | None = None,
    due: datetime | None = None,
    about: int | None = None,
) -> None:
    """Enqueue a card that only says something and leads to a page of ours, now or when it is ``due``; ``key`` is used
    once for ever. ``about``: as in :class:`AskCard`.
    """
    content: JsonObject = {
        "title": title,
        "description": description,
        "url": page_address(account_id, page),
        "btntxt": "打开",
    }
    body: JsonObject = {"users": list(users), "msgtype": "textcard", "content": content}
    unit.enqueue(_send(account_id, key, body, expires_at, due, about))


def replace_buttons(
    unit: UnitOfWork, account_id: int, users: Sequence[str], response_code: str, text: str, ref: str = ""
) -> None:
    """Enqueue that these members see ``text`` instead of the buttons. A response code works once."""
    digest = hashlib.sha256(response_code.encode()).hexdigest()[:32]
    unit.enqueue(
        Command(
            key=f"card_update:{account_id}:{digest}",
            name=CommandName.UPDATE_STAFF_CARD,
            account_id=account_id,
            body={"users": list(users), "response_code": response_code, "replace_name": text},
            delivery=Delivery.IDEMPOTENT,
            lane=Lane.REALTIME,
            ref=ref,
        )
    )


def accepted_text(name: str, now: datetime) -> str:
    """What stands on the card of who accepted: 已接单 · 李娜 14:05."""
    return f"已接单 · {name} {(now + BEIJING):%H:%M}"


def taken_text(name: str) -> str:
    """What stands on the card of who came too late: 已被王强接单."""
    return f"已被{name}接单"


def _send(
    account_id: int,
    key: str,
    body: JsonObject,
    expires_at: datetime | None,
    due: datetime | None = None,
    about: int | None = None,
) -> Command:
    return Command(
        key=f"card:{account_id}:{key}",
        name=CommandName.SEND_STAFF_CARD,
        account_id=account_id,
        body=body,
        delivery=Delivery.AT_MOST_ONCE,
        lane=Lane.REALTIME,
        subject_id=about,
        ref=key,
        due=due,
        expires_at=expires_at,
    )
