"""What publishing a draft would mean: for those inside, for those to come, and how much would be sent to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal, TypeAlias

from weloop.audience.api import get_segment, list_members
from weloop.consent.api import load_contact_rules
from weloop.contracts.contact_rules import ContactRules
from weloop.contracts.events import Event
from weloop.journeys import reading
from weloop.journeys.blanks import MOST, Blank, find_blanks
from weloop.journeys.counts import ENTERED, HERE, JOURNEY, read_counts
from weloop.journeys.definition import Definition
from weloop.journeys.draws import Draw, find_draws, most_of
from weloop.journeys.dry_run import find_entrants
from weloop.journeys.errors import JourneyInvalid
from weloop.journeys.publishing import WebhookAccounts, examine
from weloop.journeys.schedules import next_moment
from weloop.journeys.sending import ENQUEUED
from weloop.journeys.service import get_journey
from weloop.journeys.shelf import make_version
from weloop.kit.clock import beijing_date
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

MONTH = timedelta(days=30)
SEND = ("send_", "invite_to_group")
"""How the types of nodes that send to persons begin."""
Change: TypeAlias = Literal["same", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """People at a node of a version, and what the draft makes of that node."""

    node: str
    type: str
    people: int
    change: Change


@dataclass(frozen=True, slots=True)
class Inside:
    """People on an older version, which is theirs until they are moved."""

    number: int
    nodes: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class Sending:
    """How much a node would send within 30 days, and on the fullest of them: as its share was so far, else at most to
    every entrant.
    """

    node: str
    type: str
    expected: int
    a_day: int
    measured: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """``entrants``: persons whom events would have let in within the last 30 days; ``scheduled``: those whom a time of
    the schedule lets in. ``most``: sends one run can make without a loop; what may leave is judged message by message,
    by ``rules``.
    """

    entrants: int
    scheduled: int
    inside: Sequence[Inside]
    sends: Sequence[Sending]
    draws: Sequence[Draw]
    blanks: Sequence[Blank]
    most: int
    rules: ContactRules


@dataclass(frozen=True, slots=True)
class Flow:
    """Who comes in within 30 days: by events, and by each of ``times`` of the schedule."""

    entrants: int
    scheduled: int
    times: int


async def foresee_impact(unit: UnitOfWork, journey_id: int, find_webhooks: WebhookAccounts) -> Impact:
    """Of the stored draft; JourneyInvalid while it has faults. Reads only."""
    row = await get_journey(unit, journey_id)
    definition, webhooks, faults = await examine(unit, row.draft or {}, find_webhooks)
    if definition is None:
        raise JourneyInvalid(node=faults[0].node, count=len(faults))
    draft = make_version(journey_id, 0, definition.model_dump(mode="json"), webhooks)
    entrants = await find_entrants(unit, draft, unit.now - MONTH)
    schedule = definition.entry.schedule
    members = await list_members(unit, schedule.segment_id, limit=MOST) if schedule is not None else []
    coming: dict[int, tuple[int, Event | None]] = {each.person_id: (each.identity_id, None) for each in members}
    coming |= {person: (event.identity_id or 0, event) for person, event in entrants.items()}
    scheduled = (await get_segment(unit, schedule.segment_id)).size if schedule is not None else 0
    versions = await reading.list_versions(unit.connection, journey_id)
    rules = await load_contact_rules(unit)
    flow = Flow(len(entrants), scheduled, _count_times(definition, unit.now))
    sends = _expect(definition, await _find_shares(unit, versions), flow)
    return Impact(
        entrants=flow.entrants,
        scheduled=scheduled,
        inside=await _find_inside(unit, versions, definition),
        sends=sends,
        draws=await find_draws(unit, definition, rules, {each.node: (each.a_day, each.expected) for each in sends}),
        blanks=await find_blanks(unit, definition, journey_id, coming),
        most=most_of(definition, lambda node: node.type.startswith(SEND)),
        rules=rules,
    )


async def _find_inside(unit: UnitOfWork, versions: Sequence[Any], definition: Definition) -> list[Inside]:
    now = {node.id: node.model_dump(mode="json") for node in definition.nodes}
    here: dict[int, dict[int, int]] = {}
    for row in await read_counts(unit, [version.id for version in versions]):
        if row.what == HERE:
            here.setdefault(row.version_id, {})[row.node] = row.n
    return [
        Inside(
            version.number,
            [
                Standing(node["id"], node["type"], people, _compare(node, now.get(node["id"])))
                for number, people in sorted(here[version.id].items())
                if (node := version.definition["nodes"][number])
            ],
        )
        for version in versions
        if version.id in here
    ]


def _compare(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> Change:
    if after is None or after["type"] != before["type"]:
        return "removed"
    return "same" if before == after else "changed"


async def _find_shares(unit: UnitOfWork, versions: Sequence[Any]) -> dict[str, float]:
    """By node id, sends per entrant of the last 30 days."""
    rows = await run(
        unit.connection,
        """
        SELECT version_id, node, what, sum(n)::bigint AS n FROM journey_count
        WHERE version_id = ANY ($1::int[]) AND day > $2 AND what IN ($3, $4) GROUP BY 1, 2, 3
        """,
        [version.id for version in versions],
        beijing_date(unit.now - MONTH),
        ENTERED,
        ENQUEUED,
    )
    entered = sum(row.n for row in rows if row.node == JOURNEY and row.what == ENTERED)
    ids = {version.id: [node["id"] for node in version.definition["nodes"]] for version in versions}
    sent: dict[str, int] = {}
    for row in rows:
        if row.what == ENQUEUED:
            node = ids[row.version_id][row.node]
            sent[node] = sent.get(node, 0) + row.n
    return {node: n / entered for node, n in sent.items()} if entered else {}


def _count_times(definition: Definition, now: datetime) -> int:
    """How often the schedule lets the same persons in within 30 days."""
    schedule, times, moment = definition.entry.schedule, 0, now
    while schedule is not None and (due := next_moment(schedule, moment)) is not None and due <= now + MONTH:
        times, moment = times + 1, due
    return min(times, 1) if definition.entry.again == "never" else times


def _expect(definition: Definition, shares: Mapping[str, float], flow: Flow) -> list[Sending]:
    a_month = flow.entrants + flow.scheduled * flow.times
    a_day = ceil(flow.entrants / MONTH.days) + (flow.scheduled if flow.times else 0)
    return [
        Sending(node.id, node.type, round(share * a_month), ceil(share * a_day), node.id in shares)
        for node in definition.nodes
        if node.type.startswith(SEND)
        for share in (shares.get(node.id, 1.0),)
    ]
