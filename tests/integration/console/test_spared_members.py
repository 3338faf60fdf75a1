"""From 90 % of the customers a member may hold, codes lead to others; with room again they lead back."""

import pytest

from weloop.contracts.events import EventKind
from weloop.features.sources.api import spare_full_members
from weloop.features.sources.rules import spare
from weloop.kit.db import run

from .test_sources import Desk, desk

__all__ = ["desk"]


async def holds(desk: Desk, userid: str, friends: int) -> None:
    """Let a member have so many of 100 customers, and the nightly job look at it, twice."""
    async with desk.console.engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO staff_duty (account_id, userid, friend_limit, friends, counted_at)
            VALUES ($1, $2, 100, $3, now()) ON CONFLICT (account_id, userid) DO UPDATE SET friends = excluded.friends
            """,
            desk.account_id,
            userid,
            friends,
        )
    for _ in range(2):
        async with desk.console.units.begin() as unit:
            await spare_full_members(unit)


async def users_sent(desk: Desk) -> list[list[str]]:
    """Members of each contact-way command."""
    return [body["users"] for *_, body in await desk.commands() if "users" in body]


async def test_a_full_member_leaves_the_codes_and_returns(desk: Desk) -> None:
    source = await desk.add()
    await desk.answer()
    await holds(desk, "lina", 89)
    assert await users_sent(desk) == [["lina", "zhao"]]
    await holds(desk, "lina", 90)
    told = await desk.get(source["id"])
    assert (told["users"], told["spared"], told["status"], told["version"]) == (
        ["lina", "zhao"],
        ["lina"],
        "creating",
        2,
    )
    await desk.answer()
    assert (await desk.get(source["id"]))["status"] == "ready"
    await holds(desk, "lina", 80)
    await desk.answer()
    assert await users_sent(desk) == [["lina", "zhao"], ["zhao"], ["lina", "zhao"]]
    assert (await desk.get(source["id"]))["spared"] == []


async def test_a_code_never_leads_to_nobody(desk: Desk) -> None:
    await desk.add(users=["lina"])
    await desk.answer()
    await holds(desk, "lina", 100)
    assert await users_sent(desk) == [["lina"]]
    assert spare(["lina", "zhao"], {"lina", "zhao"}) == []


async def test_who_is_full_is_left_out_from_the_start(desk: Desk) -> None:
    await holds(desk, "lina", 95)
    source = await desk.add()
    assert source["spared"] == ["lina"]
    await desk.answer()
    await desk.browser.patch(f"/api/sources/{source['id']}", {"users": ["lina", "zhao", "u1"]})
    await desk.answer()
    assert await users_sent(desk) == [["zhao"], ["zhao", "u1"]]


@pytest.mark.parametrize("on_its_way", [True, False])
async def test_what_is_on_its_way_or_failed_is_not_overtaken(desk: Desk, on_its_way: bool) -> None:
    source = await desk.add()
    if not on_its_way:
        await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=40058, reason="no")
    await holds(desk, "lina", 95)
    told = await desk.get(source["id"])
    assert (told["spared"], told["status"]) == (["lina"], "creating" if on_its_way else "failed")
    assert len(await desk.commands()) == 1
    if on_its_way:
        await desk.answer()
        assert await users_sent(desk) == [["lina", "zhao"], ["zhao"]], "the newer state follows"


async def test_a_deleted_code_is_left_alone(desk: Desk) -> None:
    source = await desk.add()
    await desk.answer()
    await desk.browser.ask("DELETE", f"/api/sources/{source['id']}")
    before = len(await desk.commands())
    await holds(desk, "lina", 95)
    assert len(await desk.commands()) == before
