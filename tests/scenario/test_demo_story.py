"""The storyteller plays a whole story through the product: it counts what truly happened, and no welcome dies."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from weloop.access.api import Role
from weloop.entrypoints.database import open_unit
from weloop.entrypoints.demo_history import tell
from weloop.entrypoints.demo_stage import footer_name
from weloop.entrypoints.demo_users import USERS, have_users
from weloop.entrypoints.settings import Settings
from wxsim.story.script import load_script

from .conftest import Product, run_product

pytestmark = pytest.mark.long

STORY = "fortnight"
EPOCH = date(1970, 1, 1)
PLAYED_SECONDS = 600
"""A bound, not a measure: alone it takes a few, beside other tests some minutes."""


@asynccontextmanager
async def telling(product: Product, *, killed: bool = False) -> AsyncIterator[None]:
    """A storyteller at work; asked to stop at the end, or killed in the midst of whatever it does."""
    settings = Settings(
        WELOOP_DATABASE_URL=product.database, public_url=product.url, simulator_url=product.simulator.url
    )  # type: ignore[call-arg]
    stop = asyncio.Event()
    task = asyncio.create_task(tell(settings, 1.0, stop))
    try:
        yield
    finally:
        stop.set()
        if killed:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def state_of(product: Product) -> str:
    return str((await product.call("GET", "/api/demo"))["state"])


async def ended(product: Product) -> bool:
    simulator = product.simulator
    is_played = simulator.simulator.story.progress().state == "done" and not simulator.world.clock.stepped
    return is_played and await state_of(product) == "done"


@pytest.fixture
async def demo(database: str, tmp_path: Path) -> AsyncIterator[Product]:
    """A demo at the beginning of a small story."""
    async with run_product(database, tmp_path, story=STORY, ends_at=time.time()) as product:
        async with open_unit(database) as unit:
            await have_users(unit, "correct horse battery")
        yield product


async def counts_of(product: Product) -> dict[str, dict[str, Any]]:
    """What the product counts by the name of each code."""
    return {each["name"]: each["counts"] for each in (await product.call("GET", "/api/sources?size=100"))["items"]}


async def truth_of(product: Product) -> dict[str, Any]:
    async with product.http.get(product.simulator.url + "/sim/truth") as answer:
        told: dict[str, Any] = await answer.json()
    return told


STAGES = ("mql", "sql", "opportunity", "won")


def leads_in_truth(truth: dict[str, Any]) -> dict[str, list[int]]:
    """By state code: friends, those contacted, and how many came how far."""
    return {
        door["states"][0]: [door["friends"], door["contacted"], *(door["stages"][stage] for stage in STAGES)]
        for door in truth["doors"]
        if door["states"] and door["friends"]
    }


async def leads_by_state(product: Product) -> dict[str, list[int]]:
    """The same as the product's leads and the log have it."""
    rows = await product.fetch("SELECT id, state, contacted_at FROM lead")
    told = await product.fetch(
        "SELECT DISTINCT (data ->> 'lead_id')::bigint AS lead, data ->> 'to' AS stage FROM event"
        " WHERE kind = 'LeadAdvanced'"
    )
    reached = {(each["lead"], each["stage"]) for each in told}
    found: dict[str, list[int]] = {}
    for row in rows:
        counts = found.setdefault(row["state"], [0, 0, *(0 for _ in STAGES)])
        steps = (True, row["contacted_at"] is not None, *((row["id"], stage) in reached for stage in STAGES))
        found[row["state"]] = [count + step for count, step in zip(counts, steps, strict=True)]
    return found


async def test_a_story_is_counted_shown_and_joined_by_a_stranger_though_its_teller_is_killed(demo: Product) -> None:
    async def is_told_behind() -> bool:
        progress = demo.simulator.simulator.story.progress()
        return progress.behind == progress.behind_total > 0

    await kill_the_teller(demo)
    async with telling(demo):
        await demo.until(lambda: ended(demo), PLAYED_SECONDS)
        await demo.until(is_told_behind, PLAYED_SECONDS)
        await demo.quiet()
        await check_counts(demo)
        await check_articles(demo)
        await let_a_stranger_come(demo)
        await go_on(demo)


