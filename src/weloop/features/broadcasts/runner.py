"""The claim loop of broadcasts: freezes, hands on, takes back; one chunk of one broadcast in one transaction.

What is done is written with how far it is, so that a worker that is killed leaves nothing half done and the next one
goes on where it stopped.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from weloop.content.api import get_draft_id
from weloop.contracts.commands import Command, CommandName, Delivery, MessageClass, Occasion
from weloop.contracts.errors import WeLoopError
from weloop.contracts.events import Lane
from weloop.contracts.json import JsonObject
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.audience import Chosen, check_segment, check_willing, scan
from weloop.features.broadcasts.counted import load_counted
from weloop.features.broadcasts.models import AccountJobRow, BroadcastRow
from weloop.features.broadcasts.rules import (
    JOB,
    SLOW_WATCH,
    SOON,
    WATCH,
    Kind,
    State,
    Step,
    Why,
    chunk_of,
    client_id,
    fill_in,
    is_chosen_by_platform,
    is_held,
    key_of,
    load_limits,
    next_step,
    read_keys,
    split_list,
)
from weloop.identity.api import find_faces, find_persons
from weloop.kit.claims import NextDue
from weloop.kit.db import is_away
from weloop.kit.unit import UnitOfWork, Units
from weloop.mass_tasks.api import Priority, Wish, can_come_back, put_content, take_back, wish
from weloop.outbox.api import OF_ALL, Allow, Defer, Reason, count_ahead, has_open, judge, withdraw

log = structlog.get_logger(__name__)

TOPIC = "broadcasts"
TAKEN_BACK = 5000
HOUR = timedelta(hours=1)


class BroadcastRunner:
    """Any number of processes may run it: each takes a broadcast that no other is at."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def work(self) -> int:
        """One chunk; answers how many broadcasts were worked on. One that cannot go on holds up no other."""
        claimed, state = None, ""
        try:
            async with self._units.begin() as unit:
                row = await repository.claim(unit.session, unit.now)
                if row is None:
                    return 0
                claimed, state = row.id, row.state
                await _advance(unit, row)
                await unit.session.flush()
                unit.publish(TOPIC)
        except Exception as error:
            if claimed is None or is_away(error):
                raise
            log.warning("broadcasts.chunk_failed", broadcast=claimed, exc_info=True)
            await self._give_up(claimed, state, error)
        return 1

    async def _give_up(self, broadcast_id: int, state: str, error: Exception) -> None:
        """What the error says ends it, unless it was stopped meanwhile; of what it says nothing, another try may go
        well."""
        async with self._units.begin() as unit:
            if not isinstance(error, WeLoopError):
                await repository.put_off(unit.connection, broadcast_id, unit.now + SLOW_WATCH)
                return
            row = await repository.get_broadcast(unit.session, broadcast_id, lock=True)
            if row is not None and row.state == state:
                await _fail(unit, row, error)
                unit.publish(TOPIC)

    async def next_due(self) -> NextDue:
        """When the next broadcast goes on."""
        async with self._units.glance() as connection:
            return NextDue(await repository.next_due(connection))


async def _advance(unit: UnitOfWork, row: BroadcastRow) -> None:
    if row.state == State.SCHEDULED:
        row.started_at = unit.now
        row.state = State.SENDING if is_chosen_by_platform(row.audience) else State.FREEZING
        row.next_at = unit.now
    elif row.state == State.FREEZING:
        await _freeze(unit, row)
    elif row.state == State.STOPPING:
        await _take_back(unit, row)
    else:
        await _SENDERS[Kind(row.kind)](unit, row)


async def _freeze(unit: UnitOfWork, row: BroadcastRow) -> None:
    """Write down the next persons of the audience. The place moves on with them."""
    if not await _is_of_one_rule(unit, row):
        return
    limit = load_limits()["sender"]["freeze"]
    await repository.lock_freezing(unit.connection, shared=True)
    chosen = await scan(unit, Kind(row.kind), row.account_id, row.audience, row.place, limit)
    await repository.insert_recipients(unit.connection, row.id, [_recipient(row, each) for each in chosen], unit.now)
    if chosen:
        row.place = chosen[-1].person_id
    if len(chosen) < limit:
        row.state, row.frozen_at = State.SENDING, unit.now
    row.next_at = unit.now


