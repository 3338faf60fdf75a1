"""The face of the customer-service feature."""

from datetime import datetime

from weloop.accounts.api import list_accounts
from weloop.contracts.accounts import AccountConnected, AccountKind
from weloop.features.kf import repository
from weloop.features.kf.commands import list_accounts_of
from weloop.features.kf.windows import read_windows
from weloop.kit.unit import UnitOfWork, Units

__all__ = ["KfShelf", "look_at_new_account", "read_windows", "refresh_kf_accounts"]


class KfShelf:
    """``KfMemory`` for the connector: each question is a short transaction of its own."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def cursor(self, open_kfid: str) -> str:
        """See ``contracts.kf.KfMemory``."""
        async with self._units.begin() as unit:
            return await repository.find_cursor(unit.connection, open_kfid)


async def refresh_kf_accounts(units: Units, now: datetime) -> None:
    """List the customer-service accounts of every WeCom account and read them on. Run daily, in machine time.

    The platform keeps messages for three days: callbacks that were lost cost time, no message.
    """
    async with units.begin() as unit:
        for ref in await list_accounts(unit):
            if ref.kind is AccountKind.WECOM and ref.state == "ready":
                list_accounts_of(unit, ref.id)


async def look_at_new_account(unit: UnitOfWork, connected: AccountConnected) -> None:
    """An account works from now on: find its customer-service accounts."""
    if connected.kind is AccountKind.WECOM:
        list_accounts_of(unit, connected.account_id)