async def kill_the_teller(demo: Product) -> None:
    """Three times, each after some moments more."""
    begun = 0

    async def is_under_way() -> bool:
        return bool(demo.simulator.simulator.story.progress().played >= begun + 20)

    for _ in range(3):
        async with telling(demo, killed=True):
            await demo.until(is_under_way)
        begun += 20


async def check_counts(demo: Product) -> None:
    """The product counts what truly happened."""
    assert abs(demo.simulator.world.clock.time() - time.time()) < 120, "what is told behind moves no clock"
    truth, counts = await truth_of(demo), await counts_of(demo)
    doors = {door["id"]: door for door in truth["doors"]}
    assert await leads_by_state(demo) == leads_in_truth(truth)
    for door in load_script(STORY).doors:
        planted = {"is_article": door.is_article, "title": door.title}
        found = counts[footer_name(planted, door.mechanism)]
        assert found["added"] == doors[door.id]["friends"] == door.friends, door.id
        assert found["lost"] == doors[door.id]["left"], door.id
        assert (found["welcome_sent"], found["welcome_failed"]) == (door.friends, 0), door.id
    joined = await demo.fetch("SELECT count(DISTINCT identity_id) AS n FROM event WHERE kind = 'GroupJoined'")
    assert joined[0]["n"] == truth["totals"]["joined"]
    followed = "SELECT occurred_at FROM event WHERE kind = 'FollowerSubscribed' ORDER BY occurred_at"
    in_world = list(demo.simulator.world.ledger.entries(kinds=("account.followed",)))
    moments = [row["occurred_at"].timestamp() for row in await demo.fetch(followed)]
    assert moments == sorted(int(float(str(entry["at"]))) for entry in in_world)


async def check_articles(demo: Product) -> None:
    """Articles show official figures and the friends of their codes."""
    [feed] = await demo.call("GET", "/api/articles/feeds")
    shown = {each["title"]: each for each in (await demo.call("GET", "/api/articles?size=100"))["items"]}
    [account] = demo.simulator.world.accounts.values()
    script, ready = load_script(STORY), date.fromisoformat(feed["next_day"])
    assert len(shown) == len(script.articles) == len(account.articles)
    for door in script.articles:
        told = {EPOCH + timedelta(days=day): count for day, count in account.articles[door.id].reads.items()}
        assert sum(told.values()) == door.reads
        found = shown[door.title]
        assert found["reads"] == sum(count for day, count in told.items() if day < ready), door.id
        assert (found["friends"], found["kind"], found["mechanism"]) == (door.friends, "published", door.mechanism)
        assert found["rate"]["passed"] == door.friends
    today = datetime.now(UTC).date()
    assert today - ready <= timedelta(days=1), "no ready day is missing"


async def let_a_stranger_come(demo: Product) -> None:
    """A stranger reads, scans and is welcomed."""
    stranger = await demo.call("POST", "/api/demo/strangers")
    path = f"/api/demo/strangers/{stranger['person']}"
    read = await demo.call("POST", f"{path}/read", {})
    assert (read["article"], read["mechanism"]) == ("bearing", "take_away")
    scanned = await demo.call("POST", f"{path}/scan", {})
    assert scanned["outcome"] == "friend_added"
    await demo.quiet()
    async with demo.http.get(scanned["phone_url"]) as page:
        phone = await page.text()
        policy = page.headers["Content-Security-Policy"]
    async with demo.http.get(scanned["staff_phone_url"]) as page:
        staff_phone = await page.text()
    assert "frame-ancestors 'self' http://127.0.0.1:*" in policy
    assert "这是您要的资料" in phone
    assert "人物" not in phone, "the phone alone, without the console around it"
    assert 'data-app="wecom"' in staff_phone
    [lead] = (await demo.call("GET", f"/api/leads?search={stranger['name']}&size=1"))["items"]
    assert (stranger["name"] in staff_phone) == (lead["waiting_until"] is None), "off shift its card waits"


