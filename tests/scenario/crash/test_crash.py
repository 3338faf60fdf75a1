"""2,000 events while server, worker and database are killed: nothing lost, nothing doubled, nothing stuck.

The simulator's ledger says what is true. ``WELOOP_CRASH_SEED`` chooses other moments.
"""

import asyncio
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import asyncpg
import pytest

from weloop.outbox.relay import RelayLimits
from wxsim.faults import FaultRule
from wxsim.world.contacts import edit
from wxsim.world.following import follow, write
from wxsim.world.kf import ask_kf
from wxsim.world.people import Person
from wxsim.world.scanning import scan

pytestmark = [pytest.mark.crash, pytest.mark.long]

EVENTS = 2_000
VICTIMS = ("serve", "worker") * 3 + ("database",)
UNANSWERED = 96
"""Callbacks under way at most: enough that every kill strikes some."""
SEED = int(os.environ.get("WELOOP_CRASH_SEED", "2026"))
KINDS = {
    "add_external_contact": "ContactAdded",
    "edit_external_contact": "ContactEdited",
    "subscribe": "FollowerSubscribed",
    "text": "FollowerMessageReceived",
    "kf_msg_or_event": "KfNotified",
}
PROGRESS = "SELECT (SELECT count(*) FROM command_attempt) + (SELECT count(*) FROM identity)"
# Official figures are asked for at half past eight in the morning, which may be while this runs.
LEFT = """
SELECT (SELECT count(*) FROM inbox_pending) + (SELECT count(*) FROM journey_position)
     + (SELECT count(*) FROM command WHERE state IN ('queued', 'sending')
        AND name <> 'FetchArticleReads')
"""


class Crowd:
    """People who add, follow, write, ask customer service and are edited, one callback each time, in a seeded order."""

    def __init__(self, world: Any, code: str, random: Random) -> None:
        self._world = world
        self._code = code
        self._random = random
        self._corp = next(iter(world.corps.values()))
        self._account = next(iter(world.accounts.values()))
        self._unedited: list[Person] = []
        self.customers: list[Person] = []
        self.followers: list[Person] = []

    def act(self) -> None:
        """One act of somebody."""
        choice = self._random.random()
        if choice < 0.4 or not self.followers:
            self._follow() if choice < 0.12 or not self.followers else self._add()
        elif choice < 0.7 and self._unedited:
            self._edit()
        elif choice < 0.9 or not self.customers:
            self._write()
        else:
            self._ask()

    def _add(self) -> None:
        person = self._world.create_person()
        assert scan(self._world, person, self._code).kind == "friend_added"
        self.customers.append(person)
        self._unedited.append(person)

    def _follow(self) -> None:
        """Every second follower is a customer already: the two must become one person."""
        known = [each for each in self.customers[-20:] if each not in self.followers]
        person = self._random.choice(known) if known and self._random.random() < 0.5 else self._world.create_person()
        follow(self._world, self._account, person)
        self.followers.append(person)

    def _edit(self) -> None:
        """Once each: two edits within one second are one to the platform's own keys."""
        person = self._unedited.pop(self._random.randrange(len(self._unedited)))
        external = self._world.external_userid(self._corp.corpid, person)
        [friendship] = self._corp.followers_of[external].values()
        edit(self._world, self._corp, friendship, f"备注 {self._random.randrange(1000)}")

    def _write(self) -> None:
        person = self._random.choice(self.followers)
        assert write(self._world, self._account, person, f"请问 {self._random.randrange(10_000)}")

    def _ask(self) -> None:
        [account] = self._corp.kf_accounts.values()
        ask_kf(self._world, self._corp, account, self._random.choice(self.customers), "在吗")


