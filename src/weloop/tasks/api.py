"""The face of staff tasks (任务)."""

from datetime import datetime

from weloop.kit.unit import UnitOfWork
from weloop.tasks import repository
from weloop.tasks.schemas import StaffTaskInfo
from weloop.tasks.service import (
    KIND,
    TOPIC,
    Answer,
    NewTask,
    TaskClocks,
    end_task,
    forget_tasks,
    put_tasks,
    withdraw_tasks,
)
from weloop.tasks.showing import list_open_of

__all__ = [
    "KIND",
    "TOPIC",
    "Answer",
    "NewTask",
    "StaffTaskInfo",
    "TaskClocks",
    "count_open_of",
    "end_task",
    "forget_tasks",
    "list_open_of",
    "next_due",
    "put_tasks",
    "withdraw_tasks",
]


async def count_open_of(unit: UnitOfWork, account_id: int, staff: str) -> int:
    """How many tasks a member has to do."""
    return await repository.count_open(unit.connection, account_id, staff)


async def next_due(unit: UnitOfWork) -> datetime | None:
    """World time at which the next task expires."""
    return await repository.next_due(unit.connection)
