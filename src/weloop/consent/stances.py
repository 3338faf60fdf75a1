"""How persons stand to being written to, folded over all their identities: a constant number of questions for many."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from weloop.consent import repository
from weloop.consent.rules import Act, Entry, fold_entries, read_rules
from weloop.identity.api import find_siblings
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Stance:
    """How a person stands. ``identities``: all of theirs. ``related``: they follow an account or are somebody's friend.

    ``wants``: they said so themselves or somebody noted it, and it was not withdrawn. ``sales_talk_at``: when a sales
    person last worked on an open lead of theirs. ``entries``: so many stood in the ledger, which only grows.
    """

    person_id: int
    identities: tuple[int, ...]
    related: bool
    opted_out: bool
    wants: bool
    complaint: bool
    sales_talk_at: datetime | None
    sign_ups: frozenset[int]
    entries: int = 0

    @property
    def has_basis(self) -> bool:
        """Whether marketing has a ground at all."""
        return self.related or self.wants or bool(self.sign_ups)

    @property
    def is_held(self) -> bool:
        """Whether something may hold marketing back; for how long a talk does, the rules say."""
        return self.opted_out or self.complaint or self.sales_talk_at is not None


async def load_stances(unit: UnitOfWork, identities: Collection[int]) -> dict[int, Stance]:
    """The stance of the person of each identity; of an identity that is unknown, its own."""
    persons: dict[int, int] = {}
    members: defaultdict[int, set[int]] = defaultdict(set)
    related: set[int] = set()
    for asked, identity, person, is_related in map(tuple, await find_siblings(unit, identities)):
        persons[asked] = person
        members[person].add(identity)
        if is_related:
            related.add(person)
    for identity in set(identities) - persons.keys():
        persons[identity] = identity
        members[identity].add(identity)
    person_of = {identity: person for person, ids in members.items() for identity in ids}
    folded = await _fold(unit, person_of)
    stances = {person: _stance(person, ids, person in related, folded.get(person)) for person, ids in members.items()}
    return {identity: stances[persons[identity]] for identity in identities}


async def find_held(unit: UnitOfWork) -> set[int]:
    """Persons to whom no marketing goes now: they opted out, complained, or are in a sales talk."""
    rules = read_rules(await repository.get_changed(unit.connection))
    since = unit.now - timedelta(hours=rules.sales_talk_hours)
    stances = await load_stances(unit, await repository.list_suspects(unit.connection, since))
    return {
        each.person_id
        for each in stances.values()
        if each.opted_out or each.complaint or (each.sales_talk_at is not None and each.sales_talk_at > since)
    }


_Records = tuple[list[Entry], set[int], list[datetime]]


async def _fold(unit: UnitOfWork, person_of: dict[int, int]) -> defaultdict[int, _Records]:
    """By person: entries of the ledger, campaigns signed up for, moments of open sales talks; most have none."""
    found: defaultdict[int, _Records] = defaultdict(lambda: ([], set(), []))
    for row in await repository.load_records(unit.connection, person_of.keys()):
        entries, sign_ups, talks = found[person_of[row.identity_id]]
        if row.what == "sign_up":
            sign_ups.add(row.number)
        elif row.what == "talk":
            talks.append(row.at)
        else:
            entries.append(Entry(row.at, row.number, Act(row.what)))
    return found


def _stance(person: int, ids: set[int], related: bool, records: _Records | None) -> Stance:
    members = tuple(sorted(ids))
    if records is None:
        return Stance(person, members, related, False, False, False, None, frozenset())
    entries, sign_ups, talks = records
    acts = fold_entries(entries)
    return Stance(
        person_id=person,
        identities=members,
        related=related,
        opted_out=acts.get("marketing") is Act.OPTED_OUT,
        wants=acts.get("marketing") is Act.OPTED_IN,
        complaint=acts.get("complaint") is Act.COMPLAINT_OPENED,
        sales_talk_at=max(talks, default=None),
        sign_ups=frozenset(sign_ups),
        entries=len(entries),
    )
