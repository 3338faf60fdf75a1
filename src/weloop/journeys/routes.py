"""Routes of journeys (自动化流程)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.engine import Row

from weloop.access.api import Editor, SignedIn
from weloop.identity.api import find_identities, find_person_names, find_persons
from weloop.journeys import reading, repository, service
from weloop.journeys.counts import ENTERED, GOAL, HERE, JOURNEY, read_counts
from weloop.journeys.errors import JourneyNotFound, RunNotFound
from weloop.journeys.impact import foresee_impact
from weloop.journeys.moves import MOVED
from weloop.journeys.publishing import WebhookAccounts
from weloop.journeys.ratios import FIRST, check_ratios
from weloop.journeys.schemas import (
    DraftInput,
    EntryInput,
    EntryResult,
    FailureInfo,
    FaultInfo,
    ImpactInfo,
    JourneyChange,
    JourneyCounts,
    JourneyDetail,
    JourneyInfo,
    JourneyInput,
    JourneyPage,
    JourneyVersion,
    NodeCounts,
    ParkedPage,
    ParkedRun,
    Publication,
    RatioInfo,
    RefusedEntry,
    RunChoice,
    RunCount,
    RunDetail,
    RunInfo,
    RunPage,
    StepInfo,
)
from weloop.journeys.sending import COMMAND_PREFIX
from weloop.journeys.validation import read
from weloop.kit.http import PageQuery, RequestUnit, RowId, Search, TextId
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks import api as mass_tasks
from weloop.outbox.api import find_held

router = APIRouter(tags=["journeys"])
ENDED = "ended_"


def webhook_accounts(request: Request) -> WebhookAccounts:
    """Who knows the webhooks; the entry point says."""
    found: WebhookAccounts = request.app.state.webhook_accounts
    return found


def trace_days(request: Request) -> int:
    """How long steps are kept after the end of their run."""
    days: int = request.app.state.trace_days
    return days


Webhooks = Annotated[WebhookAccounts, Depends(webhook_accounts)]
TraceDays = Annotated[int, Depends(trace_days)]


@router.get("/journeys")
async def list_journeys(
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    search: Search = "",
    status: reading.ListedStatus | None = None,
) -> JourneyPage:
    """Journeys that people made, newest first; those put away only when they are asked for."""
    rows, total = await reading.list_journeys(unit.connection, search.strip(), status, page)
    items = [JourneyInfo.model_validate(row) for row in rows]
    return JourneyPage(items=items, total=total, page=page.page, size=page.size)


@router.post("/journeys", status_code=201)
async def create_journey(body: JourneyInput, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """Make a draft. It may be wrong still."""
    row = await service.create_journey(unit, user, body.name, body.draft)
    return await _detail(unit, row.id)


@router.post("/journeys/validation")
async def validate_journey(body: DraftInput, _: Editor, unit: RequestUnit, webhooks: Webhooks) -> list[FaultInfo]:
    """Everything that is wrong with a draft; nothing is stored."""
    faults = await service.check_draft(unit, body.draft, webhooks)
    return [FaultInfo.model_validate(fault) for fault in faults]


@router.get("/journeys/{journey_id}")
async def get_journey(journey_id: RowId, _: SignedIn, unit: RequestUnit) -> JourneyDetail:
    """One journey with its draft."""
    return await _detail(unit, journey_id)


@router.patch("/journeys/{journey_id}")
async def change_journey(journey_id: RowId, body: JourneyChange, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """Change the name or the draft."""
    await service.change_journey(unit, user, journey_id, body.revision, body.name, body.draft)
    return await _detail(unit, journey_id)


@router.delete("/journeys/{journey_id}", status_code=204)
async def delete_journey(journey_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Delete a draft that was never published."""
    await service.delete_journey(unit, user, journey_id)


