"""Routes of staff tasks (任务) in the console."""

from typing import Annotated

from fastapi import APIRouter, Query

from weloop.access.api import Editor, SignedIn, record_act
from weloop.contracts.errors import NotFound
from weloop.kit.http import PageQuery, RequestUnit, RowId
from weloop.tasks import repository, service
from weloop.tasks.schemas import StaffTaskInfo, TaskEnd, TaskPage
from weloop.tasks.showing import show_tasks

router = APIRouter(tags=["tasks"])


@router.get("/tasks")
async def list_tasks(
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    state: repository.TaskState = "open",
    staff: Annotated[str | None, Query(max_length=100)] = None,
) -> TaskPage:
    """Tasks of all members or of one: open ones the most urgent first, ended ones the latest first."""
    rows, total = await repository.list_tasks(unit.connection, state, staff, page)
    return TaskPage(items=await show_tasks(unit, rows), total=total, page=page.page, size=page.size)


@router.post("/tasks/{task_id}/end")
async def end_task(task_id: RowId, body: TaskEnd, user: Editor, unit: RequestUnit) -> StaffTaskInfo:
    """Say for a member what came of a task."""
    await service.end_task(unit, task_id, body.outcome)
    record_act(unit, user.id, "task_ended", f"staff_task:{task_id}", {"outcome": body.outcome})
    row = await repository.get(unit.connection, task_id)
    if row is None:
        raise NotFound("there is no such task", code="task_not_found")
    [shown] = await show_tasks(unit, [row])
    return shown
