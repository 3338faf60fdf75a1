"""Forms of the task routes."""

from datetime import datetime
from typing import Literal

from weloop.kit.http import Schema


class StaffTaskInfo(Schema):
    """A staff task. ``outcome`` None: it is open. Ids are text for JavaScript."""

    id: str
    person_id: str | None
    person_name: str | None
    account_id: int
    staff: str
    staff_name: str | None
    title: str
    note: str
    script_id: int | None
    made_at: datetime
    due_at: datetime
    outcome: Literal["done", "declined", "expired", "withdrawn"] | None
    ended_at: datetime | None


class TaskPage(Schema):
    """A page of tasks."""

    items: list[StaffTaskInfo]
    total: int
    page: int
    size: int


class TaskEnd(Schema):
    """What came of a task."""

    outcome: Literal["done", "declined"]
