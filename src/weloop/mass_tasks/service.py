"""Wishing, taking back and cancelling mass messages that members confirm."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weloop.contracts.commands import Command, CommandName, Delivery, ManyReturned
from weloop.contracts.identities import IdentitiesForgotten
from weloop.contracts.json import JsonObject
from weloop.contracts.mass_tasks import WishesEnded
from weloop.kit.db import to_json
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks import repository
from weloop.mass_tasks.rules import PLACES, Priority, Why
from weloop.outbox import api as outbox

TOPIC = "mass_tasks"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody shall get a mass message from a member. ``key`` is unique for ever."""

    key: str
    origin: str
    account_id: int
    staff: str
    identity_id: int
    external_userid: str
    content_id: int
    due: datetime
    priority: Priority = Priority.NORMAL
    expires_at: datetime | None = None
    campaign_id: int | None = None
    advert: bool = False


async def put_content(unit: UnitOfWork, words: str, attachments: Sequence[JsonObject]) -> int:
    """The id of what shall be said; the same words and attachments have the same id, and are merged into one task."""
    stored = to_json(list(attachments))
    digest = hashlib.sha256(f"{words}\0{stored}".encode()).digest()
    return await repository.put_content(unit.connection, digest, words, stored)


async def wish(unit: UnitOfWork, wishes: Sequence[Wish]) -> None:
    """Let these come true; those known already are left as they are. What is replayed wishes nothing."""
    if unit.replays:
        return
    rows = [
        (
            each.key,
            each.origin,
            each.account_id,
            each.staff,
            each.identity_id,
            each.external_userid,
            each.content_id,
            PLACES[each.priority],
            each.due,
            each.expires_at,
            each.campaign_id,
            each.advert,
        )
        for each in {each.key: each for each in wishes}.values()
    ]
    if rows:
        await repository.insert_wishes(unit.connection, rows)
        unit.publish(TOPIC)


async def load_counted(unit: UnitOfWork, identities: Collection[int], since: datetime) -> Sequence[Any]:
    """Mass messages that count against caps; see ``outbox.facts.Counted``."""
    return await repository.load_counted(unit.connection, identities, since)


async def forget_wishes(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Wish nothing more of whoever was erased. What lies on a member's phone is the member's."""
    identities = frozenset().union(*(each.identities for each in forgotten))
    await make_anew(unit, identities)
    tell(unit, [row for row in await repository.forget(unit.connection, identities, Why.ERASED) if row.waited])


async def make_anew(unit: UnitOfWork, identities: Collection[int]) -> None:
    """Let tasks with some of these that lie in the outbox still, as while their account does not work, be made anew:
    whoever is in one is judged again.
    """
    await _undo(unit, await repository.find_unsent(unit.connection, "identity_id", identities))


async def _undo(unit: UnitOfWork, tasks: Collection[int]) -> None:
    """Let those of these tasks that lie in the outbox still be as if they had never been: all of theirs waits again."""
    keys = {key_of(task_id): task_id for task_id in tasks}
    withdrawn = await outbox.withdraw(unit, list(keys)) if keys else []
    if withdrawn:
        await repository.undo_tasks(unit.connection, [(keys[key], None, "") for key in withdrawn])
        unit.publish(TOPIC)


async def follow_returns(unit: UnitOfWork, returned: Sequence[ManyReturned]) -> None:
    """Let what tasks were made of that could not leave wait: everybody is judged again when it is due."""
    tasks = [(task_id, each.due, each.why) for each in returned for task_id in _task_of(each.key)]
    await repository.undo_tasks(unit.connection, tasks)
    unit.publish(TOPIC)


async def remake(unit: UnitOfWork, keys: Collection[str]) -> set[str]:
    """Let tasks that could not be made, by the keys of their commands, be made anew: everybody is judged again. Whose
    wishes they hold; what is over takes its own back.
    """
    tasks = [task_id for key in keys for task_id in _task_of(key)]
    origins = await repository.revive(unit.connection, tasks)
    await repository.undo_tasks(unit.connection, [(task_id, None, "") for task_id in tasks])
    unit.publish(TOPIC)
    return origins


def key_of(task_id: int) -> str:
    """Of the command that makes a task."""
    return f"mass_task:{task_id}"


def _task_of(key: str) -> list[int]:
    """The task that the command with this key makes, if it is one of ours."""
    kind, _, number = key.partition(":")
    return [int(number)] if kind == "mass_task" else []


async def take_back(unit: UnitOfWork, origin: str, limit: int) -> list[str]:
    """Take back at most so many wishes for which nobody has been asked; their keys may be wished again. What others
    wished of the same tasks waits again.
    """
    await _undo(unit, await repository.find_unsent(unit.connection, "origin", [origin]))
    return await repository.delete_waiting(unit.connection, origin, limit)


async def can_come_back(unit: UnitOfWork, origin: str) -> bool:
    """Whether a task with some of this origin's wishes is on the way to the platform at this moment."""
    tasks = await repository.find_unsent(unit.connection, "origin", [origin])
    return await outbox.has_open(unit, [key_of(task_id) for task_id in tasks])


async def withdraw(unit: UnitOfWork, keys: Collection[str]) -> list[str]:
    """The same of these wishes alone."""
    return await repository.withdraw(unit.connection, keys)


async def cancel(unit: UnitOfWork, origin: str) -> int:
    """Take the tasks off the phones that hold only this origin's wishes; answers how many. What a task shares with
    others stays."""
    rows = await repository.find_open_tasks(unit.connection, origin)
    for row in rows:
        unit.enqueue(task_command(CommandName.CANCEL_MASS_TASK, row, {"msgid": row.msgid}, "cancel"))
    return len(rows)


async def remind(unit: UnitOfWork, origin: str) -> int:
    """Let the platform remind the members who have not confirmed; answers how many tasks that are."""
    rows = await repository.find_open_tasks(unit.connection, origin)
    at = int(unit.now.timestamp())
    for row in rows:
        unit.enqueue(task_command(CommandName.REMIND_MASS_TASK, row, {"msgid": row.msgid}, f"remind:{at}"))
    return len(rows)


def task_command(name: CommandName, row: Any, body: JsonObject, what: str) -> Command:
    """A command about a task that exists at the platform."""
    return Command(
        key=f"mass_task:{row.id}:{what}",
        name=name,
        account_id=row.account_id,
        body=body,
        delivery=Delivery.AT_LEAST_ONCE,
        ref=str(row.id),
    )


def tell(unit: UnitOfWork, steps: Iterable[Any]) -> None:
    """Tell whoever wished, once for each origin: rows with key, origin, state, reason."""
    by_origin: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in steps:
        by_origin[row.origin].append((row.key, row.state, row.reason))
    for origin, found in sorted(by_origin.items()):
        unit.append(WishesEnded(origin, tuple(found)))
    unit.publish(TOPIC)
