"""Archived messages as proof: what waits while the platform is asked is not lost."""

from datetime import datetime
from typing import Any

import pytest

from weloop.contracts.events import EventKind, NewEvent
from weloop.kit.clock import machine_now

from .conftest import Company, beijing, person


@pytest.fixture
async def company(company: Company) -> Company:
    """With the account of the corp, whose app is asked."""
    await company.write(
        "INSERT INTO account (id, kind, name, app_id, api_base, callback_key, created_at, updated_at)"
        " OVERRIDING SYSTEM VALUE VALUES (1, 'wecom', '山屿云', 'ww1', 'http://127.0.0.1:1', 'key', $1, $1)",
        machine_now(),
    )
    return company


async def tell(company: Company, *minutes: int, staff: str = "lina") -> None:
    """Messages of these minutes after ten are told of together."""
    async with company.units.begin() as unit:
        for minute in minutes:
            unit.append(
                NewEvent(
                    account_id=9,
                    kind=EventKind.STAFF_MESSAGE_ARCHIVED,
                    dedupe=f"archived:ww1:{staff}{minute}",
                    occurred_at=beijing(25, 10, minute),
                    subject=person(1),
                    data={"corp_id": "ww1", "staff": staff, "message_id": f"m{minute}"},
                )
            )
    await company.settle()


async def asked(company: Company) -> list[dict[str, Any]]:
    """What WeCom is to be asked."""
    rows = await company.query("SELECT body FROM command WHERE name = 'CheckArchiveConsent' ORDER BY id")
    return [row.body for row in rows]


async def agreed(company: Company, body: dict[str, Any], at: datetime) -> None:
    """WeCom says that they agreed at a moment."""
    said = {"errcode": 0, "status": "Agree", "changed_at": int(at.timestamp())}
    result = {**{name: value for name, value in body.items() if name != "external_userid"}, **said}
    data = {"command": "CheckArchiveConsent", "key": "k", "ref": "", "result": result}
    async with company.units.begin() as unit:
        unit.append(NewEvent(1, EventKind.COMMAND_SENT, f"command:k:{at}", unit.now, data=data))
    await company.settle()


async def test_a_message_from_after_the_consent_counts_though_an_earlier_one_was_asked_about(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 20))
    await tell(company, 1, 3, 6, 9)
    [body] = await asked(company)
    assert body["message_id"] == "m1", "one question, however many messages wait"
    await agreed(company, body, beijing(25, 10, 5))
    lead = await company.lead()
    assert (lead.evidence, lead.contacted_by, lead.contacted_at) == ("archive", "lina", beijing(25, 10, 6))
    [refused] = await company.query("SELECT message_id, reason FROM lead_refused_proof")
    assert (refused.message_id, refused.reason) == ("m1", "later")
    await agreed(company, body, beijing(25, 9))
    assert (await company.lead()).contacted_at == beijing(25, 10, 6), "the first that is told stays"
    assert len(await company.told(EventKind.LEAD_CONTACTED)) == 1


async def test_anothers_message_does_not_count_by_this_ones_consent(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 20))
    await tell(company, 1)
    await tell(company, 7, staff="wangqiang")
    mine, others = await asked(company)
    await agreed(company, mine, beijing(25, 10, 5))
    assert (await company.lead()).contacted_at is None
    await agreed(company, others, beijing(25, 10, 6))
    lead = await company.lead()
    assert (lead.contacted_by, lead.contacted_at) == ("wangqiang", beijing(25, 10, 7))
