"""The route of dry runs (试运行)."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from weloop.access.api import Editor
from weloop.content.api import MessageTemplate, fill, find_templates
from weloop.contracts.commands import Command
from weloop.journeys.definition import AnyNode
from weloop.journeys.dry_run import Plan, Prepared, judge_messages, prepare
from weloop.journeys.dry_run_schemas import (
    DryPassage,
    DryPerson,
    DryReason,
    DryRefusal,
    DryRunInput,
    DryRunResult,
    DrySend,
    DryStep,
    DryVerdict,
)
from weloop.journeys.messages import OnTemplate
from weloop.journeys.rehearsal import Passage, Played, PlayedStep, rehearse
from weloop.journeys.routes import Webhooks
from weloop.journeys.schemas import NodeCounts
from weloop.journeys.scripts import ScriptedEvent
from weloop.kit.http import RequestUnits, RowId
from weloop.outbox.api import Foreseen

router = APIRouter(tags=["journeys"])
HIDDEN = frozenset({"welcome_code", "openid", "external_userid", "open_kfid", "made_at"})
"""Of a command's body: codes, addresses, and when it was made."""


@router.post("/journeys/{journey_id}/dry-run")
async def dry_run(
    journey_id: RowId, body: DryRunInput, _: Editor, units: RequestUnits, webhooks: Webhooks
) -> DryRunResult:
    """Play a draft for sample people on a clock of its own. Nothing is stored and nothing is sent."""
    plan = Plan(
        people=body.people,
        persons=sorted({int(each) for each in body.persons}),
        count=body.count,
        starts_at=body.starts_at,
        script=[ScriptedEvent(**each.model_dump()) for each in body.script],
        by_hand=body.by_hand,
    )
    async with units.begin() as unit:
        prepared = await prepare(unit, journey_id, body.draft, plan, webhooks)
    played = await asyncio.to_thread(rehearse, prepared.version, prepared.samples, prepared.horizon)
    async with units.begin() as unit:
        foreseen = await judge_messages(unit, played, afresh=plan.people == "entrants")
        nodes = prepared.definition.nodes
        templates = await find_templates(unit, {each.account_id for each in nodes if isinstance(each, OnTemplate)})
    return _show(prepared, played, Known(foreseen, templates))


@dataclass(frozen=True, slots=True)
class Known:
    """What is said of commands: by key what policy would, and the templates by (account, id) that they fill."""

    foreseen: Mapping[str, Foreseen]
    templates: Mapping[tuple[int, str], MessageTemplate]


def _show(prepared: Prepared, played: Sequence[Played], known: Known) -> DryRunResult:
    nodes = prepared.definition.nodes
    passages = [passage for each in played for passage in each.passages]
    return DryRunResult(
        starts_at=prepared.starts_at,
        until=prepared.horizon,
        found=prepared.found,
        missing=[str(each) for each in prepared.missing],
        entered=len(passages),
        goal=sum(each.goal_at is not None for each in passages),
        parked=sum(bool(each.error) for each in passages),
        sends=sum(len(step.commands) for each in passages for step in each.steps),
        delayed=sum(bool(each.reasons) for each in known.foreseen.values() if each.leaves_at is not None),
        refused=sum(each.leaves_at is None for each in known.foreseen.values()),
        ended=Counter(each.run.outcome for each in passages if each.run.outcome),
        nodes=_count(nodes, passages),
        people=[
            DryPerson(
                person_id=str(each.sample.person_id),
                name=prepared.names.get(each.sample.person_id),
                passages=[_show_passage(nodes, passage, known) for passage in each.passages],
                refused=[DryRefusal(at=at, reason=reason) for at, reason in each.refused],
            )
            for each in played
        ],
    )


def _count(nodes: Sequence[AnyNode], passages: Iterable[Passage]) -> list[NodeCounts]:
    here: Counter[int] = Counter()
    results: list[Counter[str]] = [Counter() for _ in nodes]
    for passage in passages:
        here[passage.run.node] += not passage.run.outcome
        for step in passage.steps:
            results[step.node][step.result] += 1
    return [
        NodeCounts(node=node.id, type=node.type, here=here[number], results=results[number])
        for number, node in enumerate(nodes)
    ]


def _show_passage(nodes: Sequence[AnyNode], passage: Passage, known: Known) -> DryPassage:
    run, is_over = passage.run, bool(passage.run.outcome)
    return DryPassage(
        entered_at=run.entered_at,
        state="ended" if is_over else "parked" if passage.error else "open",
        node=None if is_over else nodes[run.node].id,
        due=run.due if passage.is_open else None,
        error=passage.error or None,
        ended_at=passage.ended_at,
        outcome=run.outcome or None,
        goal_at=passage.goal_at,
        steps=[_show_step(nodes, step, known) for step in passage.steps],
    )


def _show_step(nodes: Sequence[AnyNode], step: PlayedStep, known: Known) -> DryStep:
    node = nodes[step.node]
    return DryStep(
        node=node.id,
        type=node.type,
        result=step.result,
        detail=step.detail,
        at=step.at,
        seconds=(step.at - step.since).total_seconds(),
        asked=None if step.asked is None else dict(step.asked),
        sends=[_show_send(command, known) for command in step.commands],
    )


def _show_send(command: Command, known: Known) -> DrySend:
    foreseen = known.foreseen.get(command.key)
    body = {name: value for name, value in command.body.items() if name not in HIDDEN}
    template = known.templates.get((command.account_id, str(body.get("template_id"))))
    values = body.get("values")
    if template is not None and isinstance(values, Mapping):
        words = {str(place): str(value) for place, value in values.items()}
        body["text"] = f"{template.title}\n{fill(template.content, words)}"
    return DrySend(
        command=str(command.name),
        account_id=command.account_id,
        body=body,
        expires_at=command.expires_at,
        verdict=None if foreseen is None else _show_verdict(foreseen),
    )


def _show_verdict(foreseen: Foreseen) -> DryVerdict:
    reasons = [DryReason(gate=str(each.gate), until=each.until) for each in foreseen.reasons]
    return DryVerdict(message_class=str(foreseen.message_class), leaves_at=foreseen.leaves_at, reasons=reasons)
