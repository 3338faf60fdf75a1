"""Posts in Moments while workers and the database are killed as they are made, published, looked at, cancelled and
ended: each task is made once or nobody knows, nothing is stuck, no member gets a post twice, and figures are what
stands on the phones. Members are busy, so that posts are divided as they leave.

``WELOOP_CRASH_SEED`` chooses other moments.
"""

import json
import os
import sys
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from weloop.entrypoints.database import open_unit
from weloop.kit.clock import beijing_date, midnight, set_world_clock
from wxsim.faults import FaultRule
from wxsim.world.contacts import add_directly
from wxsim.world.moments import MomentTask, comment, like, publish

pytestmark = [pytest.mark.crash, pytest.mark.long]

SEED = int(os.environ.get("WELOOP_CRASH_SEED", "2026"))
POSTS = 20
CUSTOMERS = 6
STEP = timedelta(seconds=20)
"""Between two posts: so that a kill strikes some of them."""
RATE = 20.0
"""World time goes so fast: what the platform lets go in a minute is not what is tested here."""
FREE = {
    "moment_per_day": 5,
    "moment_advert_percent": 100,
    "moment_advert_gap_hours": 0,
    "moment_adverts_in_a_row": 10,
    "moment_repeat_days": 0,
}
MAKING_KILLS = ("worker", "database")
"""While tasks are being made: each of these can leave some uncertain."""
FAULTS = (
    FaultRule("http", "*/add_moment_task", probability=0.1, value=502, after=True),
    FaultRule("timeout", "*/add_moment_task", probability=0.2, value=0.4, after=True),
    FaultRule("http", "*get_moment*", probability=0.1, value=502),
    FaultRule("timeout", "*get_moment*", probability=0.3, value=0.3),
    FaultRule("timeout", "*cancel_moment*", probability=0.4, value=0.3, after=True),
)
LEFT = """
SELECT (SELECT count(*) FROM inbox_pending)
     + (SELECT count(*) FROM command WHERE state IN ('queued', 'sending') AND key LIKE 'moment:%')
"""
SENDING = "SELECT count(*) FROM command WHERE state = 'sending' AND name IN ({})"
MADE = "SELECT count(*) FROM command WHERE name = 'CreateMomentTask' AND state = 'sent'"
LEAVING = """
SELECT count(*) FROM command WHERE name = 'CreateMomentTask'
    AND (state = 'sending' OR state = 'queued' AND gates IS DISTINCT FROM 'frequency')
"""
UNSENT = "SELECT count(*) FROM command WHERE name = 'CreateMomentTask' AND state IN ('queued', 'sending')"
UNMADE = "SELECT count(*) FROM moment WHERE state = 'asked' AND platform_id = ''"
LOOKED = "SELECT min(looks) FROM moment WHERE state = 'asked'"


async def test_posts_are_made_once_and_counted_exactly_however_often_workers_die(
    installation: Any, source: dict[str, Any]
) -> None:
    random, world = Random(SEED), installation.simulator.world
    [corp] = world.corps.values()
    world.limits.moment_job_seconds = 0.3
    world.limits.moment_tasks_per_minute = world.limits.moments_per_customer_month = None
    members = [each for each in corp.members.values() if each.contact_enabled]
    for _ in range(CUSTOMERS):
        add_directly(world, corp, random.choice(members), world.create_person())
    assert await installation.simulator.idle(60)
    begin = midnight(beijing_date(world.clock.now()) + timedelta(days=1)) + timedelta(hours=10)
    await _set_clock(installation, begin - timedelta(hours=1), 1.0)
    await _free_members(installation)
    installation.simulator.simulator.faults.rules[:] = FAULTS

    posts = [
        await _plan(installation, random, members[number % 2 :: 2], number, begin + number * STEP)
        for number in range(POSTS)
    ]
    await _set_clock(installation, begin, RATE)
    for done, victim in enumerate(MAKING_KILLS):
        await _strike(installation, victim, MADE, 2 + 3 * done, "'CreateMomentTask'")
    await _until(installation, lambda: _is(installation, LEAVING, 0))
    await _strike(installation, "worker", MADE, 1, "'FetchMomentJob', 'FetchMomentTask'")
    await _until(installation, lambda: _is(installation, UNMADE, 0))

    _press(world, corp, random)
    await _set_clock(installation, begin + timedelta(hours=1), RATE)
    await _strike(installation, "worker", LOOKED, 1, "'FetchMomentTask', 'FetchMomentResult'")
    for path in posts[::4]:
        await _cancel(installation, path)
    await _strike(installation, "database", MADE, 1, "'CancelMomentTask', 'FetchMomentTask', 'FetchMomentResult'")
    _press(world, corp, random)
    await _set_clock(installation, begin + timedelta(days=1, hours=2), RATE)
    await _strike(installation, "worker", MADE, 1, "'CreateMomentTask'")
    await _until(installation, lambda: _is(installation, UNSENT, 0))
    await _until(installation, lambda: _is(installation, UNMADE, 0))
    _press(world, corp, random)
    await _set_clock(installation, begin + timedelta(days=9), RATE)
    await _strike(installation, "worker", MADE, 1, "'CancelMomentTask', 'FetchMomentTask', 'FetchMomentResult'")

    installation.simulator.simulator.faults.rules.clear()
    await _until(installation, lambda: _is(installation, LEFT, 0))
    await _check(installation, corp)


async def _set_clock(installation: Any, moment: datetime, rate: float) -> None:
    """As soon as the database takes new connections: those that are open outlive its death for a while."""

    async def is_set() -> bool:
        try:
            async with open_unit(installation.database) as unit:
                await set_world_clock(unit.connection, moment, rate)
        except (OSError, DBAPIError):
            return False
        return True

    await _until(installation, is_set)


