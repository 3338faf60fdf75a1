"""All SQL of the accounts module but the tokens'."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from weloop.accounts.models import AccessToken, Account


async def list_accounts(session: AsyncSession) -> Sequence[Account]:
    """All accounts that are not removed, oldest first."""
    query = select(Account).where(Account.removed_at.is_(None)).order_by(Account.id)
    return (await session.scalars(query)).all()


async def list_names(session: AsyncSession) -> dict[int, str]:
    """Names by id, of removed accounts too: the log speaks of them."""
    rows = await session.execute(select(Account.id, Account.name))
    return {row[0]: row[1] for row in rows}


async def get_account(session: AsyncSession, account_id: int, *, lock: bool = False) -> Account | None:
    """One account that is not removed."""
    query = select(Account).where(Account.id == account_id, Account.removed_at.is_(None))
    return await session.scalar(query.with_for_update() if lock else query)


async def find_twin(session: AsyncSession, account: Account) -> int | None:
    """The id of another account with the same app."""
    query = select(Account.id).where(
        Account.kind == account.kind,
        Account.app_id == account.app_id,
        Account.agent_id == account.agent_id,
        Account.removed_at.is_(None),
        Account.id.is_distinct_from(account.id),
    )
    return await session.scalar(query)


async def forget_token(session: AsyncSession, account_id: int) -> None:
    """Drop access token and tickets: they belong to credentials that are no more."""
    await session.execute(delete(AccessToken).where(AccessToken.account_id == account_id))
