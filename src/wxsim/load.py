"""Many people at once: a mix of acts at a rate, or as fast as the receivers answer."""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from wxsim.wire.deliveries import Deliveries
from wxsim.world.contacts import edit
from wxsim.world.corps import Corp, Friendship
from wxsim.world.following import follow, write
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.scanning import scan
from wxsim.world.world import World

TICK_SECONDS = 0.01
SPEAKERS = 500
ACTS = ("scan", "edit", "follow", "say")


class BadPlan(Exception):
    """A plan that cannot run; the text says why."""


@dataclass(frozen=True, slots=True)
class Share:
    """One kind of act. ``scan`` needs ``code``; ``follow`` and ``say`` need ``appid``; ``edit`` a ``corpid``.

    A scan and a follow are done by a new person each time; edit and say by somebody who is there already.
    """

    act: str
    share: float = 1.0
    code: str = ""
    appid: str = ""
    corpid: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``count`` acts or ``seconds`` of them; ``rate`` per second (None = as fast as possible).

    ``concurrency`` bounds the callbacks that are unanswered at any time.
    """

    mix: tuple[Share, ...]
    count: int | None = None
    seconds: float | None = None
    rate: float | None = None
    concurrency: int = 64


@dataclass(slots=True)
class Progress:
    """How far a load has come; ``late`` counts acts that waited because too many callbacks were unanswered."""

    state: str = "idle"
    done: dict[str, int] = field(default_factory=dict)
    late: int = 0
    seconds: float = 0.0


class Load:
    """Runs one plan at a time."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries
        self._random = Random(f"{world.seed}:load")
        self._task: asyncio.Task[None] | None = None
        self._friends: dict[str, list[Friendship]] = {}
        self.progress = Progress()

    def start(self, plan: Plan) -> None:
        """Begin; ``BadPlan`` when one is running or the plan cannot run."""
        if self._task and not self._task.done():
            raise BadPlan("a load is running")
        self._check(plan)
        self.progress = Progress("running")
        self._friends.clear()
        self._task = asyncio.get_running_loop().create_task(self._run(plan))

    async def finished(self) -> Progress:
        """Wait for the end of the acts; callbacks may still be under way."""
        if self._task:
            await asyncio.wait([self._task])
        return self.progress

    async def stop(self) -> None:
        """End a running plan."""
        if self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
            self.progress.state = "stopped"

    async def _run(self, plan: Plan) -> None:
        started, acts = time.monotonic(), 0
        shares = [each.share for each in plan.mix]
        while not _is_over(plan, acts, time.monotonic() - started):
            due = _due(plan, time.monotonic() - started)
            while acts < due and not _is_over(plan, acts, time.monotonic() - started):
                if self._deliveries.unanswered >= plan.concurrency:
                    self.progress.late += 1
                    break
                self._act(self._random.choices(plan.mix, shares)[0])
                acts += 1
                if acts % 20 == 0:
                    await asyncio.sleep(0)
            self.progress.seconds = round(time.monotonic() - started, 3)
            await asyncio.sleep(0 if plan.rate is None and self._deliveries.unanswered == 0 else TICK_SECONDS / 10)
        self.progress.state = "done"

    def _act(self, share: Share) -> None:
        if share.act == "scan":
            scan(self._world, self._world.create_person(), share.code)
        elif share.act == "edit":
            self._edit(share.corpid)
        elif share.act == "follow":
            follow(self._world, self._world.accounts[share.appid], self._world.create_person())
        else:
            self._say(self._world.accounts[share.appid])
        self.progress.done[share.act] = self.progress.done.get(share.act, 0) + 1

    def _edit(self, corpid: str) -> None:
        corp = self._world.corps[corpid]
        friends = self._friends.setdefault(corpid, [])
        if not friends:
            friends += _friendships(corp)
        friendship = self._random.choice(friends)
        edit(self._world, corp, friendship, f"备注{self._world.ids.count('load remark')}")

    def _say(self, account: OfficialAccount) -> None:
        followers = list(islice(account.followers.values(), SPEAKERS))
        follower = self._random.choice(followers)
        write(self._world, account, follower.person, f"你好 {self._world.ids.count('load text')}")

    def _check(self, plan: Plan) -> None:
        if not plan.mix or (plan.count is None and plan.seconds is None):
            raise BadPlan("a plan needs a mix, and a count or seconds")
        for share in plan.mix:
            account = self._world.accounts.get(share.appid)
            corp = self._world.corps.get(share.corpid)
            if share.act not in ACTS:
                raise BadPlan("act must be one of " + ", ".join(ACTS))
            if share.act in ("follow", "say") and account is None:
                raise BadPlan(f"no official account {share.appid!r}")
            if share.act == "say" and account and not any(each.subscribed for each in account.followers.values()):
                raise BadPlan("nobody follows this account yet")
            if share.act == "edit" and (corp is None or not _friendships(corp)):
                raise BadPlan(f"no corp {share.corpid!r}, or it has no customers yet")


def _friendships(corp: Corp) -> list[Friendship]:
    return [each for followers in corp.followers_of.values() for each in followers.values()]


def _is_over(plan: Plan, acts: int, elapsed: float) -> bool:
    if plan.count is not None and acts >= plan.count:
        return True
    return plan.seconds is not None and elapsed >= plan.seconds


def _due(plan: Plan, elapsed: float) -> float:
    """How many acts should have happened by now."""
    return float("inf") if plan.rate is None else elapsed * plan.rate
