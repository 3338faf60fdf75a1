"""Making and changing campaigns, and noting what they cost."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import list_accounts
from weloop.campaigns import repository
from weloop.campaigns.models import CampaignRow, CostRow
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import InvalidInput, NotFound
from weloop.kit.unit import UnitOfWork

TOPIC = "campaigns"


async def create_campaign(unit: UnitOfWork, user: CurrentUser, values: Mapping[str, Any]) -> CampaignRow:
    """Make one; ``values`` are columns by name."""
    _check_days(values.get("starts_on"), values.get("ends_on"))
    await _check_place(unit, values.get("video_channel_id"))
    row = CampaignRow(**values, archived=False, created_by=user.id, created_at=unit.now, updated_at=unit.now)
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "campaign_created", row)
    return row


async def change_campaign(
    unit: UnitOfWork, user: CurrentUser, campaign_id: int, values: Mapping[str, Any]
) -> CampaignRow:
    """Change the columns given in ``values``."""
    row = await load_campaign(unit, campaign_id, lock=True)
    # One that was removed since may stay.
    if values.get("video_channel_id") != row.video_channel_id:
        await _check_place(unit, values.get("video_channel_id"))
    for name, value in values.items():
        setattr(row, name, value)
    _check_days(row.starts_on, row.ends_on)
    row.updated_at = unit.now
    _note(unit, user, "campaign_changed", row, fields=sorted(values))
    return row


async def add_cost(
    unit: UnitOfWork, user: CurrentUser, campaign_id: int, name: str, amount: Decimal, spent_on: date
) -> CostRow:
    """Note what was spent on a campaign."""
    campaign = await load_campaign(unit, campaign_id, lock=True)
    row = CostRow(
        campaign_id=campaign_id,
        name=name,
        amount=amount,
        spent_on=spent_on,
        created_by=user.id,
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "cost_added", campaign, cost=name, amount=float(amount))
    return row


async def remove_cost(unit: UnitOfWork, user: CurrentUser, campaign_id: int, cost_id: int) -> None:
    """Take back what was noted by mistake; the audit log keeps it."""
    campaign = await load_campaign(unit, campaign_id, lock=True)
    row = await repository.get_cost(unit.session, campaign_id, cost_id)
    if row is None:
        raise NotFound
    await unit.session.delete(row)
    _note(unit, user, "cost_removed", campaign, cost=row.name, amount=float(row.amount))


async def load_campaign(unit: UnitOfWork, campaign_id: int, *, lock: bool = False) -> CampaignRow:
    """One campaign, archived or not; NotFound."""
    row = await repository.get_campaign(unit.session, campaign_id, lock=lock)
    if row is None:
        raise NotFound("there is no such campaign", code="campaign_not_found")
    return row


async def _check_place(unit: UnitOfWork, account_id: int | None) -> None:
    if account_id is None:
        return
    if all(each.id != account_id or each.kind is not AccountKind.VIDEO_CHANNEL for each in await list_accounts(unit)):
        raise InvalidInput("there is no such Channels account", code="video_channel_unknown")


def _check_days(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise InvalidInput("a campaign ends on its first day or later", code="campaign_days")


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: CampaignRow, **detail: Any) -> None:
    record_act(unit, user.id, act, f"campaign:{row.id}", {"name": row.name, **detail})
    unit.publish(TOPIC)
