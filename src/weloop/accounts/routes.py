"""Routes of the accounts settings."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Request

from weloop.access.api import Admin, SignedIn
from weloop.accounts import repository, service
from weloop.accounts.models import Account
from weloop.accounts.schemas import AccountChange, AccountInfo, AccountInput, TroubleInfo
from weloop.accounts.troubles import Trouble, list_troubles
from weloop.contracts.accounts import AccountChecker, AccountKind
from weloop.contracts.errors import NotFound
from weloop.kit.http import RequestUnit, RequestUnits, RowId
from weloop.kit.seal import Vault

router = APIRouter(prefix="/accounts", tags=["accounts"])


@router.get("")
async def list_accounts(request: Request, _: SignedIn, unit: RequestUnit) -> list[AccountInfo]:
    """All accounts of platforms, oldest first."""
    rows = await repository.list_accounts(unit.session)
    troubles = await list_troubles(unit)
    return [_info(request, row, troubles) for row in rows if row.kind in service.CONNECTED]


@router.post("", status_code=201)
async def create_account(request: Request, body: AccountInput, user: Admin, unit: RequestUnit) -> AccountInfo:
    """Connect an account; it is unchecked at first."""
    return _info(request, await service.create_account(unit, _vault(request), user, body), [])


@router.get("/{account_id}")
async def get_account(request: Request, account_id: RowId, _: SignedIn, unit: RequestUnit) -> AccountInfo:
    """One account."""
    row = await repository.get_account(unit.session, account_id)
    if row is None or row.kind not in service.CONNECTED:
        raise NotFound
    return _info(request, row, await list_troubles(unit))


@router.patch("/{account_id}")
async def update_account(
    request: Request, account_id: RowId, body: AccountChange, user: Admin, unit: RequestUnit
) -> AccountInfo:
    """Change an account; secrets that are left out stay."""
    row = await service.change_account(unit, _vault(request), user, account_id, body)
    return _info(request, row, await list_troubles(unit))


@router.delete("/{account_id}", status_code=204)
async def delete_account(account_id: RowId, user: Admin, unit: RequestUnit) -> None:
    """Remove an account and its secrets."""
    await service.remove_account(unit, user, account_id)


@router.post("/{account_id}/check")
async def check_account(request: Request, account_id: RowId, user: Admin, units: RequestUnits) -> AccountInfo:
    """Make a real round trip with the account's credentials."""
    checkers: Mapping[AccountKind, AccountChecker] = request.app.state.checkers
    row = await service.check_account(units, checkers, user.id, account_id)
    async with units.begin() as unit:
        return _info(request, row, await list_troubles(unit))


def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


def _info(request: Request, row: Account, troubles: Sequence[tuple[Trouble, datetime]]) -> AccountInfo:
    public_url: str = request.app.state.public_url
    return AccountInfo.model_validate(
        {
            **{name: getattr(row, name) for name in AccountInfo.model_fields if hasattr(row, name)},
            "agent_id": row.agent_id or None,
            "callback_url": f"{public_url}/callback/{row.callback_key}",
            "has_secret": row.secret_sealed is not None,
            "has_callback_token": row.callback_token_sealed is not None,
            "has_aes_key": row.aes_key_sealed is not None,
            "troubles": [
                TroubleInfo(
                    what=trouble.what,
                    capability=trouble.capability,
                    errcode=trouble.errcode,
                    reason=trouble.reason,
                    lately=trouble.lately,
                    usual=trouble.usual,
                    off_until=trouble.off_until,
                    since=since,
                )
                for trouble, since in troubles
                if trouble.account_id == row.id
            ],
        }
    )
