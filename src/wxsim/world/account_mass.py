"""Mass messages of an official account (群发): jobs, whom they reach, and how many each follower may get."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wxsim.clock import beijing_day
from wxsim.world.following import account_chat
from wxsim.world.official_accounts import Follower, OfficialAccount
from wxsim.world.world import World

Bubble = tuple[str, dict[str, str]]
FIRST_JOB = 51_000
BEIJING = timedelta(hours=8)


@dataclass(slots=True, eq=False)
class MassJob:
    """One job. ``total`` in the target, ``chosen`` after the filters, ``sent`` and ``failed`` of these."""

    msg_id: int
    client_id: str
    at: float
    to_all: bool
    total: int = 0
    chosen: int = 0
    sent: int = 0
    failed: int = 0
    article_url: str = ""
    deleted: bool = False


def find_job(world: World, account: OfficialAccount, client_id: str) -> MassJob | None:
    """The job of the last day with that ``clientmsgid``."""
    oldest = world.clock.time() - world.limits.account_mass_id_seconds
    jobs = (each for each in account.mass_jobs.values() if each.client_id == client_id and each.at > oldest)
    return next(jobs, None) if client_id else None


def has_quota(world: World, account: OfficialAccount, *, to_all: bool) -> bool:
    """Whether the account may send one more job: a subscription account one a day, a service account four to all."""
    limits, now = world.limits, world.clock.time()
    if account.kind == "subscription":
        today = [each for each in account.mass_jobs.values() if beijing_day(each.at) == beijing_day(now)]
        return limits.account_mass_per_day is None or len(today) < limits.account_mass_per_day
    months = [each for each in account.mass_jobs.values() if each.to_all and _month(each.at) == _month(now)]
    most = limits.account_mass_to_all_per_month
    return not to_all or most is None or len(months) < most


def start_job(
    world: World, account: OfficialAccount, targets: list[Follower], bubble: Bubble, client_id: str, *, to_all: bool
) -> MassJob:
    """Send to all of them whose month has room and who do not refuse; the account's server is told how it ended."""
    number = FIRST_JOB + world.ids.count("mass job")
    job = account.mass_jobs[number] = MassJob(number, client_id, world.clock.time(), to_all, len(targets))
    kind, shown = bubble
    for follower in targets:
        if not _has_room(world, account, follower):
            continue
        job.chosen += 1
        if follower.blocked:
            job.failed += 1
            continue
        job.sent += 1
        follower.mass_at.append(world.clock.time())
        world.show(account_chat(world, account, follower.person), "them", kind, **shown)
        world.ledger.write(
            "account.mass_delivered",
            appid=account.appid,
            msg_id=number,
            openid=follower.openid,
            person=follower.person.id,
        )
    job.article_url = shown["url"] if kind == "link" else ""
    cause = world.ledger.write(
        "account.mass_sent", appid=account.appid, msg_id=number, total=job.total, sent=job.sent, failed=job.failed
    )
    world.notices.mass_finished(account, job, cause)
    return job


def _has_room(world: World, account: OfficialAccount, follower: Follower) -> bool:
    most = world.limits.account_mass_per_month
    if account.kind == "subscription" or most is None:
        return True
    month = _month(world.clock.time())
    return sum(_month(at) == month for at in follower.mass_at) < most


def _month(at: float) -> tuple[int, int]:
    day = datetime.fromtimestamp(at, UTC) + BEIJING
    return day.year, day.month
