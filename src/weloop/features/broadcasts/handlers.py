"""What broadcasts make of the outcomes of their commands, of their wishes, and of jobs that ended."""

from collections.abc import Sequence

from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.contracts.mass_tasks import WishesEnded
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.rules import Step, read_keys
from weloop.features.broadcasts.runner import TOPIC
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import settle_command

_STEPS = {
    EventKind.COMMAND_SENT: Step.SENT,
    EventKind.COMMAND_FAILED: Step.FAILED,
    EventKind.COMMAND_UNCERTAIN: Step.UNCERTAIN,
    EventKind.COMMAND_REFUSED: Step.SKIPPED,
}
_TOLD = {"SEND_SUCCESS": "sent", "SEND_FAIL": "failed", "DELETE": "deleted"}
_UNSURE = (Step.QUEUED, Step.ASKED, Step.UNCERTAIN, Step.FAILED, Step.SKIPPED)
"""What an outcome may still change: a person may replay what failed, or say what became of what is uncertain."""


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of service messages and of jobs."""
    rows = {}
    for event in events:
        name = event.data.get("command")
        if name == CommandName.SEND_SERVICE_MESSAGE:
            for broadcast_id, person_id, _ in read_keys([str(event.data["key"])]):
                rows[broadcast_id, person_id] = (str(_STEPS[event.kind]), _reason(event))
        elif name == CommandName.SEND_ACCOUNT_MASS:
            await _take_job(unit, event)
        elif name == CommandName.FETCH_ACCOUNT_MASS:
            await _take_answer(unit, event)
    if rows:
        steps = [(*key, *step) for key, step in sorted(rows.items())]
        if await repository.set_steps(unit.connection, steps, unit.now, only=_UNSURE):
            unit.publish(TOPIC)


def _reason(event: Event) -> str:
    return "" if event.kind is EventKind.COMMAND_SENT else str(event.data.get("code") or "platform_uncertain")


async def _take_job(unit: UnitOfWork, event: Event) -> None:
    """The platform took a job, or not. What it takes goes to all of its list, as far as we know of them."""
    broadcast_id, _, n = str(event.data["ref"]).partition(":")
    job = await repository.lock_job(unit.session, int(broadcast_id), int(n))
    if job is None:
        return
    result = event.data.get("result")
    if event.kind is EventKind.COMMAND_SENT and isinstance(result, dict):
        job.state, job.msg_id, job.failure = "handed_in", str(result.get("msg_id", "")), None
        job.handed_at = event.occurred_at
    else:
        job.state = "uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else "failed"
        params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
        job.failure = {"code": _reason(event), "params": params}
    await unit.session.flush()
    step, reason = str(_STEPS[event.kind]), _reason(event)
    steps = [(job.broadcast_id, person, step, reason) for person in job.persons]
    await repository.set_steps(unit.connection, steps, unit.now, only=_UNSURE)
    if job.state == "failed" and not job.persons:
        await repository.set_failed(unit.connection, job.broadcast_id, job.failure or {}, unit.now)
    unit.publish(TOPIC)


async def _take_answer(unit: UnitOfWork, event: Event) -> None:
    """The platform was asked how a job ended. Whatever else it says, it is asked again later; nobody need see to it."""
    result = event.data.get("result")
    told = _TOLD.get(str(result.get("status"))) if isinstance(result, dict) else None
    if told:
        broadcast_id, _, n = str(event.data["ref"]).partition(":")
        await repository.set_told(unit.connection, int(broadcast_id), int(n), told)
        unit.publish(TOPIC)
    if event.kind is not EventKind.COMMAND_SENT:
        await settle_command(unit, str(event.data["key"]))


async def take_job_results(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle MassJobFinished: the last of each job counts."""
    names = ("status", "total", "chosen", "sent", "failed")
    last = {(event.account_id, str(event.data["msg_id"])): event for event in events}
    rows = [(*key, *(event.data[name] for name in names)) for key, event in sorted(last.items())]
    await repository.put_results(unit.connection, rows, unit.now)
    unit.publish(TOPIC)


async def follow_wishes(unit: UnitOfWork, ended: Sequence[WishesEnded]) -> None:
    """Handle what became of wishes: asked, sent, failed, uncertain."""
    rows: dict[tuple[int, int], tuple[str, str]] = {}
    for each in ended:
        states = {key: (state, reason) for key, state, reason in each.steps}
        for broadcast_id, person_id, key in read_keys(states):
            rows[broadcast_id, person_id] = states[key]
    if rows:
        steps = [(*key, *step) for key, step in sorted(rows.items())]
        if await repository.set_steps(unit.connection, steps, unit.now, only=_UNSURE):
            unit.publish(TOPIC)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    (tuple(_STEPS), take_outcomes),
    ((EventKind.MASS_JOB_FINISHED,), take_job_results),
)