async def _is_of_one_rule(unit: UnitOfWork, row: BroadcastRow) -> bool:
    """Whether persons may be taken now. Where a segment was changed since the first were, all are chosen anew."""
    segment = await check_segment(unit, row.audience, lock=True)
    if segment is None:
        return True
    if not segment.ready:
        row.next_at = unit.now + WATCH
        return False
    if row.audience.get("revision") != segment.revision:
        await repository.delete_recipients(unit.connection, row.id)
        row.place, row.audience = None, {**row.audience, "revision": segment.revision}
    return True


def _recipient(row: BroadcastRow, chosen: Chosen) -> tuple[Any, ...]:
    address = chosen.address
    if address is None:
        return chosen.person_id, None, "", "", str(Step.SKIPPED), str(Why.UNREACHABLE)
    step = Step.HELD if is_held(row.id, chosen.person_id, row.holdout) else Step.WAITING
    return chosen.person_id, address.identity_id, address.value, address.staff, str(step), ""


async def _send_service(unit: UnitOfWork, row: BroadcastRow) -> None:
    """Put the next messages into the outbox, as many as there is room for."""
    open_steps = await repository.find_open_steps(unit.connection, row.id)
    if not open_steps:
        await _finish(unit, row)
        return
    ahead = 0
    if Step.WAITING in open_steps:
        ahead = await count_ahead(unit, _queue_of(row), load_limits()["sender"]["ahead"])
    room = chunk_of(row.per_minute, ahead)
    found = await repository.take_waiting(unit.connection, row.id, room)
    # By the identity: persons may have been joined, or told apart, since they were chosen.
    person_of = await find_persons(unit, {each.identity_id for each in found})
    bodies = await fill_in_each(unit, row, set(person_of.values()))
    steps = []
    for each in found:
        body = bodies.get(person_of.get(each.identity_id, 0), Why.UNREACHABLE)
        if isinstance(body, Why):
            steps.append((row.id, each.person_id, str(Step.SKIPPED), str(body)))
            continue
        steps.append((row.id, each.person_id, str(Step.QUEUED), ""))
        unit.enqueue(_message(unit, row, each, body))
    await repository.set_steps(unit.connection, steps, unit.now, only=(Step.WAITING,))
    row.next_at = next_step(unit.now, row.per_minute, room, len(found))


async def fill_in_each(unit: UnitOfWork, row: BroadcastRow, persons: Collection[int]) -> dict[int, JsonObject | Why]:
    """By person the body of the service message, or why there is none."""
    faces = await find_faces(unit, persons)
    values = {person: {"name": face.name, "company": face.company} for person, face in faces.items()}
    return {person: fill_in(row.content, values.get(person, {})) for person in persons}


def _message(unit: UnitOfWork, row: BroadcastRow, recipient: Any, body: JsonObject) -> Command:
    return Command(
        key=key_of(row.id, recipient.person_id),
        name=CommandName.SEND_SERVICE_MESSAGE,
        account_id=row.account_id,
        body={"openid": recipient.address, **body},
        delivery=Delivery.AT_MOST_ONCE,
        lane=Lane.BULK,
        subject_id=recipient.identity_id,
        ref=f"broadcast:{row.id}",
        expires_at=_ends(unit.now),
        occasion=Occasion(campaign_id=row.campaign_id, advert=row.advert),
        queue=_queue_of(row),
    )


def _queue_of(row: BroadcastRow) -> str:
    return f"broadcast:{row.id}"


_JUDGED = {
    Kind.MASS_TASK: CommandName.SEND_MASS_MESSAGE,
    Kind.SERVICE: CommandName.SEND_SERVICE_MESSAGE,
    Kind.ACCOUNT_MASS: CommandName.SEND_ACCOUNT_MASS_MESSAGE,
}


def judged_message(row: BroadcastRow, at: datetime) -> Command:
    """What somebody would get who is reached at a moment, for policy alone to judge."""
    return Command(
        key="",
        name=_JUDGED[Kind(row.kind)],
        account_id=row.account_id,
        body={},
        delivery=Delivery.AT_MOST_ONCE,
        expires_at=_kept(row, at),
        occasion=Occasion(campaign_id=row.campaign_id, advert=row.advert),
    )