async def go_on(demo: Product) -> None:
    """Further days show what the footers bring."""
    async with (
        forward(demo, mechanism="take_away"),
        demo.http.post(f"{demo.url}/api/demo/forward", json={}) as again,
    ):
        assert (again.status, (await again.json())["code"]) == (409, "demo_playing")
    name = "领取物文末码 · 空压机电费一年省 18 万，做了什么"
    assert (await counts_of(demo))[name]["added"] == 17
    status = await demo.call("GET", "/api/demo")
    assert status["chapter"] == 1
    assert status["now"] > status["begins_at"]

    # A code that somebody changed by hand brings what it offers.
    script = load_script(STORY)
    [title] = [door.title for door in script.articles if door.id in script.forward["articles"]]
    found = (await demo.call("GET", f"/api/articles?search={title[:6]}"))["items"][0]
    sources = (await demo.call("GET", "/api/sources?size=100"))["items"]
    given = {name: sources[0][name] for name in ("account_id", "users")}
    place = {"article_id": found["id"], "mechanism": "take_away"}
    made = await demo.call("POST", "/api/sources", {"name": "手工换的码", **given, **place})
    await demo.quiet()
    async with forward(demo):
        pass
    assert (await demo.call("GET", f"/api/sources/{made['id']}"))["counts"]["added"] == 17


@asynccontextmanager
async def forward(demo: Product, **wish: str) -> AsyncIterator[None]:
    """A fortnight more, which brings as many as take-aways do; the block runs while it is played."""
    before = (await truth_of(demo))["totals"]
    await demo.call("POST", "/api/demo/forward", {"days": 14, **wish})
    assert await state_of(demo) == "playing"
    yield
    await demo.until(lambda: ended(demo), PLAYED_SECONDS)
    await demo.quiet()
    after = (await truth_of(demo))["totals"]
    assert (after["reads"] - before["reads"], after["friends"] - before["friends"]) == (1_000, 17)


HOSTILE: tuple[tuple[str, Any, int, str], ...] = (
    ("strangers/p99999999/read", {}, 404, "not_found"),
    ("strangers/x1/read", {}, 422, "invalid_input"),
    ("strangers/p00001/read", {"article": "no such"}, 404, "not_found"),
    ("strangers/p00001/scan", {}, 409, "demo_no_code"),
    ("strangers/p00001/scan", {"article": "a\u0000b"}, 422, "invalid_input"),
    ("forward", {"days": 0}, 422, "invalid_input"),
    ("forward", {"days": 61}, 422, "invalid_input"),
    ("roles/king", None, 422, "invalid_input"),
)


async def test_hostile_wishes_are_refused_and_every_role_can_be_taken(demo: Product) -> None:
    for path, body, status, code in HOSTILE:
        async with demo.http.post(f"{demo.url}/api/demo/{path}", json=body) as answer:
            assert (answer.status, (await answer.json())["code"]) == (status, code), path
    for role, (login, name) in USERS.items():
        path = (await demo.call("POST", f"/api/demo/roles/{role}"))["path"]
        async with demo.http.get(demo.url + path, allow_redirects=False) as entered:
            assert entered.status == 303
        session = await demo.call("GET", "/api/session")
        assert (session["user"]["login"], session["user"]["name"], session["user"]["role"]) == (login, name, role)
        demo.http.headers["X-CSRF-Token"] = session["csrf"]
    assert session["user"]["role"] == Role.SDR
    async with demo.http.post(demo.url + "/api/demo/forward", json={}) as refused:
        assert refused.status == 403


async def test_no_other_installation_has_these_controls(product: Product) -> None:
    async with product.http.get(product.url + "/api/demo") as answer:
        assert answer.status == 404
