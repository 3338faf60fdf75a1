"""What is known of persons when their runs are advanced or their events judged: asked for a whole batch at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from weloop.accounts.api import find_app_ids
from weloop.audience.api import find_memberships, values_of
from weloop.contracts.conditions import FACTS, LEAD_FIELDS, PERSON_FIELDS, SEGMENT, Look, segments_of
from weloop.contracts.identities import IdentityKind
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_addresses, find_persons, find_portraits
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import find_standings


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
    addresses: Mapping[tuple[int, str], tuple[int, str]] = field(default_factory=dict)

    def of(self, identity_id: int) -> Look:
        """What is known of the person of an identity."""
        return partial(self._look, identity_id)

    def _look(self, identity_id: int, name: str) -> Any:
        source, _, rest = name.partition(".")
        if source == "openid":
            return self.addresses.get((identity_id, self.scopes.get(int(rest), "")))
        if source == "attribute":
            return self.attributes.get(self.person_of.get(identity_id, 0), {}).get(rest)
        if source == "segment":
            return (int(rest), self.person_of.get(identity_id, 0)) in self.members
        known = self.persons if source == "person" else self.leads
        found = known.get(self.person_of.get(identity_id, 0))
        fields = PERSON_FIELDS if source == "person" else LEAD_FIELDS
        value = getattr(found, rest, None) if rest in fields else None
        return value.isoformat() if isinstance(value, datetime) else value


async def load_facts(unit: UnitOfWork, wanted: Iterable[tuple[int, Collection[str]]]) -> Facts:
    """Ask for (identity, needs); needs are ``person``, ``lead``, ``attribute``, ``segment.<id>``,
    ``openid:<account id>``.
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
    sends = [(identity, int(need.partition(":")[2])) for identity, need in pairs if need.startswith("openid:")]
    if sends:
        facts.scopes = await find_app_ids(unit, {account for _, account in sends})
        identities = {identity for identity, _ in sends}
        scopes = set(facts.scopes.values())
        facts.addresses = await find_addresses(unit, identities, IdentityKind.FOLLOWER, scopes)
    return facts
