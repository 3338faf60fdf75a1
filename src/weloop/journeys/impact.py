"""What publishing a draft would mean: for those inside, for those to come, and how much would be sent to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from weloop.consent.api import load_contact_rules
from weloop.contracts.contact_rules import ContactRules
from weloop.journeys import reading
from weloop.journeys.counts import ENTERED, HERE, JOURNEY, read_counts
from weloop.journeys.definition import Definition
from weloop.journeys.dry_run import find_entrants
from weloop.journeys.errors import JourneyInvalid
from weloop.journeys.publishing import WebhookAccounts, examine
from weloop.journeys.sending import ENQUEUED
from weloop.journeys.service import get_journey
from weloop.journeys.shelf import make_version
from weloop.kit.clock import beijing_date
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

MONTH = timedelta(days=30)
SEND = "send_"
"""How the types of nodes that send begin."""
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
    """How much a node would send within 30 days: as its share was so far, else at most to every entrant."""

    node: str
    type: str
    expected: int
    measured: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """``entrants``: persons who would have entered within the last 30 days. ``most``: sends one run can make without
    a loop; what may leave is judged message by message, by ``rules``.
    """

    entrants: int
    inside: Sequence[Inside]
    sends: Sequence[Sending]
    most: int
    rules: ContactRules


async def foresee_impact(unit: UnitOfWork, journey_id: int, find_webhooks: WebhookAccounts) -> Impact:
    """Of the stored draft; JourneyInvalid while it has faults. Reads only."""
    row = await get_journey(unit, journey_id)
    definition, webhooks, faults = await examine(unit, row.draft or {}, find_webhooks)
    if definition is None:
        raise JourneyInvalid(node=faults[0].node, count=len(faults))
    draft = make_version(journey_id, 0, definition.model_dump(mode="json"), webhooks)
    entrants = len(await find_entrants(unit, draft, unit.now - MONTH))
    versions = await reading.list_versions(unit.connection, journey_id)
    return Impact(
        entrants=entrants,
        inside=await _find_inside(unit, versions, definition),
        sends=_expect(definition, await _find_shares(unit, versions), entrants),
        most=_most_sends(definition),
        rules=await load_contact_rules(unit),
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


def _expect(definition: Definition, shares: Mapping[str, float], entrants: int) -> list[Sending]:
    return [
        Sending(node.id, node.type, round(shares.get(node.id, 1.0) * entrants), node.id in shares)
        for node in definition.nodes
        if node.type.startswith(SEND)
    ]


def _most_sends(definition: Definition) -> int:
    """The most sends of any way through that passes no node twice: loops are counted once."""
    by_id = {node.id: node for node in definition.nodes}
    known: dict[str, int] = {}
    above: set[str] = set()
    todo = [(definition.nodes[0].id, False)]
    while todo:
        node_id, done = todo.pop()
        targets = [target for _, target in by_id[node_id].exits() if target is not None]
        if done:
            own = int(by_id[node_id].type.startswith(SEND))
            known[node_id] = own + max((known.get(target, 0) for target in targets), default=0)
            above.discard(node_id)
        elif node_id not in known and node_id not in above:
            above.add(node_id)
            todo.append((node_id, True))
            todo.extend((target, False) for target in targets if target not in above)
    return known[definition.nodes[0].id]
