"""Routes of 联系频率与合规: what is used of the platforms' quotas, and what became of messages by day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter

from weloop.access.api import SignedIn
from weloop.accounts.api import AccountRef, list_accounts
from weloop.consent.api import load_contact_rules
from weloop.contracts.contact_rules import ContactRules, period_of
from weloop.kit.clock import beijing_date
from weloop.kit.http import RequestUnit, Schema
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.contact_schemas import MessageClassName, SourceText
from weloop.outbox.meters import person_quota
from weloop.outbox.quotas import Quota, load_quotas

DAYS = 30
router = APIRouter(tags=["contact rules"])


class MessageQuotaUsed(Schema):
    """What an account, or the member of it who got most, has used in the period that runs."""

    account_id: int
    account_name: str
    used: int


class MessageQuota(Schema):
    """A quota of a platform. ``period``: minute, hour, day, week, month, 48h. ``used``: of each account whose quota it
    is; empty for what is counted for each person."""

    name: str
    per: Literal["account", "member", "person", "window", "viewer"]
    period: Literal["minute", "hour", "day", "week", "month", "48h"]
    most: int
    title: SourceText
    source: SourceText
    date: str
    used: list[MessageQuotaUsed]


class MessageDay(Schema):
    """How many messages of a class were sent, put off or refused on a Beijing day; ``gate``: why. What waits is put off
    each time it is looked at."""

    day: date
    message_class: MessageClassName
    outcome: Literal["sent", "deferred", "refused", "failed", "uncertain"]
    gate: str
    count: int


@router.get("/message-quotas")
async def list_message_quotas(_: SignedIn, unit: RequestUnit) -> list[MessageQuota]:
    """Every quota with what is used of it now."""
    rules = await load_contact_rules(unit)
    accounts = [each for each in await list_accounts(unit) if each.state != "disabled"]
    used = await _load_used(unit)
    return [_info(unit, quota, rules, accounts, used) for quota in load_quotas().values()]


@router.get("/message-days")
async def list_message_days(_: SignedIn, unit: RequestUnit) -> list[MessageDay]:
    """What became of messages in the last 30 days, the newest day first."""
    first = beijing_date(unit.now) - timedelta(days=DAYS - 1)
    rows = await repository.list_days(unit.connection, first)
    names = tuple(MessageDay.model_fields)
    return [MessageDay.model_validate(dict(zip(names, row, strict=True))) for row in rows]


async def _load_used(unit: UnitOfWork) -> dict[tuple[str, int], int]:
    """What is most of all owners, by quota and account."""
    begins = {quota.name: period_of(quota.period, unit.now)[0] for quota in load_quotas().values() if _counted(quota)}
    found: defaultdict[tuple[str, int], int] = defaultdict(int)
    for row in await repository.list_uses(unit.connection, begins):
        found[row.quota, row.account_id] = row.used
    return found


def _counted(quota: Quota) -> bool:
    return quota.per in ("account", "member")


def _info(
    unit: UnitOfWork,
    quota: Quota,
    rules: ContactRules,
    accounts: Sequence[AccountRef],
    used: dict[tuple[str, int], int],
) -> MessageQuota:
    period, most = person_quota(quota, rules, unit.now)
    whose = [each for each in accounts if each.kind == quota.kind and quota.of in ("", each.service_type)]
    return MessageQuota.model_validate(
        {
            **{name: getattr(quota, name) for name in ("name", "per", "title", "source", "date")},
            "period": period,
            "most": most,
            "used": [
                {"account_id": each.id, "account_name": each.name, "used": used[quota.name, each.id]}
                for each in (whose if _counted(quota) else ())
            ],
        }
    )
