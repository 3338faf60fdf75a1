"""Lists of 群发: articles, which go out once, what the check says of them, and how they fail."""

from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.commands import Done
from weloop.contracts.errors import Conflict
from weloop.features.broadcasts import runner, service, views
from weloop.features.broadcasts.rules import load_limits
from weloop.outbox.api import Window

from .conftest import OFFICIAL, Company
from .test_brakes import LIVE, brake, lift, sign_up
from .test_many import deliver, listed, make, pass_time

ARTICLE = {"article_id": 7}


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """By article the draft at the platform, while it is there."""
    known = {7: "media-7"}

    async def get_draft_id(_unit: object, article_id: int) -> str:
        if article_id not in known:
            raise Conflict("there is no draft", code="broadcast_no_draft")
        return known[article_id]

    monkeypatch.setattr(runner, "get_draft_id", get_draft_id)
    return known


async def test_an_article_reaches_one_job_and_the_rest_of_its_list_is_told(
    company: Company, drafts: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(load_limits()["account_mass"], "recipients", 2)  # type: ignore[arg-type]
    broadcast = await company.broadcast(
        "account_mass", *[await company.follower(name) for name in "甲乙丙丁戊"], content=ARTICLE
    )
    seen = await look(company, broadcast)
    assert (seen.would_send, seen.reasons) == (2, {"one_job": 3})
    await company.freeze(broadcast)
    await company.broadcasts.work()
    assert len(listed(await deliver(company, Done({"msg_id": "m-1"})))) == 1
    drafts.clear()  # the platform removes it, and the feed notes that
    for _ in range(3):
        await pass_time(company, seconds=6)
    assert listed(await deliver(company, Done({"msg_id": "m-2"}))) == []
    assert sorted((await company.recipients(broadcast)).values()) == [("sent", "")] * 2 + [("skipped", "one_job")] * 3
    assert await company.state(broadcast) == "sending", "until the platform tells how it ended"


async def test_an_article_waits_for_all_who_wait_for_their_account(company: Company, drafts: dict[int, str]) -> None:
    """Two signed up, whom the brake does not hold: the others would never get it after a job for those two."""
    people = [await company.follower(name) for name in "甲乙丙丁"]
    await sign_up(company, *people[:2])
    await brake(company, OFFICIAL)
    broadcast = await company.broadcast("account_mass", *people, content=ARTICLE, campaign_id=LIVE)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    assert listed(await deliver(company, Done({"msg_id": "m-1"}))) == []
    assert set((await company.recipients(broadcast)).values()) == {("waiting", "")}
    await lift(company, OFFICIAL)
    await pass_time(company, minutes=11)
    assert [len(names) for names in listed(await deliver(company, Done({"msg_id": "m-1"})))] == [4]


async def test_a_list_whose_draft_is_gone_fails_and_nobody_counts_as_written_to(
    company: Company, drafts: dict[int, str]
) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    broadcast = await company.broadcast("account_mass", *people, content=ARTICLE)
    await company.freeze(broadcast)
    drafts.clear()
    await company.broadcasts.work()
    [row] = await company.ask("SELECT state, failure FROM broadcast")
    assert (row.state, row.failure["code"]) == ("failed", "broadcast_no_draft")
    rows = await company.ask("SELECT state, message_class FROM broadcast_recipient")
    assert [tuple(row) for row in rows] == [("waiting", None)] * 3
    assert await company.ask("SELECT 1 FROM broadcast_job UNION ALL SELECT 1 FROM command WHERE lane = 2") == []


async def test_what_fails_leaves_no_job_in_the_outbox(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its second job cannot be made while the first has not left."""
    monkeypatch.setitem(load_limits()["account_mass"], "recipients", 2)  # type: ignore[arg-type]
    broadcast, _ = await make(company, "account_mass", "甲乙丙丁")

    async def broken(*_given: Any) -> Any:
        raise Conflict("no", code="broadcast_no_draft")

    monkeypatch.setattr(runner, "mass_content", broken)
    await pass_time(company, seconds=6)
    assert await company.state(broadcast) == "failed"
    assert set((await company.recipients(broadcast)).values()) == {("waiting", "")}
    assert listed(await deliver(company, Done({"msg_id": "m-1"}))) == []


async def test_what_was_stopped_when_it_failed_stays_stopped(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody stops it between the worker's failing and its giving up."""
    broadcast = await company.broadcast("account_mass", *[await company.follower(name) for name in "甲乙"])
    await company.freeze(broadcast)
    give_up = company.broadcasts._give_up

    async def stopped_first(*given: Any) -> None:
        await company.ask("UPDATE broadcast SET stopped_from = state, state = 'stopping' RETURNING 1")
        await give_up(*given)

    async def broken(*_given: Any) -> Any:
        raise Conflict("no", code="broadcast_no_draft")

    monkeypatch.setattr(company.broadcasts, "_give_up", stopped_first)
    monkeypatch.setattr(runner, "mass_content", broken)
    await company.broadcasts.work()
    for _ in range(2):
        await pass_time(company, seconds=6)
    assert await company.state(broadcast) == "stopped"


async def no_windows(*_given: Any) -> dict[int, Window]:
    return {}


async def look(company: Company, broadcast: int) -> Any:
    async with company.units.begin() as unit:
        return await views.check(unit, await service.load(unit, broadcast), no_windows)


async def test_the_check_of_a_list_at_night_counts_who_gets_it_in_the_morning(company: Company) -> None:
    broadcast = await company.broadcast("account_mass", *[await company.follower(name) for name in "甲乙丙"])
    assert (await look(company, broadcast)).later == {}
    company.stage.clock.at += timedelta(hours=13)  # ten in the evening
    seen = await look(company, broadcast)
    assert (seen.would_send, seen.later, seen.reasons) == (3, {"quiet_hours": 3}, {})
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await pass_time(company, hours=11)
    assert [len(names) for names in listed(await deliver(company, Done({"msg_id": "m-1"})))] == [3]


async def test_the_check_of_a_list_counts_nobody_whom_it_does_not_wait_for(company: Company) -> None:
    """They had something in the morning; that it is night as well changes nothing."""
    await make(company, "account_mass", "甲乙")
    await deliver(company, Done({"msg_id": "m-1"}))
    people = await company.ask("SELECT person_id FROM broadcast_recipient")
    persons = {"kind": "list", "persons": [str(row.person_id) for row in people]}
    broadcast = await company.broadcast("account_mass", audience=persons)
    company.stage.clock.at += timedelta(hours=13)
    seen = await look(company, broadcast)
    assert (seen.would_send, seen.later, seen.reasons) == (0, {}, {"frequency": 2})
