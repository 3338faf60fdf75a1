"""Routes of sites and their write keys."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from weloop.access.api import Admin, SignedIn
from weloop.accounts.api import AccountRef, rename_site
from weloop.connectors.web import repository, service
from weloop.connectors.web.schemas import (
    NewWriteKey,
    SiteInfo,
    SiteInput,
    WriteKeyChange,
    WriteKeyInfo,
    WriteKeyInput,
)
from weloop.kit.http import RequestUnit, RowId
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/sites", tags=["sites"])


@router.get("")
async def list_sites(request: Request, _: SignedIn, unit: RequestUnit) -> list[SiteInfo]:
    """All sites with their keys, oldest first."""
    return await _infos(request, unit, await service.list_sites(unit))


@router.post("", status_code=201)
async def create_site(request: Request, body: SiteInput, user: Admin, unit: RequestUnit) -> SiteInfo:
    """Connect a website, an app or another system."""
    return await _info(request, unit, await service.add_site(unit, user, body.name))


@router.get("/{account_id}")
async def get_site(request: Request, account_id: RowId, _: SignedIn, unit: RequestUnit) -> SiteInfo:
    """One site."""
    return await _info(request, unit, account_id)


@router.patch("/{account_id}")
async def update_site(request: Request, account_id: RowId, body: SiteInput, user: Admin, unit: RequestUnit) -> SiteInfo:
    """Give a site another name."""
    await rename_site(unit, user, account_id, body.name)
    unit.publish("sites")
    return await _info(request, unit, account_id)


@router.delete("/{account_id}", status_code=204)
async def delete_site(account_id: RowId, user: Admin, unit: RequestUnit) -> None:
    """Remove a site; its keys end with it."""
    await service.end_site(unit, user, account_id)


@router.post("/{account_id}/keys", status_code=201)
async def create_write_key(account_id: RowId, body: WriteKeyInput, user: Admin, unit: RequestUnit) -> NewWriteKey:
    """Make a write key. The answer is the only place where the key itself is told."""
    row, key = await service.add_key(unit, user, account_id, body)
    return NewWriteKey(**WriteKeyInfo.model_validate(row).model_dump(), key=key)


@router.patch("/{account_id}/keys/{key_id}")
async def update_write_key(
    account_id: RowId, key_id: RowId, body: WriteKeyChange, user: Admin, unit: RequestUnit
) -> WriteKeyInfo:
    """Give a key another name, or let other pages use it."""
    return WriteKeyInfo.model_validate(await service.change_key(unit, user, account_id, key_id, body))


@router.delete("/{account_id}/keys/{key_id}")
async def revoke_write_key(account_id: RowId, key_id: RowId, user: Admin, unit: RequestUnit) -> WriteKeyInfo:
    """Refuse a key from now on."""
    return WriteKeyInfo.model_validate(await service.revoke_key(unit, user, account_id, key_id))


async def _info(request: Request, unit: UnitOfWork, account_id: int) -> SiteInfo:
    return (await _infos(request, unit, [await service.find_site(unit, account_id)]))[0]


async def _infos(request: Request, unit: UnitOfWork, sites: Sequence[AccountRef]) -> list[SiteInfo]:
    ids = [site.id for site in sites]
    kept = await repository.list_sites(unit.session, ids)
    keys = [(row.account_id, WriteKeyInfo.model_validate(row)) for row in await repository.list_keys(unit.session, ids)]
    return [
        SiteInfo(
            id=site.id,
            name=site.name,
            app_id=site.app_id,
            address=request.app.state.public_url,
            last_event_at=kept[site.id].last_event_at if site.id in kept else None,
            keys=[info for account_id, info in keys if account_id == site.id],
        )
        for site in sites
    ]
