"""Mass messages of WeCom (企业群发): tasks that lie on members' phones until each of them confirms their own."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from wxsim.ids import TOKEN
from wxsim.world.chats import Chat, Message
from wxsim.world.contacts import tell_customer
from wxsim.world.corps import Corp, Member
from wxsim.world.world import World

UNSENT, SENT, NO_FRIEND, QUOTA_USED = 0, 1, 2, 3
DAY, WEEK = 1, 7
"""Lengths of ``Limits.mass_period_days`` that are no calendar month."""
BEIJING = timedelta(hours=8)
REMINDERS_SECONDS = 86_400

Bubble = tuple[str, dict[str, str]]


@dataclass(slots=True, eq=False)
class MassShare:
    """What one member has to confirm: customers with what became of each, by external_userid."""

    userid: str
    customers: dict[str, int]
    shown: Message
    sent_at: int = 0
    times: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class MassTask:
    """One call of ``add_msg_template``; ``shares`` by lower-case userid."""

    msgid: str
    agentid: int
    created_at: int
    bubbles: list[Bubble]
    shares: dict[str, MassShare] = field(default_factory=dict)
    cancelled: bool = False
    reminders: list[float] = field(default_factory=list)


def create_task(
    world: World, corp: Corp, agentid: int, bubbles: list[Bubble], recipients: dict[str, list[str]]
) -> MassTask:
    """Lay a task onto the phones of the members; ``recipients``: external_userids by lower-case userid."""
    task = MassTask(f"msg{world.ids.fresh(29, 'mass', alphabet=TOKEN)}", agentid, world.clock.unix(), bubbles)
    corp.mass_tasks[task.msgid] = task
    for userid, customers in recipients.items():
        member = corp.members[userid]
        shown = world.show(
            assistant(world, corp, member),
            "them",
            "mass_task",
            msgid=task.msgid,
            text=next((told["text"] for kind, told in bubbles if kind == "text"), ""),
            items=orjson.dumps([{"kind": kind, **told} for kind, told in bubbles if kind != "text"]).decode(),
            count=str(len(customers)),
        )
        task.shares[userid] = MassShare(member.userid, dict.fromkeys(customers, UNSENT), shown)
    world.ledger.write(
        "mass.task_created",
        corpid=corp.corpid,
        msgid=task.msgid,
        members=len(recipients),
        customers=sum(map(len, recipients.values())),
    )
    return task


def confirm(world: World, corp: Corp, member: Member, msgid: str) -> bool:
    """A member confirms: it is sent to their customers now. False when there is nothing to confirm any more."""
    task = corp.mass_tasks.get(msgid)
    share = task.shares.get(member.userid.lower()) if task else None
    if task is None or share is None or share.sent_at or task.cancelled:
        return False
    share.sent_at = world.clock.unix()
    for external_userid in share.customers:
        share.customers[external_userid] = _deliver(world, corp, share, external_userid, task)
        share.times[external_userid] = share.sent_at
    share.shown.body["done"] = "sent"
    world.ledger.write("mass.confirmed", corpid=corp.corpid, msgid=msgid, userid=member.userid)
    world.changes.touch()
    return True


def cancel(world: World, corp: Corp, task: MassTask) -> None:
    """Who has not confirmed yet cannot any more."""
    task.cancelled = True
    for share in task.shares.values():
        if not share.sent_at:
            share.shown.body["done"] = "cancelled"
    world.ledger.write("mass.cancelled", corpid=corp.corpid, msgid=task.msgid)
    world.changes.touch()


def remind(world: World, corp: Corp, task: MassTask) -> bool:
    """Tell those who have not confirmed; False after too many reminders within 24 hours."""
    now = world.clock.time()
    recent = [at for at in task.reminders if now - at < REMINDERS_SECONDS]
    most = world.limits.mass_reminders_per_day
    if most is not None and len(recent) >= most:
        return False
    task.reminders = [*recent, now]
    for userid, share in task.shares.items():
        if not share.sent_at:
            world.show(assistant(world, corp, corp.members[userid]), "notice", "text", text="你有一条群发消息待确认")
    world.ledger.write("mass.reminded", corpid=corp.corpid, msgid=task.msgid)
    return True


def assistant(world: World, corp: Corp, member: Member) -> Chat:
    """Where tasks to confirm come up on a member's phone."""
    return world.staff_phone(corp, member).open(f"mass:{corp.corpid}", "群发助手", "app")


def _deliver(world: World, corp: Corp, share: MassShare, external_userid: str, task: MassTask) -> int:
    friendship = corp.friendship(share.userid, external_userid)
    if friendship is None or friendship.left_by_customer:
        return NO_FRIEND
    received = corp.mass_received.setdefault(external_userid, [])
    if not _has_room(world, received):
        return QUOTA_USED
    received.append(world.clock.time())
    for kind, shown in task.bubbles:
        tell_customer(world, corp, friendship, kind, **shown)
    world.ledger.write(
        "mass.delivered",
        corpid=corp.corpid,
        msgid=task.msgid,
        userid=share.userid,
        external_userid=external_userid,
        person=friendship.person.id,
    )
    return SENT


def _has_room(world: World, received: list[float]) -> bool:
    """Whether one more fits: a day's one, a week's seven, or as many in a month as it has days."""
    period = world.limits.mass_period_days
    if period is None:
        return True
    today = (datetime.fromtimestamp(world.clock.time(), UTC) + BEIJING).date()
    days = [(datetime.fromtimestamp(at, UTC) + BEIJING).date() for at in received]
    if period == DAY:
        return today not in days
    if period == WEEK:
        monday = today - timedelta(days=today.weekday())
        return sum(day >= monday for day in days) < WEEK
    month = (today.year, today.month)
    return sum((day.year, day.month) == month for day in days) < monthrange(*month)[1]
