"""A world that runs faster than real: the product's clock follows the simulator's, and welcomes still come in time."""

import asyncio
from typing import Any

import pytest

from weloop.entrypoints.database import open_unit
from weloop.entrypoints.demo_clock import follow
from weloop.entrypoints.http_client import JsonClient
from weloop.journeys import sending
from weloop.kit.clock import set_world_clock
from wxsim.world.scanning import scan

SPEED = 60


async def test_welcomes_come_in_time_in_a_fast_world(product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twenty seconds of a welcome are as long for the machine as in a world of real speed."""
    life = SPEED * sending.WELCOME_LIFE
    monkeypatch.setattr(sending, "WELCOME_LIFE", life)
    world = product.simulator.world
    world.limits.welcome_code_seconds = int(life.total_seconds())
    staff = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    body = {"name": "展会", "account_id": product.accounts["wecom"]["id"], "users": staff, "skip_verify": True}
    made = await product.call("POST", "/api/sources", {**body, "welcome": {"text": "您好", "attachments": []}})
    await product.quiet()
    code = (await product.call("GET", f"/api/sources/{made['id']}"))["qr_code"]
    world.clock.change(speed=SPEED)
    async with open_unit(product.database) as unit:
        await set_world_clock(unit.connection, world.clock.now(), SPEED)
    stop = asyncio.Event()
    following = asyncio.create_task(follow(product.database, JsonClient(product.simulator.url), stop))
    people = [world.create_person(f"客户 {number}") for number in range(6)]
    for person in people:
        scan(world, person, code)
        await product.quiet()
    stop.set()
    await following
    for person in people:
        messages = [message for chat in world.phone(person).chats.values() for message in chat.messages]
        assert [message.body.get("text") for message in messages].count("您好") == 1