async def test_nothing_is_lost_doubled_or_stuck_while_processes_are_killed(
    installation: Any, source: dict[str, Any]
) -> None:
    random = Random(SEED)
    simulator = installation.simulator
    simulator.simulator.faults.rules[:] = [
        FaultRule("duplicate", probability=0.15),
        FaultRule("reorder", probability=0.1),
        FaultRule("delay", probability=0.2, value=0.3),
    ]
    start = len(simulator.world.ledger)
    moments = dict(zip(sorted(random.sample(range(50, EVENTS - 50), len(VICTIMS))), _shuffled(random), strict=True))
    sys.stdout.write(f"seed {SEED}, killed after so many events: {moments}\n")
    await _send_members_home(installation)
    crowd = Crowd(simulator.world, source["qr_code"], random)
    await _play(installation, crowd, moments)
    assert await simulator.idle(120)
    await _until_nothing_is_left(installation)

    truth = list(simulator.world.ledger.entries(after=start))
    await _check_log(installation, truth)
    await _check_customer_service(installation, truth)
    await _check_nothing_is_stuck(installation)
    await _check_persons(installation, crowd)
    await _check_welcomes(installation, truth, len(crowd.customers))


async def _send_members_home(installation: Any) -> None:
    """No shift runs at whatever hour: in office hours hundreds of lead cards would wait for their quota a minute."""
    back = datetime.now(UTC) + timedelta(days=2)
    for each in await installation.call("GET", "/api/staff/duties"):
        path = f"/api/staff/duties/{each['account_id']}/{each['userid']}"
        await installation.call("PUT", path, {"away_until": back.isoformat()})


def _shuffled(random: Random) -> list[str]:
    return random.sample(VICTIMS, len(VICTIMS))


async def _play(installation: Any, crowd: Crowd, moments: dict[int, str]) -> None:
    deliveries = installation.simulator.simulator.deliveries
    seen: dict[str, int] = {}
    for number in range(EVENTS):
        crowd.act()
        while deliveries.unanswered >= UNANSWERED:
            await asyncio.sleep(0.002)
        victim = moments.get(number)
        if victim is not None:
            await _until_at_work(installation, victim, seen)
            installation.kill(victim)


async def _until_at_work(installation: Any, victim: str, seen: dict[str, int]) -> None:
    """Whoever was killed before must have worked again: killing the same corpse twice proves nothing."""
    ledger = installation.simulator.world.ledger

    async def progress() -> int | None:
        if victim == "worker":
            return await installation.try_fetch(PROGRESS)  # type: ignore[no-any-return]
        return ledger.counts().get("callback.acknowledged", 0) + 1

    async def moved() -> bool:
        now = await progress()
        return now is not None and installation.pid(victim) is not None and now > seen.get(victim, 0)

    await installation.until(moved)
    seen[victim] = await progress() or 0


async def _until_nothing_is_left(installation: Any) -> None:
    async def quiet() -> bool:
        return bool(await installation.try_fetch(LEFT) == 0)

    await installation.until(quiet)


async def _check_log(installation: Any, truth: list[dict[str, Any]]) -> None:
    """Every callback that the platform got its answer for is one event, however often it was sent."""
    entries = {entry["n"]: entry for entry in truth}
    queued = [entry for entry in truth if entry["kind"] == "callback.queued"]
    answered = {entry["callback"] for entry in truth if entry["kind"] == "callback.acknowledged"}
    assert len(queued) == EVENTS
    assert {entry["callback"] for entry in queued} == answered
    failed = Counter(entry["callback"] for entry in truth if entry["kind"] == "callback.attempt_failed")
    late = sum(count >= 3 for count in failed.values())
    sys.stdout.write(f"tries that failed: {failed.total()}; callbacks that needed a fourth: {late}\n")

    expected = Counter((KINDS[entry["event"]], _subject(entries[entry["cause"]])) for entry in queued)
    rows = await installation.fetch(
        "SELECT e.kind, i.value, count(*) AS n FROM event AS e LEFT JOIN identity AS i ON i.id = e.identity_id"
        " WHERE e.kind = ANY ($1) GROUP BY 1, 2",
        list(KINDS.values()),
    )
    assert Counter({(row["kind"], row["value"]): row["n"] for row in rows}) == expected
    [counts] = await installation.fetch(
        "SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM inbox_key) AS keys"
    )
    assert counts["events"] == counts["keys"]


def _subject(entry: dict[str, Any]) -> str | None:
    if entry["kind"] == "kf.said":
        return None  # the callback does not say who
    return str(entry.get("external_userid") or entry["openid"])


