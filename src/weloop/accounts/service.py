"""Making, changing, removing and checking accounts."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime

from weloop.access.api import CurrentUser, record_act
from weloop.accounts import repository
from weloop.accounts.models import Account
from weloop.accounts.rules import check_app_id, check_mode, check_original_id, check_secrets, clean_api_base
from weloop.accounts.schemas import AccountChange, AccountInput
from weloop.accounts.secrets import drop_secrets, seal_secrets
from weloop.accounts.troubles import What, end_troubles, try_again
from weloop.contracts.accounts import AccountChecker, AccountConnected, AccountKind, AccountRecovered, CheckResult
from weloop.contracts.callbacks import CallbackMode
from weloop.contracts.errors import Conflict, NotFound, PlatformError
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork, Units

TOPIC = "accounts"
CONNECTED = frozenset({AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT})
"""Kinds with credentials, callbacks and a check."""
CALLBACK_KEY_BYTES = 18
CHECK_SECONDS = 20.0


async def create_account(unit: UnitOfWork, vault: Vault, user: CurrentUser, given: AccountInput) -> Account:
    """Make an account in state ``unchecked``; Conflict when its app is there already."""
    account = Account(
        kind=given.kind,
        name=given.name,
        app_id=given.app_id,
        agent_id=given.agent_id or 0,
        original_id=given.original_id or None,
        service_type=_service_type(given),
        api_base=clean_api_base(given.kind, given.api_base),
        callback_key=secrets.token_urlsafe(CALLBACK_KEY_BYTES),
        mode=given.mode,
        state="unchecked",
        created_at=unit.now,
        updated_at=unit.now,
    )
    _check_shape(account, given)
    await _check_twin(unit, account)
    seal_secrets(vault, account, given)
    unit.session.add(account)
    await unit.session.flush()
    _note(unit, user.id, "account_created", account)
    return account


def _service_type(given: AccountInput) -> str | None:
    return (given.service_type or "service") if given.kind is AccountKind.OFFICIAL_ACCOUNT else None


async def change_account(
    unit: UnitOfWork, vault: Vault, user: CurrentUser, account_id: int, given: AccountChange
) -> Account:
    """Change an account. New credentials make it ``unchecked`` and drop its access token."""
    account = await _get(unit, account_id, lock=True)
    _apply(account, given)
    _check_shape(account, given)
    await _check_twin(unit, account)
    resealed = seal_secrets(vault, account, given)
    if resealed or given.app_id or given.api_base or given.agent_id:
        await repository.forget_token(unit.session, account.id)
        _reset(account, "disabled" if account.state == "disabled" else "unchecked")
    if given.enabled is not None and given.enabled == (account.state == "disabled"):
        _reset(account, "unchecked" if given.enabled else "disabled")
    account.updated_at = unit.now
    _note(unit, user.id, "account_changed", account, fields=sorted(given.model_fields_set))
    return account


async def remove_account(unit: UnitOfWork, user: CurrentUser, account_id: int) -> None:
    """Remove an account: its secrets and token are deleted, its name stays for the log."""
    account = await _get(unit, account_id, lock=True)
    drop_secrets(account)
    _reset(account, "disabled")
    account.removed_at = account.updated_at = unit.now
    await repository.forget_token(unit.session, account.id)
    _note(unit, user.id, "account_removed", account)


async def check_account(
    units: Units,
    checkers: Mapping[AccountKind, AccountChecker],
    user_id: int | None,
    account_id: int,
    *,
    by_itself: bool = False,
) -> Account:
    """Make a real round trip and store what it said. No transaction is open while the platform is asked.

    ``by_itself``: nobody asked for it, and the audit log is told only of what changed.
    """
    async with units.begin() as unit:
        account = await _get(unit, account_id)
        kind, seen = AccountKind(account.kind), account.updated_at
        if account.state == "disabled":
            raise Conflict("the account is disabled", code="account_disabled")
    result = await _ask(checkers[kind], account_id)
    async with units.begin() as unit:
        account = await _get(unit, account_id, lock=True)
        was_ready = account.state == "ready"
        _store_result(account, result, seen, unit.now)
        if result.ok and not was_ready:
            unit.append(AccountConnected(account.id, kind))
            unit.append(AccountRecovered(account.id))
        if result.ok:
            await end_troubles(unit, [account.id], [What.CREDENTIAL])
            await try_again(unit, account.id)
        if not by_itself or result.ok != was_ready:
            _note(unit, user_id, "account_checked", account, ok=result.ok)
        return account


async def _ask(checker: AccountChecker, account_id: int) -> CheckResult:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await checker(account_id)
    except TimeoutError:
        return CheckResult(code="platform_retryable", reason="no answer in time")
    except PlatformError as error:
        return CheckResult(code=error.instance_code, reason=error.reason, errcode=error.errcode)


def _store_result(account: Account, result: CheckResult, seen: datetime, now: datetime) -> None:
    if account.updated_at != seen:
        raise Conflict("the account was changed while it was checked")
    account.state = "ready" if result.ok else "failed"
    params = {"errcode": result.errcode, "reason": result.reason}
    account.failure = None if result.ok else {"code": result.code, "params": params}
    account.checked_at = now


def _apply(account: Account, given: AccountChange) -> None:
    for name in ("name", "app_id", "agent_id", "original_id", "service_type", "mode"):
        value = getattr(given, name)
        if value is not None:
            setattr(account, name, value)
    if given.api_base is not None:
        account.api_base = clean_api_base(AccountKind(account.kind), given.api_base)


def _check_shape(account: Account, given: AccountInput | AccountChange) -> None:
    kind = AccountKind(account.kind)
    check_app_id(kind, account.app_id)
    check_original_id(account.original_id)
    check_mode(kind, CallbackMode(account.mode))
    values = (given.secret, given.callback_token, given.aes_key)
    check_secrets(*(None if value is None else value.get_secret_value() for value in values))


async def _check_twin(unit: UnitOfWork, account: Account) -> None:
    with unit.session.no_autoflush:
        if await repository.find_twin(unit.session, account):
            raise Conflict("this app is connected already", code="account_exists", app_id=account.app_id)


def _reset(account: Account, state: str) -> None:
    account.state, account.failure, account.checked_at = state, None, None


async def _get(unit: UnitOfWork, account_id: int, *, lock: bool = False) -> Account:
    """An account that is connected: websites and Channels accounts have nothing that could be checked."""
    account = await repository.get_account(unit.session, account_id, lock=lock)
    if account is None or account.kind not in CONNECTED:
        raise NotFound
    return account


def _note(unit: UnitOfWork, user_id: int | None, act: str, account: Account, **detail: bool | list[str]) -> None:
    record_act(unit, user_id, act, f"account:{account.id}", {"name": account.name, **detail})
    unit.publish(TOPIC)
