"""What a draft would draw from the platforms' quotas: of an account a day or month, of a person by one passage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weloop.accounts.api import list_accounts
from weloop.contracts.commands import CommandName
from weloop.contracts.contact_rules import ContactRules
from weloop.journeys.definition import AnyNode, Definition
from weloop.journeys.messages import InviteToGroup
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import Quota, load_quotas, person_quota

COMMANDS: Mapping[str, CommandName] = {
    "send_service_message": CommandName.SEND_SERVICE_MESSAGE,
    "send_template": CommandName.SEND_TEMPLATE,
    "send_kf_message": CommandName.SEND_KF_MESSAGE,
    "send_confirmed": CommandName.SEND_MASS_MESSAGE,
    "confirmed": CommandName.SEND_MASS_MESSAGE,
    "service_message": CommandName.SEND_SERVICE_MESSAGE,
}
"""What nodes of a type, and invitations by a way, have sent. A welcome draws from no quota; of notices the platform
names none, and messages to members are counted by member."""


@dataclass(frozen=True, slots=True)
class Draw:
    """``expected`` sends against the ``most`` of a quota, whose period it is by: day or month of an account on the
    fullest of them; whatever the period is, of one person by one passage.
    """

    account_id: int
    account_name: str
    quota: str
    per: str
    period: str
    most: int
    expected: int
    title: Mapping[str, str]
    source: Mapping[str, str]
    date: str


async def find_draws(
    unit: UnitOfWork, definition: Definition, rules: ContactRules, expected: Mapping[str, tuple[int, int]]
) -> list[Draw]:
    """``expected``: sends {node: (a day, a month)}. Only quotas that something draws from."""
    draws = []
    accounts = {each.id: each for each in await list_accounts(unit)}
    used = {getattr(node, "account_id", 0) for node in definition.nodes if _command_of(node) is not None}
    for account in (accounts[each] for each in sorted(used) if each in accounts):
        for quota in load_quotas().values():
            nodes = [each for each in definition.nodes if _draws(each, account.id, quota)]
            if not nodes or quota.only_all or (quota.of and quota.of != account.service_type):
                continue
            found = _weigh(definition, quota, nodes, rules, expected, unit.now)
            if found is not None:
                place = account.id, account.name, quota.name, quota.per
                draws.append(Draw(*place, *found, quota.title, quota.source, quota.date))
    return draws


def _draws(node: AnyNode, account_id: int, quota: Quota) -> bool:
    return _command_of(node) in quota.commands and getattr(node, "account_id", 0) == account_id


def _command_of(node: AnyNode) -> CommandName | None:
    return COMMANDS.get(node.by if isinstance(node, InviteToGroup) else node.type)


def _weigh(
    definition: Definition,
    quota: Quota,
    nodes: Sequence[AnyNode],
    rules: ContactRules,
    expected: Mapping[str, tuple[int, int]],
    now: datetime,
) -> tuple[str, int, int] | None:
    """(period, most, expected)."""
    if quota.per in ("person", "window"):
        ids = {each.id for each in nodes}
        return *person_quota(quota, rules, now), most_of(definition, lambda node: node.id in ids)
    place = {"day": 0, "month": 1}.get(quota.period)
    if quota.per != "account" or place is None or quota.most is None:
        return None
    return quota.period, quota.most, sum(expected[each.id][place] for each in nodes)


def most_of(definition: Definition, counts: Callable[[Any], bool]) -> int:
    """The most nodes that count of any way through that passes no node twice: loops are counted once."""
    by_id = {node.id: node for node in definition.nodes}
    known: dict[str, int] = {}
    above: set[str] = set()
    todo = [(definition.nodes[0].id, False)]
    while todo:
        node_id, done = todo.pop()
        targets = [target for _, target in by_id[node_id].exits() if target is not None]
        if done:
            known[node_id] = int(counts(by_id[node_id])) + max((known.get(target, 0) for target in targets), default=0)
            above.discard(node_id)
        elif node_id not in known and node_id not in above:
            above.add(node_id)
            todo.append((node_id, True))
            todo.extend((target, False) for target in targets if target not in above)
    return known[definition.nodes[0].id]