@router.post("/journeys/{journey_id}/publish")
async def publish_journey(
    journey_id: RowId, body: Publication, user: Editor, unit: RequestUnit, webhooks: Webhooks
) -> JourneyDetail:
    """Let people enter the draft from now on; who is inside stays on their version, but for those who are moved."""
    moves = {each.number: each.nodes for each in body.moves}
    await service.publish(unit, user, journey_id, body.revision, webhooks, moves)
    return await _detail(unit, journey_id)


@router.get("/journeys/{journey_id}/impact")
async def get_impact(journey_id: RowId, _: Editor, unit: RequestUnit, webhooks: Webhooks) -> ImpactInfo:
    """What publishing the draft would mean."""
    return ImpactInfo.model_validate(await foresee_impact(unit, journey_id, webhooks))


@router.get("/journeys/{journey_id}/failures")
async def list_failures(journey_id: RowId, _: SignedIn, unit: RequestUnit) -> list[FailureInfo]:
    """What fails in its newest runs, and how often."""
    await service.get_journey(unit, journey_id)
    rows = await reading.list_failures(unit.connection, journey_id)
    versions = {row.id: row for row in await reading.list_versions(unit.connection, journey_id)} if rows else {}
    return [_failure(row, versions[row.version_id]) for row in rows]


