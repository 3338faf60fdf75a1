"""What is known of persons when their runs are advanced or their events judged: asked for a whole batch at once."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from weloop.accounts.api import find_app_ids
from weloop.audience.api import find_memberships, values_of
from weloop.contracts.conditions import FACTS, LEAD_FIELDS, PERSON_FIELDS, SEGMENT, Look, segments_of
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_addresses, find_persons, find_portraits
from weloop.inbox.api import read_events_of
from weloop.journeys.messages import KF_LIFE
from weloop.journeys.permissions import find_permitted
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import find_standings

Insiders: TypeAlias = Callable[[UnitOfWork, Collection[tuple[int, str]]], Awaitable[Collection[tuple[int, str]]]]
"""Of (identity, state code of a join way) those whose person is in a group chat that the code leads to."""


async def no_insiders(_unit: UnitOfWork, _asked: Collection[tuple[int, str]]) -> Collection[tuple[int, str]]:
    """For where nobody knows who is in which group chat."""
    return ()


@dataclass(slots=True)
class Facts:
    """Of one batch. Missing parts were not asked for."""

    person_of: Mapping[int, int] = field(default_factory=dict)
    persons: Mapping[int, Any] = field(default_factory=dict)
    leads: Mapping[int, Any] = field(default_factory=dict)
    attributes: Mapping[int, JsonObject] = field(default_factory=dict)
    members: Collection[tuple[int, int]] = ()
    """(segment, person)."""
    scopes: Mapping[int, str] = field(default_factory=dict)
    permitted: Collection[tuple[int, str]] = ()
    """Followers (identity) who may get a subscription notice of a template now."""
    talks: Mapping[tuple[int, str], tuple[int, str, str]] = field(default_factory=dict)
    """By (identity, corp) where the person wrote to customer service last: (identity, external_userid, open_kfid)."""
    addresses: Mapping[tuple[int, str], tuple[int, str]] = field(default_factory=dict)
    insiders: Collection[tuple[int, str]] = ()
    """See :data:`Insiders`."""

    def of(self, identity_id: int) -> Look:
        """What is known of the person of an identity."""
        return partial(self._look, identity_id)

    def _look(self, identity_id: int, name: str) -> Any:
        source, _, rest = name.partition(".")
        if source == "openid":
            return self.addresses.get((identity_id, self.scopes.get(int(rest), "")))
        if source == "notice":
            account, _, template = rest.partition(".")
            address = self.addresses.get((identity_id, self.scopes.get(int(account), "")))
            return address is not None and (address[0], template) in self.permitted
        if source == "kf":
            return self.talks.get((identity_id, self.scopes.get(int(rest), "")))
        if source == "group":
            return (identity_id, rest) in self.insiders
        if source == "attribute":
            return self.attributes.get(self.person_of.get(identity_id, 0), {}).get(rest)
        if source == "segment":
            return (int(rest), self.person_of.get(identity_id, 0)) in self.members
        known = self.persons if source == "person" else self.leads
        found = known.get(self.person_of.get(identity_id, 0))
        fields = PERSON_FIELDS if source == "person" else LEAD_FIELDS
        value = getattr(found, rest, None) if rest in fields else None
        return value.isoformat() if isinstance(value, datetime) else value


async def load_facts(
    unit: UnitOfWork, wanted: Iterable[tuple[int, Collection[str]]], find_insiders: Insiders = no_insiders
) -> Facts:
    """Ask for (identity, needs); needs are ``person``, ``lead``, ``attribute``, ``segment.<id>``,
    ``openid:<account id>``, ``kf:<account id>``, ``notice:<account id>.<template>``, ``group:<code of a join way>``.
    """
    pairs = [(identity, need) for identity, needs in wanted for need in needs]
    if not pairs:
        return Facts()
    facts = Facts()
    of_person: dict[str, set[int]] = {need: set() for need in FACTS}
    for identity, need in pairs:
        of_person.setdefault("segment" if need.startswith(SEGMENT) else need, set()).add(identity)
    known = set[int]().union(*(of_person[need] for need in FACTS))
    if known:
        facts.person_of = await find_persons(unit, known)
    if of_person["person"]:
        facts.persons = await find_portraits(unit, {facts.person_of.get(each, 0) for each in of_person["person"]})
    if of_person["lead"]:
        facts.leads = await find_standings(unit, {facts.person_of.get(each, 0) for each in of_person["lead"]})
    if of_person["attribute"]:
        facts.attributes = await values_of(unit, {facts.person_of.get(each, 0) for each in of_person["attribute"]})
    if of_person["segment"]:
        segments = segments_of(need for _, need in pairs)
        persons = {facts.person_of.get(each, 0) for each in of_person["segment"]}
        facts.members = await find_memberships(unit, segments, persons)
    await _find_addresses(unit, facts, pairs)
    groups = {(identity, need.partition(":")[2]) for identity, need in pairs if need.startswith("group:")}
    if groups:
        facts.insiders = await find_insiders(unit, groups)
    return facts


async def _find_addresses(unit: UnitOfWork, facts: Facts, pairs: Iterable[tuple[int, str]]) -> None:
    """Where messages of accounts reach the persons."""
    asked: dict[str, set[tuple[int, int]]] = {"openid": set(), "kf": set()}
    notices: set[tuple[int, str]] = set()
    for identity, need in pairs:
        source, _, account = need.partition(":")
        if source == "notice":
            number, _, template = account.partition(".")
            notices.add((int(number), template))
        if source in asked:
            asked[source].add((identity, int(account)))
    accounts = {account for each in asked.values() for _, account in each}
    if not accounts:
        return
    facts.scopes = await find_app_ids(unit, accounts)
    if asked["openid"]:
        facts.addresses = await _find_refs(unit, facts, asked["openid"], IdentityKind.FOLLOWER)
    if notices:
        facts.permitted = await find_permitted(unit, {ref[0] for ref in facts.addresses.values()}, notices)
    if asked["kf"]:
        customers = await _find_refs(unit, facts, asked["kf"], IdentityKind.EXTERNAL_CONTACT)
        facts.talks = await _find_talks(unit, customers)


async def _find_refs(
    unit: UnitOfWork, facts: Facts, asked: Collection[tuple[int, int]], kind: IdentityKind
) -> Mapping[tuple[int, str], tuple[int, str]]:
    scopes = {facts.scopes[account] for _, account in asked if account in facts.scopes}
    return await find_addresses(unit, {identity for identity, _ in asked}, kind, scopes)


async def _find_talks(
    unit: UnitOfWork, customers: Mapping[tuple[int, str], tuple[int, str]]
) -> Mapping[tuple[int, str], tuple[int, str, str]]:
    """Where each customer wrote last."""
    kinds, since = (EventKind.KF_MESSAGE_RECEIVED,), unit.now - KF_LIFE
    rows = await read_events_of(unit.connection, {ref[0] for ref in customers.values()}, kinds, since)
    last = {
        row.identity_id: row.data["open_kfid"] for row in sorted(rows, key=lambda each: (each.occurred_at, each.id))
    }
    return {place: (*ref, last[ref[0]]) for place, ref in customers.items() if ref[0] in last}
