"""Proofs of a first contact: a servicer of WeChat customer service wrote to the person."""

from datetime import datetime

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.leads.arrivals import enter_lead

from .conftest import Company, beijing, person


async def answer(company: Company, at: datetime, staff: str = "lina", number: int = 1, name: str = "KM1") -> None:
    """A servicer wrote at a moment; it is read now."""
    event = NewEvent(
        account_id=1,
        kind=EventKind.KF_MESSAGE_ANSWERED,
        dedupe=f"kf:wk1:{name}",
        occurred_at=at,
        subject=person(number),
        data={"open_kfid": "wk1", "type": "text", "message_id": name, "staff": staff},
        personal={"text": "您好"},
    )
    async with company.units.begin() as unit:
        unit.append(event)
    await company.settle()


async def test_the_members_own_answer_is_the_first_contact(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 4))
    await answer(company, beijing(25, 10, 3))
    lead = await company.lead()
    assert (lead.contacted_at, lead.evidence, lead.contacted_by) == (beijing(25, 10, 3), "kf", "lina")
    assert (lead.contact_seconds, lead.due_at) == (180, None)
    assert lead.accepted_at == beijing(25, 10, 3), "they had accepted when they wrote"
    [told] = await company.told(EventKind.LEAD_CONTACTED)
    assert (told["evidence"], told["seconds"], told["staff"], "by" in told) == ("kf", 180.0, "lina", False)
    [row] = await company.query("SELECT occurred_at FROM event WHERE kind = 'LeadContacted'")
    assert row.occurred_at == beijing(25, 10, 3)


async def test_anothers_answer_proves_contact_and_accepts_nothing(company: Company) -> None:
    await company.add(1)
    await answer(company, beijing(25, 10, 0, 30), staff="wangqiang")
    lead = await company.lead()
    assert (lead.staff, lead.evidence, lead.contacted_by) == ("lina", "kf", "wangqiang")
    assert lead.accepted_at is None
    assert (lead.due_what, lead.due_at) == ("accept", beijing(25, 10, 30))
    [told] = await company.told(EventKind.LEAD_CONTACTED)
    assert (told["staff"], told["by"]) == ("lina", "wangqiang")
    await company.at(beijing(25, 11))
    assert (await company.lead()).expired == "accept"


async def test_a_customers_own_message_proves_nothing(company: Company) -> None:
    await company.add(1)
    await company.happen(EventKind.KF_MESSAGE_RECEIVED, person(1), {"open_kfid": "wk1", "type": "text"})
    lead = await company.lead()
    assert (lead.contacted_at, lead.evidence) == (None, None)
    assert lead.engagement == 15


async def test_only_what_came_after_the_lead_was_put_to_its_member_counts(company: Company) -> None:
    await company.at(beijing(25, 20))
    await company.add(1)
    await answer(company, beijing(25, 20, 1))
    assert (await company.lead()).contacted_at is None
    await company.at(beijing(26, 9, 5))
    await answer(company, beijing(26, 8, 59), name="KM2")
    assert (await company.lead()).contacted_at is None
    await answer(company, beijing(26, 9, 4), name="KM3")
    assert (await company.lead()).contacted_at == beijing(26, 9, 4)


async def test_doubles_and_a_wrong_order_change_nothing(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 6))
    async with company.units.begin() as unit:
        for name, minute in (("KM2", 5), ("KM1", 2), ("KM2", 5)):
            unit.append(
                NewEvent(
                    account_id=1,
                    kind=EventKind.KF_MESSAGE_ANSWERED,
                    dedupe=f"kf:wk1:{name}",
                    occurred_at=beijing(25, 10, minute),
                    subject=person(1),
                    data={"staff": "lina"},
                )
            )
    await company.settle()
    await answer(company, beijing(25, 10, 5), name="KM2")
    lead = await company.lead()
    assert lead.contacted_at == beijing(25, 10, 2)
    assert len(await company.told(EventKind.LEAD_CONTACTED)) == 1


async def test_a_lead_in_the_pool_or_of_nobody_is_not_contacted(company: Company) -> None:
    await answer(company, beijing(25, 10), number=9)
    await company.write("INSERT INTO staff_duty (account_id, userid, weight) VALUES (1, 'lina', 0)")
    await company.write("INSERT INTO staff_duty (account_id, userid, weight) VALUES (1, 'wangqiang', 0)")
    async with company.units.begin() as unit:
        await enter_lead(unit, 1, IdentityRef(IdentityKind.PHONE, "", "13800000001"), Profile(name="赵"), "k")
    await company.settle()
    [lead] = await company.query("SELECT * FROM lead")
    assert (lead.staff, lead.contacted_at) == (None, None)
    await company.happen(
        EventKind.KF_MESSAGE_ANSWERED, person(3), {"staff": "lina"}, IdentityRef(IdentityKind.UNIONID, "", "oU3")
    )
    [lead] = await company.query("SELECT * FROM lead")
    assert lead.contacted_at is None
