"""Copying the list of members from the platform."""

import asyncio
from collections.abc import Mapping

from weloop.access.api import record_act
from weloop.accounts.api import find_account
from weloop.contracts.accounts import AccountKind, StaffFetcher
from weloop.contracts.errors import InvalidInput, Retryable
from weloop.kit.unit import Units
from weloop.staff import repository

TOPIC = "staff"
SYNC_SECONDS = 60.0


async def sync_staff(
    units: Units, fetchers: Mapping[AccountKind, StaffFetcher], account_id: int, user_id: int | None
) -> int:
    """Fetch an account's members and store them; how many. No transaction is open while the platform is asked."""
    async with units.begin() as unit:
        account = await find_account(unit, account_id)
    fetcher = fetchers.get(account.kind)
    if fetcher is None:
        raise InvalidInput("this kind of account has no staff", code="no_staff")
    try:
        async with asyncio.timeout(SYNC_SECONDS):
            records = await fetcher(account_id)
    except TimeoutError as error:
        raise Retryable("no answer in time") from error
    async with units.begin() as unit:
        await repository.replace_staff(unit.connection, account_id, records, unit.now)
        record_act(unit, user_id, "staff_synced", f"account:{account_id}", {"count": len(records)})
        unit.publish(TOPIC)
    return len(records)