def _kept(row: BroadcastRow, at: datetime) -> datetime:
    """Until when a list is kept that is made at a moment."""
    return _ends(at) if row.keep_until is None else min(_ends(at), row.keep_until)


def _ends(at: datetime) -> datetime:
    """What is kept back for longer is not sent any more."""
    return at + timedelta(hours=load_limits()["sender"]["keep_hours"])


async def _send_by_members(unit: UnitOfWork, row: BroadcastRow) -> None:
    """Wish it of the next members, all customers of a member at once: so each gets one task."""
    limit = load_limits()["sender"]["freeze"]
    found = await repository.take_waiting_of_members(unit.connection, row.id, limit)
    if not found:
        if await repository.find_open_steps(unit.connection, row.id):
            row.next_at = unit.now + SLOW_WATCH
        else:
            await _finish(unit, row)
        return
    content_id = await put_content(unit, row.content.get("text", ""), row.content.get("attachments", []))
    wishes = [
        Wish(
            key=key_of(row.id, each.person_id),
            origin=f"broadcast:{row.id}",
            account_id=row.account_id,
            staff=each.staff,
            identity_id=each.identity_id,
            external_userid=each.address,
            content_id=content_id,
            due=unit.now,
            expires_at=_ends(unit.now),
            campaign_id=row.campaign_id,
            advert=row.advert,
            priority=Priority(row.priority),
        )
        for each in found
    ]
    await wish(unit, wishes)
    steps = [(row.id, each.person_id, str(Step.QUEUED), "") for each in found]
    await repository.set_steps(unit.connection, steps, unit.now, only=(Step.WAITING,))
    row.next_at = unit.now


async def _send_by_account(unit: UnitOfWork, row: BroadcastRow) -> None:
    """Give the platform its jobs: one where it chooses, else one for each ten thousand of the list."""
    jobs = await repository.list_jobs(unit.connection, [row.id])
    held_until, row.waits = None, ""
    if is_chosen_by_platform(row.audience):
        if not jobs:
            await _start_job(unit, row, [])
    else:
        has_gone = any(job.state != "failed" for job in jobs)
        held_until = await _start_list(unit, row, is_first=not jobs, has_gone=has_gone)
    if row.state != State.SENDING:
        return  # nobody is on the list
    open_still = await repository.find_open_steps(unit.connection, row.id)
    since = unit.now - timedelta(hours=load_limits()["sender"]["told_hours"])
    open_jobs = await repository.find_open_jobs(unit.connection, row.id, since)
    if open_still or open_jobs or not jobs:
        asks = _ask_for(unit, row, open_jobs)
        row.next_at = held_until or unit.now + (SLOW_WATCH if asks else WATCH)
    else:
        await _finish(unit, row)


