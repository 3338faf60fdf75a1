"""A template's small world, played through the product: its report and the world's truth agree on every hop and source.

Callbacks come doubled and out of order, and at the end the whole log is handled anew. Who goes how far depends on the
seed alone: no case differs from one day to the next.
A case costs 10 to 20 seconds on two cores: commerce the least, whose people nobody in WeChat calls back about; b2b the
most, where every judgement of the staff has a minute of its own.
"""

import asyncio
import math
import time
from pathlib import Path
from typing import Any

import pytest

from weloop.entrypoints.database import open_unit
from weloop.entrypoints.demo_history import tell
from weloop.entrypoints.demo_users import have_users
from weloop.entrypoints.settings import Settings
from wxsim.faults import FaultRule
from wxsim.story.chains import HopTruth, tell_chain
from wxsim.story.script import Chain, load_script

from ..conftest import Product, run_product
from ..test_replay import FOLDED, TABLES

pytestmark = pytest.mark.long

WORLDS = ("store", "education", "commerce", "b2b")
SEED = "3"
FAULTS = (("duplicate", 0.3), ("reorder", 0.1))
"""Share of the callbacks that come twice, and of those that are overtaken."""
PATH_TABLES = {
    "path_touch": "SELECT * FROM path_touch ORDER BY version_id, event_id, stage",
    "path_progress": "SELECT * FROM path_progress ORDER BY version_id, person_id",
    "path_hop_cell": "SELECT * FROM path_hop_cell WHERE entered <> 0 OR passed <> 0 ORDER BY 1, 2, 3, 4, 5",
    "path_hop_time": "SELECT * FROM path_hop_time WHERE passed <> 0 ORDER BY 1, 2, 3, 4",
}
REPLAYED_TABLES = {name: TABLES[name] for name in FOLDED} | PATH_TABLES
Z999 = 3.2905
"""Two-sided 99.9 % of the normal distribution."""
FEWEST_STRUCK = {"store": 10, "education": 10, "commerce": 0, "b2b": 5}
"""How often a fault must strike at least for a case to say anything; commerce has no callbacks."""


async def play_to_its_end(product: Product) -> None:
    """Let the storyteller play, as fast as the product follows."""
    settings = Settings(
        WELOOP_DATABASE_URL=product.database, public_url=product.url, simulator_url=product.simulator.url
    )  # type: ignore[call-arg]
    stop = asyncio.Event()
    task = asyncio.create_task(tell(settings, 1.0, stop))

    async def is_over() -> bool:
        clock = product.simulator.world.clock
        return product.simulator.simulator.story.progress().state == "done" and not clock.stepped

    await product.until(is_over, 600)
    stop.set()
    await task
    await product.quiet()


async def handle_the_log_anew(product: Product) -> None:
    """Empty what is folded from the log, the path's figures too, and handle every event as if it had just come."""
    await product.fetch(f"TRUNCATE {', '.join(REPLAYED_TABLES)}, identity")
    await product.fetch("UPDATE path_version SET built = false, seen_at = NULL, seen_id = 0, seen_events = 0")
    await product.fetch(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, coalesce(identity_id, id), 1, recorded_at, true FROM event"
    )
    await product.fetch("SELECT pg_notify('live', 'inbox')")
    await product.fetch("SELECT pg_notify('live', 'paths')")
    await product.quiet()

    async def is_built() -> bool:
        return not await product.fetch("SELECT 1 FROM path_version WHERE NOT built")

    await product.until(is_built)
    await product.quiet()


async def folded(product: Product) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is made from the log."""
    return {name: [tuple(row) for row in await product.fetch(sql)] for name, sql in REPLAYED_TABLES.items()}


async def report_of(product: Product, path: int) -> dict[str, Any]:
    """The report of the whole story."""
    today = product.simulator.world.clock.now()
    first, last = (today.timestamp() - 20 * 86_400, today.timestamp() + 86_400)
    days = [time.strftime("%Y-%m-%d", time.gmtime(moment)) for moment in (first, last)]
    found: dict[str, Any] = await product.call("GET", f"/api/paths/{path}/report?first={days[0]}&last={days[1]}")
    return found


async def doors_of(product: Product, world: str) -> dict[str, str]:
    """Doors by the state code that stands at each."""
    sources = (await product.call("GET", "/api/sources?size=100"))["items"]
    by_name = {source["name"]: source["state_code"] for source in sources}
    return {by_name[door.title]: door.id for door in load_script(world).doors}


def counts(rate: dict[str, Any]) -> tuple[int, int]:
    return rate["entered"], rate["passed"]


def told(report: dict[str, Any], doors: dict[str, str]) -> dict[str, dict[str, tuple[int, int]]]:
    """What the report says of each hop: entered and passed by door, in all under ""."""
    return {
        hop["key"]: {"": counts(hop["rate"])} | {doors[part["key"]]: counts(part["rate"]) for part in hop["sources"]}
        for hop in report["hops"]
    }


def true(truths: dict[str, HopTruth]) -> dict[str, dict[str, tuple[int, int]]]:
    """The same as the world's ledger has it."""
    return {
        key: {door: (entered, truth.passed[door]) for door, entered in truth.entered.items()}
        for key, truth in truths.items()
    }


def in_interval(rate: float, entered: int, passed: int) -> bool:
    """Whether the planted rate lies in the Wilson interval of 99.9 %."""
    share, z2 = passed / entered, Z999**2
    middle = (share + z2 / (2 * entered)) / (1 + z2 / entered)
    half = Z999 * math.sqrt(share * (1 - share) / entered + z2 / (4 * entered**2)) / (1 + z2 / entered)
    return middle - half <= rate <= middle + half


def outliers(chain: Chain, hops: dict[str, dict[str, tuple[int, int]]]) -> list[tuple[str, str]]:
    """Hops and doors whose counts contradict the planted rate."""
    return [
        (key, door)
        for key, parts in hops.items()
        for door, pair in parts.items()
        if door and not in_interval(chain.rates[door][key], *pair)
    ]


@pytest.mark.parametrize("world", WORLDS)
async def test_the_report_tells_what_truly_happened(database: str, tmp_path: Path, world: str) -> None:
    chain = load_script(world).chain
    assert chain is not None
    async with run_product(database, tmp_path, seed=SEED, story=world, ends_at=time.time()) as product:
        async with open_unit(database) as unit:
            await have_users(unit, "correct horse battery")
        path = await product.call("POST", "/api/paths", {"name": world, "template": world})
        rules = product.simulator.simulator.faults.rules
        rules += [FaultRule(action, probability=share) for action, share in FAULTS]  # type: ignore[arg-type]
        await play_to_its_end(product)
        report, doors = await report_of(product, path["id"]), await doors_of(product, world)
        truth = true(tell_chain(chain, product.simulator.world.ledger.entries()))
        before = await folded(product)
        await handle_the_log_anew(product)
        after = await folded(product)
        again = await report_of(product, path["id"])
    assert told(report, doors) == told(again, doors) == truth
    assert before == after
    assert not outliers(chain, truth)
    assert report["weakest"]["hop"] == chain.weak
    assert all(rule.struck >= FEWEST_STRUCK[world] for rule in rules), rules
