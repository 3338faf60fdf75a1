"""Followers leave while a broadcast goes out: the rest waits, says why, and goes on once somebody answers for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.scenario.test_broadcasts import ask, draft, heard, listen, set_clock, start, until

from weloop.accounts.api import Trouble, What, note_troubles
from weloop.entrypoints import worker
from weloop.entrypoints.database import open_unit
from weloop.kit.clock import beijing_date, midnight
from wxsim.world.following import unfollow

TEXT = "慢慢来"


def soon() -> datetime:
    """The next ten o'clock, in the morning or just before the evening's quiet: who leaves now does so less than a day
    before, and no quiet hours hold messages."""
    today = midnight(beijing_date(now := datetime.now(UTC)))
    return next(at for hours in (10, 20, 34) if (at := today + timedelta(hours=hours)) > now)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker looks more often at who leaves."""
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.3)


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker does not look: it would find that nobody left, however long a slow machine takes."""
    monkeypatch.setattr(worker, "LOOK_SECONDS", 86_400.0)


@pytest.mark.usefixtures("brisk")
async def test_people_leave_and_the_rest_of_a_broadcast_waits(product: Any) -> None:
    people = await listen(product, 40)
    await set_clock(product, soon())
    world = product.simulator.world
    [follows] = world.accounts.values()
    account_id = product.accounts["official_account"]["id"]
    path = await start(product, draft(product, "service", per_minute=60, content={"text": TEXT}))

    async def ten() -> Any:
        return [person for person in people if TEXT in heard(product, person)][9:] and people

    await product.until(ten)
    for person in [person for person in people if TEXT in heard(product, person)][:10]:
        unfollow(world, follows, person)

    async def waiting() -> Any:
        # All of them: what was judged before may still be on its way, and be counted later.
        items = (await product.call("GET", f"{path}/recipients?state=queued"))["items"]
        return items and all(each["reasons"] == ["account_braked"] and each["waits_until"] for each in items)

    await product.until(waiting)
    before = (await product.call("GET", path))["counts"]["sent"]
    assert 10 <= before < 40, "the rest waits"
    [account] = [each for each in await product.call("GET", "/api/accounts") if each["id"] == account_id]
    assert [(each["what"], each["lately"], each["usual"]) for each in account["troubles"]] == [("leaving", 10, 0.0)]
    todos = (await product.call("GET", "/api/overview"))["todos"]
    assert [each["names"] for each in todos if each["key"] == "accounts"] == [[account["name"]]]
    held = (await product.call("GET", "/api/held-messages?state=waiting"))["items"]
    assert "account_braked" in {gate for each in held for gate in each["gates"]}

    lift = f"/api/doctor/accounts/{account_id}/brakes/leaving/lift"
    assert (await ask(product, "POST", lift, {"reason": " "}))[0] == 422
    assert (await product.call("GET", path))["counts"]["sent"] == before
    await product.call("POST", lift, {"reason": "抽奖结束，退订的是来抽奖的人"})
    assert (await ask(product, "POST", lift, {"reason": "再点一次"}))[0] == 404
    assert (await until(product, path, "done"))["counts"] == {"sent": 40}
    assert [heard(product, person).count(TEXT) for person in people] == [1] * 40
    [account] = [each for each in await product.call("GET", "/api/accounts") if each["id"] == account_id]
    assert [each["off_until"] is not None for each in account["troubles"]] == [True], "people still leave"
    assert [each for each in (await product.call("GET", "/api/overview"))["todos"] if each["key"] == "accounts"] == []
    act = (await product.call("GET", "/api/audit"))["items"][0]
    assert (act["act"], act["object_name"], act["detail"]["what"]) == ("brake_lifted", account["name"], "leaving")


@pytest.mark.usefixtures("calm")
async def test_a_list_of_an_account_waits_as_a_whole(product: Any) -> None:
    people = await listen(product, 3)
    at = soon()
    await set_clock(product, at)
    account_id = product.accounts["official_account"]["id"]
    async with open_unit(product.database) as unit:
        await note_troubles(unit, [Trouble(account_id, What.LEAVING, lately=10)])
    path = await start(product, draft(product, "account_mass", content={"text": TEXT}))

    async def waits() -> Any:
        [row] = await product.fetch("SELECT next_at > $1 AS far FROM broadcast", at + timedelta(minutes=6))
        return row["far"] and (await product.call("GET", path))["counts"] == {"waiting": 3}

    await product.until(waits)
    assert [TEXT in heard(product, person) for person in people] == [False] * 3
    await product.call("POST", f"/api/doctor/accounts/{account_id}/brakes/leaving/lift", {"reason": "已核实"})
    await set_clock(product, at + timedelta(minutes=11))
    assert (await until(product, path, "done"))["counts"] == {"sent": 3}
    assert [heard(product, person).count(TEXT) for person in people] == [1] * 3