def _ask_for(unit: UnitOfWork, row: BroadcastRow, jobs: Sequence[Any]) -> bool:
    """Ask for jobs of whose end no callback has told, once an hour is over, two, four and so on; whether any is asked
    for."""
    late = [job for job in jobs if job.handed_at is not None and unit.now - job.handed_at >= HOUR]
    for job in late:
        look = ((unit.now - job.handed_at) // HOUR).bit_length()
        unit.enqueue(
            Command(
                key=f"{JOB}:{row.id}:{job.n}:look:{look}",
                name=CommandName.FETCH_ACCOUNT_MASS,
                account_id=row.account_id,
                body={"msg_id": job.msg_id},
                delivery=Delivery.AT_LEAST_ONCE,
                ref=f"{row.id}:{job.n}",
            )
        )
    return bool(late)


async def _start_list(unit: UnitOfWork, row: BroadcastRow, *, is_first: bool, has_gone: bool) -> datetime | None:
    """Hand in the next job; ``has_gone``: one of it may have brought somebody something. Until when some of the list
    wait for their account or the morning, if any do."""
    counts = (await repository.count_steps(unit.connection, [row.id])).get(row.id, {})
    waiting = counts.get(Step.WAITING, 0)
    if not waiting:
        if is_first:
            await _finish(unit, row)
        return None
    size = split_list(waiting)[0]
    chosen = await repository.take_waiting(unit.connection, row.id, size)
    is_article = bool(row.content.get("article_id"))
    if is_article and has_gone:
        steps = [(row.id, each.person_id, str(Step.SKIPPED), str(Why.ONE_JOB)) for each in chosen]
        await repository.set_steps(unit.connection, steps, unit.now, only=(Step.WAITING,))
        return None
    found, is_service, held_until = await _allowed(unit, row, chosen)
    few = len(found) < load_limits()["account_mass"]["fewest"]
    if held_until is not None and (few or is_article):
        return held_until  # whoever an article does not reach with this job gets none
    step, why = (Step.SKIPPED, Why.TOO_FEW) if few else (Step.QUEUED, "")
    steps = [(row.id, each.person_id, str(step), str(why)) for each in found]
    await repository.set_steps(unit.connection, steps, unit.now, only=(Step.WAITING,))
    if not few:
        await _start_job(unit, row, found, row.campaign_id if is_service else None)
    return held_until


def waits_for(reasons: Iterable[Reason]) -> bool:
    """Whether a list waits for somebody against whom this stands."""
    return {reason.gate for reason in reasons} <= OF_ALL


async def _allowed(
    unit: UnitOfWork, row: BroadcastRow, found: Sequence[Any]
) -> tuple[list[Any], bool, datetime | None]:
    """Without those to whom policy does not let it leave now: a job cannot wait for some of its list. Whom only their
    account or the hour holds back goes on waiting, for as long as it is kept, until a moment. And whether all others
    asked for what it is about.
    """
    message = judged_message(row, unit.now)
    messages = [
        (-number, replace(message, key=key_of(row.id, each.person_id), subject_id=each.identity_id))
        for number, each in enumerate(found, 1)
    ]
    judged = await judge(unit, messages, others=load_counted)
    steps, allowed, classes, held = [], [], [], []
    is_kept = row.frozen_at is None or unit.now < _ends(row.frozen_at)
    for each in found:
        verdict = judged[key_of(row.id, each.person_id)].verdict
        if isinstance(verdict, Allow):
            allowed.append(each)
            classes.append((each.person_id, str(judged[key_of(row.id, each.person_id)].message_class)))
        elif is_kept and isinstance(verdict, Defer) and waits_for(verdict.reasons):
            held.append(verdict.until)
        else:
            steps.append((row.id, each.person_id, str(Step.SKIPPED), str(verdict.reasons[0].gate)))
    await repository.set_steps(unit.connection, steps, unit.now, only=(Step.WAITING,))
    await repository.set_classes(unit.connection, row.id, classes)
    return allowed, all(each == MessageClass.SERVICE for _, each in classes), min(held, default=None)


async def _start_job(unit: UnitOfWork, row: BroadcastRow, found: Sequence[Any], campaign_id: int | None = None) -> None:
    """``campaign_id``: all of the list asked for what it is about."""
    await check_willing(unit, row.account_id, row.audience)
    msgtype, content = await mass_content(unit, row)
    audience = row.audience
    target: JsonObject = {"openids": [each.address for each in found]}
    if audience["kind"] == "followers":
        target = {"all": True}
    elif audience["kind"] == "tag":
        target = {"tag_id": audience["tag_id"]}
    row.last_job = n = row.last_job + 1
    unit.session.add(
        AccountJobRow(
            broadcast_id=row.id,
            n=n,
            account_id=row.account_id,
            to_all=audience["kind"] == "followers",
            persons=[each.person_id for each in found],
            state="sending",
            at=unit.now,
        )
    )
    unit.enqueue(
        Command(
            key=f"{JOB}:{row.id}:{n}",
            name=CommandName.SEND_ACCOUNT_MASS,
            account_id=row.account_id,
            body={
                "client_id": client_id(row.id, n, row.created_at),
                "msgtype": msgtype,
                "content": content,
                **target,
            },
            delivery=Delivery.IDEMPOTENT,
            lane=Lane.BULK,
            ref=f"{row.id}:{n}",
            expires_at=_kept(row, unit.now),
            occasion=Occasion(campaign_id=campaign_id),
        )
    )


async def mass_content(unit: UnitOfWork, row: BroadcastRow) -> tuple[str, JsonObject]:
    """What an official account's 群发 says, as the platform takes it."""
    article_id = row.content.get("article_id")
    if article_id:
        return "mpnews", {"media_id": await get_draft_id(unit, article_id)}
    return "text", {"content": row.content["text"]}


async def _fail(unit: UnitOfWork, row: BroadcastRow, error: WeLoopError) -> None:
    """Nothing of a list that is not whole is kept, and no job of it leaves any more."""
    if row.state == State.FREEZING:
        await repository.delete_recipients(unit.connection, row.id)
    elif row.kind == Kind.ACCOUNT_MASS:
        freed = [(row.id, person, str(Step.WAITING), "") for person in await take_back_jobs(unit, row)]
        await repository.set_steps(unit.connection, freed, unit.now, only=(Step.QUEUED,))
    row.state, row.next_at, row.ended_at = State.FAILED, None, unit.now
    row.failure = {"code": error.instance_code, "params": error.params}


async def _finish(unit: UnitOfWork, row: BroadcastRow) -> None:
    row.state, row.next_at, row.ended_at = State.DONE, None, unit.now


async def _take_back(unit: UnitOfWork, row: BroadcastRow) -> None:
    """Take back what has not left yet; what is being sent at this moment goes out, or comes back."""
    can_come_back = _CAN_COME_BACK[Kind(row.kind)]
    # What is being sent may come back, also between these questions, and is taken back then.
    is_open = await can_come_back(unit, row)
    persons = await _TAKERS[Kind(row.kind)](unit, row)
    is_open = is_open or (not persons and await can_come_back(unit, row))
    steps = [(row.id, person, str(Step.WAITING), "") for person in persons]
    await repository.set_steps(unit.connection, steps, unit.now, only=(Step.QUEUED,))
    if persons or is_open:
        row.next_at = unit.now if persons else unit.now + SOON
    else:
        row.state, row.next_at = State.STOPPED, None


async def _take_back_wishes(unit: UnitOfWork, row: BroadcastRow) -> list[int]:
    keys = await take_back(unit, f"broadcast:{row.id}", TAKEN_BACK)
    return [person for _, person, _ in read_keys(keys)]


async def _take_back_messages(unit: UnitOfWork, row: BroadcastRow) -> list[int]:
    persons = await repository.list_queued(unit.connection, row.id, TAKEN_BACK)
    keys = await withdraw(unit, [key_of(row.id, person) for person in persons])
    return [person for _, person, _ in read_keys(keys)]


async def take_back_jobs(unit: UnitOfWork, row: BroadcastRow) -> list[int]:
    """Jobs that nobody was given are as if they had never been."""
    keys = {f"{JOB}:{row.id}:{job.n}": job.n for job in await repository.list_jobs(unit.connection, [row.id])}
    withdrawn = await withdraw(unit, list(keys))
    return await repository.delete_jobs(unit.connection, row.id, [keys[key] for key in withdrawn])


async def _wishes_come_back(unit: UnitOfWork, row: BroadcastRow) -> bool:
    return await can_come_back(unit, f"broadcast:{row.id}")


async def _messages_come_back(unit: UnitOfWork, row: BroadcastRow) -> bool:
    persons = await repository.list_queued(unit.connection, row.id, TAKEN_BACK)
    return len(persons) == TAKEN_BACK or await has_open(unit, [key_of(row.id, person) for person in persons])


async def _jobs_come_back(unit: UnitOfWork, row: BroadcastRow) -> bool:
    jobs = await repository.list_jobs(unit.connection, [row.id])
    return await has_open(unit, [f"{JOB}:{row.id}:{job.n}" for job in jobs if job.state == "sending"])


_TAKERS = {
    Kind.SERVICE: _take_back_messages,
    Kind.MASS_TASK: _take_back_wishes,
    Kind.ACCOUNT_MASS: take_back_jobs,
}
_CAN_COME_BACK = {
    Kind.SERVICE: _messages_come_back,
    Kind.MASS_TASK: _wishes_come_back,
    Kind.ACCOUNT_MASS: _jobs_come_back,
}
_SENDERS = {
    Kind.SERVICE: _send_service,
    Kind.MASS_TASK: _send_by_members,
    Kind.ACCOUNT_MASS: _send_by_account,
}