async def _check_customer_service(installation: Any, truth: list[dict[str, Any]]) -> None:
    """Every message is one event, whichever page told it and however often that was read."""
    said = Counter(entry["external_userid"] for entry in truth if entry["kind"] == "kf.said")
    rows = await installation.fetch(
        "SELECT i.value, count(*) AS n FROM event AS e JOIN identity AS i ON i.id = e.identity_id"
        " WHERE e.kind = 'KfMessageReceived' GROUP BY 1"
    )
    assert Counter({row["value"]: row["n"] for row in rows}) == said


async def _check_nothing_is_stuck(installation: Any) -> None:
    [row] = await installation.fetch(
        "SELECT (SELECT count(*) FROM inbox_pending) AS pending, (SELECT count(*) FROM inbox_dead) AS dead,"
        " (SELECT count(*) FROM journey_position) AS runs,"
        " (SELECT count(*) FROM command WHERE (lease IS NOT NULL OR lease_until IS NOT NULL)"
        "    AND name <> 'FetchArticleReads') AS leased,"
        " (SELECT count(*) FROM command WHERE name NOT IN ('SendWelcome', 'FetchArticleReads')"
        "    AND state <> 'sent') AS unsent"
    )
    assert dict(row) == {"pending": 0, "dead": 0, "runs": 0, "leased": 0, "unsent": 0}
    twice = await installation.fetch(
        "SELECT data ->> 'key' FROM event WHERE kind IN ('CommandSent', 'CommandFailed', 'CommandUncertain')"
        " GROUP BY 1 HAVING count(*) > 1"
    )
    assert twice == []


async def _check_persons(installation: Any, crowd: Crowd) -> None:
    """One person for each human, with exactly the ids under which the platforms showed that human."""
    world = installation.simulator.world
    corp, account = next(iter(world.corps.values())), next(iter(world.accounts.values()))
    ids: dict[str, set[str]] = {}
    for person in crowd.customers:
        ids.setdefault(person.id, set()).add(world.external_userid(corp.corpid, person))
    for person in crowd.followers:
        ids.setdefault(person.id, set()).add(world.openid(account.appid, person))
    for name, values in ids.items():
        values.add(world.unionid(corp.open_platform, world.people[name]))
    rows = await installation.fetch("SELECT array_agg(value) AS ids FROM identity GROUP BY person_id")
    assert {frozenset(row["ids"]) for row in rows} == {frozenset(values) for values in ids.values()}
    listed = await installation.call("GET", "/api/persons")
    assert (listed["total"], listed["unresolved"]) == (len(ids), 0)


async def _check_welcomes(installation: Any, truth: list[dict[str, Any]], added: int) -> None:
    """One command for each code, which every customer got one of; what is called sent was delivered, once."""
    delivered = {entry["external_userid"] for entry in truth if entry["kind"] == "welcome.delivered"}
    codes = [entry["welcome_code"] for entry in truth if entry["kind"] == "welcome.delivered"]
    assert len(codes) == len(set(codes)) == len(delivered)
    rows: list[asyncpg.Record] = await installation.fetch(
        "SELECT i.value AS customer, c.state, c.error, c.errcode FROM command AS c JOIN identity AS i"
        " ON i.id = c.subject_id WHERE c.name = 'SendWelcome'"
    )
    assert len(rows) == added
    assert {row["customer"] for row in rows} == {e["external_userid"] for e in truth if e["kind"] == "friend.added"}
    sent = {row["customer"] for row in rows if row["state"] == "sent"}
    failures = Counter((row["state"], row["error"], row["errcode"]) for row in rows if row["state"] != "sent")
    sys.stdout.write(f"welcomes: {added} due, {len(delivered)} on phones, {len(sent)} sent, others {failures}\n")
    assert sent <= delivered
    kills = sum(victim != "serve" for victim in VICTIMS)
    assert len(delivered - sent) <= RelayLimits().in_flight * kills
    [row] = await installation.fetch("SELECT count(*) FROM command WHERE state = 'uncertain'")
    assert row[0] <= RelayLimits().in_flight * kills
    # Only a dead code may fail: by our own clock, or by the platform's word.
    # Nobody knows of a welcome whose sender died, or whose code died before it could be tried once more.
    unknown = {("uncertain", "platform_uncertain"), ("uncertain", "expired")}
    ended = {("failed", "expired"), ("failed", "platform_rejected")} | unknown
    assert {(state, error) for state, error, _ in failures} <= ended
