"""Sealing of an account's three secrets, each under a key of its own purpose."""

from weloop.accounts.models import Account
from weloop.accounts.schemas import AccountChange, AccountInput
from weloop.kit.seal import Vault

_PURPOSE = {
    "secret": "account.secret",
    "callback_token": "account.callback_token",
    "aes_key": "account.aes_key",
}


def seal_secrets(vault: Vault, account: Account, given: AccountInput | AccountChange) -> bool:
    """Seal what was given into the row; whether anything was."""
    changed = False
    for name, purpose in _PURPOSE.items():
        value = getattr(given, name)
        if value is not None:
            setattr(account, f"{name}_sealed", vault.seal(value.get_secret_value().encode(), purpose))
            changed = True
    return changed


def open_secret(vault: Vault, account: Account, name: str) -> str | None:
    """One secret in clear; SealBroken when it was sealed with another key."""
    sealed: bytes | None = getattr(account, f"{name}_sealed")
    return None if sealed is None else vault.open(sealed, _PURPOSE[name]).decode()


def drop_secrets(account: Account) -> None:
    """Forget all secrets of a row."""
    for name in _PURPOSE:
        setattr(account, f"{name}_sealed", None)