@router.post("/journeys/{journey_id}/pause")
async def pause_journey(journey_id: RowId, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """Let nobody in, and all inside stand still."""
    await service.pause(unit, user, journey_id)
    return await _detail(unit, journey_id)


@router.post("/journeys/{journey_id}/resume")
async def resume_journey(journey_id: RowId, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """Let it go on."""
    await service.resume(unit, user, journey_id)
    return await _detail(unit, journey_id)


@router.post("/journeys/{journey_id}/stop")
async def stop_journey(journey_id: RowId, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """End it for all inside."""
    await service.stop(unit, user, journey_id)
    return await _detail(unit, journey_id)


@router.post("/journeys/{journey_id}/archive")
async def archive_journey(journey_id: RowId, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """Put a draft or a stopped journey away; what it did stays."""
    await service.archive(unit, user, journey_id)
    return await _detail(unit, journey_id)


@router.post("/journeys/{journey_id}/unarchive")
async def unarchive_journey(journey_id: RowId, user: Editor, unit: RequestUnit) -> JourneyDetail:
    """Take it out again."""
    await service.unarchive(unit, user, journey_id)
    return await _detail(unit, journey_id)


@router.get("/journeys/{journey_id}/versions")
async def list_journey_versions(journey_id: RowId, _: SignedIn, unit: RequestUnit) -> list[JourneyVersion]:
    """All versions, newest first."""
    await service.get_journey(unit, journey_id)
    rows = await reading.list_versions(unit.connection, journey_id)
    return [_version(row) for row in rows]


@router.get("/journeys/{journey_id}/counts")
async def count_journey(
    journey_id: RowId,
    _: SignedIn,
    unit: RequestUnit,
    number: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> JourneyCounts:
    """What happened at each node of a version, the newest unless another is asked for."""
    await service.get_journey(unit, journey_id)
    versions = await reading.list_versions(unit.connection, journey_id)
    found = [row for row in versions if number is None or row.number == number]
    if not found:
        raise JourneyNotFound("it has no such version")
    return await _counts(unit, found[0])


@router.get("/journeys/{journey_id}/runs")
async def list_runs(
    journey_id: RowId,
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    state: reading.RunState | None = None,
    person_id: TextId | None = None,
) -> RunPage:
    """Runs, newest first; of one person when one is asked for."""
    await service.get_journey(unit, journey_id)
    now = None if person_id is None else (await find_persons(unit, [int(person_id)])).values()
    identities = None if now is None else await find_identities(unit, now)
    rows, total = await reading.list_runs(unit.connection, journey_id, identities, state, page)
    persons = await find_persons(unit, {row.identity_id for row in rows})
    versions = {row.id: row for row in await reading.list_versions(unit.connection, journey_id)} if rows else {}
    names = await find_person_names(unit, set(persons.values()))
    items = [RunInfo(**_run(row, versions[row.version_id], persons, names)) for row in rows]
    return RunPage(items=items, total=total, page=page.page, size=page.size)


@router.post("/journeys/{journey_id}/entries")
async def enter_journey(journey_id: RowId, body: EntryInput, user: Editor, unit: RequestUnit) -> EntryResult:
    """Let persons in by hand, as the journey's policy says."""
    entered, refused = await service.let_in(unit, user, journey_id, set(body.persons), body.occasion)
    reasons = [RefusedEntry(person_id=str(person), reason=reason) for person, reason in sorted(refused.items())]
    return EntryResult(entered=entered, refused=reasons)


@router.get("/journey-runs/parked")
async def list_parked_runs(_: SignedIn, unit: RequestUnit, page: PageQuery) -> ParkedPage:
    """Runs of all journeys that failed for good at a step, the latest first."""
    rows, total = await reading.list_parked(unit.connection, page)
    persons = await find_persons(unit, {row.identity_id for row in rows})
    items = [_parked(row, persons.get(row.identity_id)) for row in rows]
    return ParkedPage(items=items, total=total, page=page.page, size=page.size)


@router.post("/journey-runs/retry")
async def retry_runs(body: RunChoice, user: Editor, unit: RequestUnit) -> RunCount:
    """Try the steps of parked runs again."""
    return RunCount(count=await service.retry_runs(unit, user, body.ids))


@router.post("/journey-runs/skip")
async def skip_runs(body: RunChoice, user: Editor, unit: RequestUnit) -> RunCount:
    """Lead parked runs past their steps."""
    return RunCount(count=await service.skip_runs(unit, user, body.ids))


@router.get("/journey-runs/{run_id}")
async def get_run(run_id: RowId, _: SignedIn, unit: RequestUnit, days: TraceDays) -> RunDetail:
    """A run with what each node did."""
    return await _run_detail(unit, run_id, days)


@router.post("/journey-runs/{run_id}/retry")
async def retry_run(run_id: RowId, user: Editor, unit: RequestUnit, days: TraceDays) -> RunDetail:
    """Try the step of a parked run again."""
    await service.retry(unit, user, run_id)
    return await _run_detail(unit, run_id, days)


@router.post("/journey-runs/{run_id}/skip")
async def skip_run(run_id: RowId, user: Editor, unit: RequestUnit, days: TraceDays) -> RunDetail:
    """Lead a parked run past its step."""
    await service.skip(unit, user, run_id)
    return await _run_detail(unit, run_id, days)


@router.post("/journey-runs/{run_id}/end")
async def end_run(run_id: RowId, user: Editor, unit: RequestUnit, days: TraceDays) -> RunDetail:
    """End one run."""
    await service.end_run(unit, user, run_id)
    return await _run_detail(unit, run_id, days)


async def _detail(unit: UnitOfWork, journey_id: int) -> JourneyDetail:
    row = await service.get_journey(unit, journey_id)
    await unit.session.flush()
    listed = await reading.get_journey(unit.connection, journey_id)
    definition, _ = read(row.draft or {})
    return JourneyDetail(
        **JourneyInfo.model_validate(listed).model_dump(),
        draft=row.draft or {},
        definition=None if definition is None else definition.model_dump(mode="json"),
    )


def _version(row: Row[Any]) -> JourneyVersion:
    return JourneyVersion(number=row.number, published_at=row.published_at, definition=row.definition)


async def _counts(unit: UnitOfWork, version: Row[Any]) -> JourneyCounts:
    found: dict[int, dict[str, int]] = {}
    for row in await read_counts(unit, [version.id]):
        found.setdefault(row.node, {})[row.what] = row.n
    whole = found.get(JOURNEY, {})
    definition, _ = read(version.definition)
    ratios = {} if definition is None else check_ratios(definition, found)
    nodes = []
    for number, node in enumerate(version.definition["nodes"]):
        results = {what: n for what, n in found.get(number, {}).items() if not what.startswith(FIRST)}
        here = results.pop(HERE, 0)
        ratio = RatioInfo.model_validate(ratios[number]) if number in ratios else None
        nodes.append(NodeCounts(node=node["id"], type=node["type"], here=here, results=results, ratio=ratio))
    return JourneyCounts(
        number=version.number,
        entered=whole.get(ENTERED, 0),
        goal=whole.get(GOAL, 0),
        ended={what.removeprefix(ENDED): n for what, n in whole.items() if what.startswith(ENDED)},
        nodes=nodes,
    )


def _parked(row: Row[Any], person: int | None) -> ParkedRun:
    return ParkedRun(
        id=str(row.id),
        journey_id=None if row.kept else row.journey_id,
        journey=row.name,
        number=row.number,
        node=row.node,
        type=row.type,
        person_id=None if person is None else str(person),
        error=row.error or "",
        since=row.since,
    )


_HOLDS = {0: "open", repository.PAUSED: "held", repository.PARKED: "parked"}


def _run(
    row: Row[Any], version: Row[Any], persons: Mapping[int, int], names: Mapping[int, str | None]
) -> dict[str, Any]:
    person = persons.get(row.identity_id)
    return {
        "id": str(row.id),
        "person_id": None if person is None else str(person),
        "person_name": None if person is None else names.get(person),
        "number": version.number,
        "state": "ended" if row.hold is None else _HOLDS[row.hold],
        "node": None if row.node is None else version.definition["nodes"][row.node]["id"],
        "due": row.due,
        "error": row.error,
        "entered_at": row.entered_at,
        "ended_at": row.ended_at,
        "outcome": row.outcome,
        "goal_at": row.goal_at,
    }


async def _run_detail(unit: UnitOfWork, run_id: int, days: int) -> RunDetail:
    row = await reading.get_run(unit.connection, run_id)
    if row is None:
        raise RunNotFound
    persons = await find_persons(unit, [row.identity_id])
    names = await find_person_names(unit, set(persons.values()))
    steps = await reading.list_steps(unit.connection, run_id)
    keys = {_send_key(run_id, step) for step in steps}
    held = {**await mass_tasks.find_held(unit, keys), **await find_held(unit, keys)}
    versions = {version.id: version for version in await reading.list_versions(unit.connection, row.journey_id)}
    return RunDetail(
        **_run(row, row, persons, names),
        journey_id=row.journey_id,
        entry_event=None if row.entry_event is None else str(row.entry_event),
        tries=row.tries or 0,
        steps=_steps(row, steps, versions, held),
        kept_days=days,
    )


def _send_key(run_id: int, step: Row[Any]) -> str:
    """The key of the command that a step enqueued, if it did."""
    return f"{COMMAND_PREFIX}:{run_id}:{step.seq}"


def _steps(
    row: Row[Any], steps: Sequence[Row[Any]], versions: Mapping[int, Row[Any]], held: Mapping[str, Any]
) -> list[StepInfo]:
    told: list[StepInfo] = []
    version = versions[row.version_id]
    starts = [row.entered_at, *(step.at for step in steps)]
    for step, before in zip(reversed(steps), reversed(starts[:-1]), strict=True):
        node, kept = version.definition["nodes"][step.node], held.get(_send_key(row.id, step))
        told.append(
            StepInfo(
                node=node["id"],
                type=node["type"],
                result=step.result,
                outcome=step.outcome,
                detail=step.detail,
                at=step.at,
                seconds=(step.at - before).total_seconds(),
                gates=kept.gates.split() if kept is not None else [],
                waits_until=kept.due if kept is not None and kept.state == "queued" else None,
                number=version.number,
            )
        )
        if step.result == MOVED:
            # What was before it is of the version that was left.
            version = versions[step.detail["version_id"]]
    return told[::-1]


def _failure(row: Row[Any], version: Row[Any]) -> FailureInfo:
    node = version.definition["nodes"][row.node]
    return FailureInfo(
        number=version.number,
        node=node["id"],
        type=node["type"],
        outcome=row.outcome,
        error=row.error,
        count=row.n,
        last_at=row.at,
        run_id=str(row.run_id),
    )
