"""Making, changing, trying and ending webhooks."""

import base64
import secrets
import uuid
from collections.abc import Collection
from datetime import timedelta

from weloop.access.api import CurrentUser, record_act
from weloop.connectors.web.service import find_site
from weloop.connectors.web.webhooks import repository
from weloop.connectors.web.webhooks.models import Webhook
from weloop.connectors.web.webhooks.rules import SECRET_BYTES, SECRET_PREFIX, TEST, clean_url
from weloop.connectors.web.webhooks.schemas import WantedEvent, WebhookChange, WebhookInput
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.errors import Conflict, NotFound
from weloop.contracts.events import Lane
from weloop.kit.clock import machine_now
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork

TOPIC = "webhooks"
PURPOSE = "webhook.secret"
MAX_WEBHOOKS = 50
OVERLAP = timedelta(hours=24)
"""How long the secret before signs too after it was replaced."""


async def add_webhook(
    unit: UnitOfWork, vault: Vault, user: CurrentUser, given: WebhookInput, *, private: bool
) -> tuple[Webhook, str]:
    """Make a webhook for what happens from now on; answers it with its secret."""
    site = await find_site(unit, given.account_id)
    if len(await repository.list_webhooks(unit.session)) >= MAX_WEBHOOKS:
        raise Conflict("too many webhooks", code="webhook_many", max=MAX_WEBHOOKS)
    secret = _new_secret()
    row = Webhook(
        account_id=site.id,
        name=given.name,
        url=clean_url(given.url, private=private),
        wanted=_stored(given.wanted),
        with_person=given.with_person,
        secret_sealed=vault.seal(secret.encode(), PURPOSE),
        since=machine_now(),
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.session.refresh(row)
    _note(unit, user, "webhook_created", row)
    return row, secret


async def change_webhook(
    unit: UnitOfWork, user: CurrentUser, webhook_id: int, given: WebhookChange, *, private: bool
) -> Webhook:
    """Change a webhook. What happened while it was off is not told afterwards."""
    row = await get_webhook(unit, webhook_id, lock=True)
    row.name = given.name or row.name
    row.url = clean_url(given.url, private=private) if given.url else row.url
    row.wanted = _stored(given.wanted) if given.wanted is not None else row.wanted
    row.with_person = row.with_person if given.with_person is None else given.with_person
    if given.enabled is not None and given.enabled != row.enabled:
        row.enabled = given.enabled
        row.failing_since = row.failure = None
        row.since = machine_now() if given.enabled else row.since
    row.updated_at = unit.now
    _note(unit, user, "webhook_changed", row)
    return row


async def rotate_secret(unit: UnitOfWork, vault: Vault, user: CurrentUser, webhook_id: int) -> tuple[Webhook, str]:
    """Give a webhook another secret; the one before signs too for a day."""
    row = await get_webhook(unit, webhook_id, lock=True)
    secret = _new_secret()
    row.old_secret_sealed, row.old_secret_until = row.secret_sealed, unit.now + OVERLAP
    row.secret_sealed = vault.seal(secret.encode(), PURPOSE)
    row.updated_at = unit.now
    _note(unit, user, "webhook_rotated", row)
    return row, secret


async def try_webhook(unit: UnitOfWork, user: CurrentUser, webhook_id: int) -> Webhook:
    """Send a message of type ``Test`` the way all others go."""
    row = await get_webhook(unit, webhook_id)
    if not row.enabled:
        raise Conflict("the webhook is off", code="webhook_off")
    unit.enqueue(delivery(unit, row, f"test:{uuid.uuid4().hex}", {"type": TEST, "data": {"name": row.name}}))
    _note(unit, user, "webhook_tried", row)
    return row


async def end_webhook(unit: UnitOfWork, user: CurrentUser, webhook_id: int) -> None:
    """Delete a webhook."""
    row = await get_webhook(unit, webhook_id, lock=True)
    await unit.session.delete(row)
    _note(unit, user, "webhook_deleted", row)


async def get_webhook(unit: UnitOfWork, webhook_id: int, *, lock: bool = False) -> Webhook:
    """One webhook; NotFound."""
    row = await repository.get_webhook(unit.session, webhook_id, lock=lock)
    if row is None:
        raise NotFound("there is no such webhook", code="webhook_not_found")
    return row


def delivery(
    unit: UnitOfWork, row: Webhook, name: str, message: dict[str, object], identity_id: int | None = None, trace: str = ""
) -> Command:
    """The command that brings one message to a webhook; ``name`` is that of the occurrence."""
    return Command(
        key=f"webhook:{row.id}:{name}",
        name=CommandName.DELIVER_WEBHOOK,
        account_id=row.account_id,
        body={"webhook_id": row.id, "made_at": int(unit.now.timestamp()), **message},  # type: ignore[dict-item]
        delivery=Delivery.AT_LEAST_ONCE,
        lane=Lane.BULK,
        subject_id=identity_id,
        ref=str(row.id),
        trace_id=trace,
    )


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _stored(wanted: list[WantedEvent]) -> list[dict[str, object]]:
    return [each.model_dump(mode="json") for each in wanted]


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: Webhook) -> None:
    record_act(unit, user.id, act, f"webhook:{row.id}", {"name": row.name})
    unit.publish(TOPIC)


async def find_webhook_accounts(unit: UnitOfWork, webhooks: Collection[int]) -> dict[int, int]:
    """The account of each of these webhooks; those that are gone are left out."""
    return await repository.find_accounts(unit.connection, webhooks) if webhooks else {}
