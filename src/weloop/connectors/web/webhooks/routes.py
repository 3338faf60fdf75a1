"""Routes of webhooks."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from weloop.access.api import Admin, SignedIn
from weloop.accounts.api import list_account_names
from weloop.connectors.web.webhooks import repository, service
from weloop.connectors.web.webhooks.models import Webhook
from weloop.connectors.web.webhooks.schemas import NewWebhook, WebhookChange, WebhookInfo, WebhookInput
from weloop.kit.http import RequestUnit, RowId
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/webhooks", tags=["sites"])


@router.get("")
async def list_webhooks(_: SignedIn, unit: RequestUnit) -> list[WebhookInfo]:
    """All webhooks, oldest first."""
    return await _infos(unit, await repository.list_webhooks(unit.session))


@router.post("", status_code=201)
async def create_webhook(request: Request, body: WebhookInput, user: Admin, unit: RequestUnit) -> NewWebhook:
    """Make a webhook. The answer is the only place where its secret is told."""
    row, secret = await service.add_webhook(unit, _vault(request), user, body, private=_private(request))
    return await _with_secret(unit, row, secret)


@router.patch("/{webhook_id}")
async def update_webhook(
    request: Request, webhook_id: RowId, body: WebhookChange, user: Admin, unit: RequestUnit
) -> WebhookInfo:
    """Change a webhook, or switch it off and on."""
    row = await service.change_webhook(unit, user, webhook_id, body, private=_private(request))
    return (await _infos(unit, [row]))[0]


@router.delete("/{webhook_id}", status_code=204)
async def delete_webhook(webhook_id: RowId, user: Admin, unit: RequestUnit) -> None:
    """Delete a webhook."""
    await service.end_webhook(unit, user, webhook_id)


@router.post("/{webhook_id}/secret")
async def rotate_webhook_secret(request: Request, webhook_id: RowId, user: Admin, unit: RequestUnit) -> NewWebhook:
    """Another secret; the one before signs too for a day."""
    row, secret = await service.rotate_secret(unit, _vault(request), user, webhook_id)
    return await _with_secret(unit, row, secret)


@router.post("/{webhook_id}/test")
async def try_webhook(webhook_id: RowId, user: Admin, unit: RequestUnit) -> WebhookInfo:
    """Send a message of type ``Test``."""
    return (await _infos(unit, [await service.try_webhook(unit, user, webhook_id)]))[0]


def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


def _private(request: Request) -> bool:
    allowed: bool = request.app.state.private_webhooks
    return allowed


async def _with_secret(unit: UnitOfWork, row: Webhook, secret: str) -> NewWebhook:
    return NewWebhook(**(await _infos(unit, [row]))[0].model_dump(), secret=secret)


async def _infos(unit: UnitOfWork, rows: Sequence[Webhook]) -> list[WebhookInfo]:
    names = await list_account_names(unit)
    return [
        WebhookInfo.model_validate(
            {
                **{name: getattr(row, name) for name in WebhookInfo.model_fields if hasattr(row, name)},
                "site_name": names.get(row.account_id),
            }
        )
        for row in rows
    ]