async def _free_members(installation: Any) -> None:
    """No rule but that of posts a day, which divides them."""
    rules = await installation.call("GET", "/api/contact-rules")
    values = {**rules["values"], **FREE}
    await installation.call("PUT", "/api/contact-rules", {"revision": rules["revision"], "values": values})


async def _plan(installation: Any, random: Random, members: list[Any], number: int, at: datetime) -> str:
    accounts = await installation.call("GET", "/api/accounts")
    body = {
        "account_id": next(each["id"] for each in accounts if each["kind"] == "wecom"),
        "kind": "value",
        "text": f"方法 {number}",
        "members": [each.userid for each in random.sample(members, random.randint(1, len(members)))],
        "planned_at": at.isoformat(),
    }
    made = await installation.call("POST", "/api/moments", body)
    path = f"/api/moments/{made['id']}"
    await installation.call("POST", f"{path}/plan?version=1")
    return path


async def _until(installation: Any, ask: Any) -> None:
    await installation.until(ask)


async def _is(installation: Any, sql: str, wanted: int) -> bool:
    return bool(await installation.try_fetch(sql) == wanted)


async def _strike(installation: Any, victim: str, progress: str, least: int, names: str) -> None:
    """Kill it while commands of these names are on their way, once it has come so far."""

    async def there() -> bool:
        come = await installation.try_fetch(progress)
        sending = await installation.try_fetch(SENDING.format(names))
        return (come or 0) >= least and bool(sending) and installation.pid(victim) is not None

    await _until(installation, there)
    installation.kill(victim)


async def _cancel(installation: Any, path: str) -> None:
    """Twice, by whoever does not trust the first: what is uncertain cannot be taken back."""
    for _ in range(2):
        async with installation.http.post(f"{installation.url}{path}/cancel") as answer:
            assert answer.status in (200, 409), await answer.text()


def _press(world: Any, corp: Any, random: Random) -> None:
    """Some members publish what lies on their phones, and customers like it or write below it."""
    for task in corp.moments.values():
        for post in task.posts.values():
            if random.random() < 0.4 and publish(world, corp, corp.members[post.userid.lower()], task.moment_id):
                for external in post.seen_by:
                    assert like(world, corp, post, external)
                    assert random.random() < 0.5 or comment(world, corp, post, external, "学习了")


async def _check(installation: Any, corp: Any) -> None:
    rows = await installation.fetch(
        "SELECT m.*, c.state AS command, c.occasion::text FROM moment AS m LEFT JOIN command AS c"
        " ON c.key = 'moment:' || coalesce(m.part_of, m.id) || repeat(':rest', m.part) ORDER BY m.id"
    )
    tasks: dict[str, list[MomentTask]] = {}
    for task in corp.moments.values():
        tasks.setdefault(task.text, []).append(task)
    states = Counter(row["state"] for row in rows)
    sys.stdout.write(f"seed {SEED}, posts: {dict(states)}, tasks: {Counter(map(len, tasks.values()))}\n")
    assert len(rows) > POSTS == sum(row["part"] == 0 for row in rows), "some were divided"
    assert set(states) <= {"done", "cancelled", "uncertain"}
    assert states["uncertain"] < POSTS
    for made in tasks.values():
        asked = Counter(member for task in made for member in task.members)
        assert set(asked.values()) == {1}
    planned = await installation.fetch(
        "SELECT coalesce(part_of, id) AS post, array_agg(each) AS members FROM moment"
        " CROSS JOIN jsonb_array_elements_text(members) AS each GROUP BY 1"
    )
    assert all(len(row["members"]) == len(set(row["members"])) for row in planned), "no member is in two parts"
    assert len(corp.moment_jobs) == len(corp.moments)
    for row in rows:
        members = {member.lower() for member in json.loads(row["members"])}
        made = [task for task in tasks.get(row["text"], []) if set(task.members) == members]
        if row["state"] == "uncertain":
            assert len(made) <= 1
            assert row["command"] == "uncertain"
        elif row["asked_at"] is None:
            assert (row["state"], row["command"], made) == ("cancelled", None, []), "it was taken back while it waited"
        else:
            [task] = made
            out = {post.userid for post in task.posts.values() if post.published_at}
            assert row["platform_id"] == task.moment_id
            assert task.cancelled or len(out) == len(task.posts), "it can be published no more"
            assert set(json.loads(row["occasion"])["post"]["members"]) == out, "who may not publish it any more is free"
            await _check_figures(installation, row, task)
    [left] = await installation.fetch(
        "SELECT (SELECT count(*) FROM inbox_dead) AS dead, (SELECT count(*) FROM command WHERE lease IS NOT NULL)"
        " AS leased, (SELECT count(*) FROM command WHERE name = 'CreateMomentTask' AND state = 'uncertain') AS unsure"
    )
    assert (left["dead"], left["leased"], left["unsure"]) == (0, 0, states["uncertain"])
    twice = await installation.fetch(
        "SELECT data ->> 'key' FROM event WHERE kind LIKE 'Command%' AND data ->> 'key' LIKE 'moment:%'"
        " GROUP BY 1 HAVING count(*) > 1"
    )
    assert twice == []


async def _check_figures(installation: Any, row: Any, task: MomentTask) -> None:
    shown = await installation.call("GET", f"/api/moments/{row['id']}")
    out = [post for post in task.posts.values() if post.published_at]
    assert (shown["asked"], shown["published"]) == (len(task.posts), len(out))
    assert shown["visible"] == sum(len(post.seen_by) for post in out)
    assert shown["likes"] == sum(len(post.likes) for post in out)
    assert shown["comments"] == sum(len(post.comments) for post in out)
