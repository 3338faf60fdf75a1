"""What a send from the sidebar is to a lead: whose it is and when decide."""

import pytest

from weloop.contracts.events import EventKind
from weloop.entrypoints.http.h5.desk import Owner
from weloop.entrypoints.http.h5.sidebar_desk import find_customer, note_sent
from weloop.entrypoints.http.h5.sidebar_schemas import Report
from weloop.kit.clock import machine_now
from weloop.kit.db import run

from .conftest import Company, beijing, person


@pytest.fixture
async def company(company: Company) -> Company:
    """With the account of the corp."""
    async with company.units.begin() as unit:
        await run(
            unit.connection,
            """
            INSERT INTO account (id, kind, name, app_id, api_base, callback_key, created_at, updated_at)
            OVERRIDING SYSTEM VALUE VALUES (1, 'wecom', '山屿云', 'ww1', 'http://127.0.0.1:1', 'key', $1, $1)
            """,
            machine_now(),
        )
    return company


async def send(company: Company, userid: str, press: str = "press-0001") -> None:
    """A member's page reports a send to the customer."""
    owner = Owner(1, userid)
    async with company.units.begin() as unit:
        customer = await find_customer(unit, owner, person(1).value)
        await note_sent(unit, owner, customer, Report(client_id=press, type="text", text="您好"))
    await company.settle()


async def test_the_owners_send_is_contact_and_acceptance(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 4))
    await send(company, "lina")
    await send(company, "lina")
    lead = await company.lead()
    assert (lead.evidence, lead.contacted_by, lead.contact_seconds) == ("sidebar", "lina", 240)
    assert lead.accepted_at is not None
    assert [told["evidence"] for told in await company.told(EventKind.LEAD_CONTACTED)] == ["sidebar"]
    assert len(await company.told(EventKind.SIDEBAR_SENT)) == 1


async def test_a_colleagues_send_is_contact_alone(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 1))
    await company.add(1, staff="wangqiang")
    await company.at(beijing(25, 10, 2))
    await send(company, "wangqiang")
    lead = await company.lead()
    assert (lead.staff, lead.evidence, lead.contacted_by) == ("lina", "sidebar", "wangqiang")
    assert lead.accepted_at is None
    assert (lead.due_what, lead.due_at) == ("accept", beijing(25, 10, 30))


async def test_off_shift_the_owners_send_counts_and_a_colleagues_does_not(company: Company) -> None:
    await company.at(beijing(25, 20))
    await company.add(1)
    await company.at(beijing(25, 20, 1))
    await company.add(1, staff="wangqiang")
    await send(company, "wangqiang")
    assert (await company.lead()).contacted_at is None
    await send(company, "lina", "press-0002")
    lead = await company.lead()
    assert (lead.evidence, lead.contacted_at) == ("sidebar", beijing(25, 20, 1))


async def test_a_closed_lead_stays_closed(company: Company) -> None:
    await company.add(1)
    await company.write("UPDATE lead SET closed_at = $1, stage = 'lost', reason = 'no_need'", beijing(25, 10))
    await send(company, "lina")
    assert (await company.lead()).contacted_at is None
    [told] = await company.told(EventKind.SIDEBAR_SENT)
    assert told == {"staff": "lina", "type": "text"}
