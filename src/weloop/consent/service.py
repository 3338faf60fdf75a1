"""What people of the console note about a person's wishes, and how they change the rules of contact."""

from collections.abc import Mapping
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.consent import repository
from weloop.consent.models import ContactRulesRow
from weloop.consent.rules import HOLDING, TOLD, Act, differences, in_force, shipped
from weloop.consent.stances import Stance, load_stances
from weloop.contracts.contact_rules import fold_word
from weloop.contracts.errors import Conflict, InvalidInput
from weloop.contracts.events import NewEvent
from weloop.contracts.identities import ConsentNoted, HoldsBegun
from weloop.identity.api import need_person
from weloop.kit.unit import UnitOfWork

TOPIC = "contact_rules"


async def get_stance(unit: UnitOfWork, person_id: int) -> Stance:
    """How one person stands; NotFound."""
    person = await need_person(unit, person_id)
    return (await load_stances(unit, {person}))[person]


async def note_wish(unit: UnitOfWork, user: CurrentUser, person_id: int, act: Act, reason: str) -> None:
    """Enter an act into the ledger by hand, for all identities of the person: parting them later lets nothing go that
    was stopped. What holds already is not entered again.
    """
    stance = await get_stance(unit, person_id)
    await repository.lock_ledger(unit.connection, stance.person_id)
    stance = await get_stance(unit, person_id)
    if _holds(stance, act):
        return
    rows = [(identity, act, unit.now, None, None, None, user.id, reason) for identity in stance.identities]
    await repository.add_entries(unit.connection, rows)
    record_act(unit, user.id, f"consent_{act}", f"person:{stance.person_id}", {})
    unit.publish("persons")
    unit.publish(f"person:{stance.person_id}")
    if act in HOLDING:
        unit.append(HoldsBegun(frozenset(stance.identities)))
    if act not in TOLD:
        unit.append(ConsentNoted(frozenset(stance.identities)))
        return
    unit.append(
        NewEvent(
            account_id=0,
            kind=TOLD[act],
            dedupe=f"consent:{stance.person_id}:{unit.now.isoformat()}",
            occurred_at=unit.now,
            identity_id=stance.identities[0],
            data={"by": user.id},
        )
    )


def _holds(stance: Stance, act: Act) -> bool:
    return {
        Act.OPTED_OUT: stance.opted_out,
        Act.OPTED_IN: stance.wants,
        Act.COMPLAINT_OPENED: stance.complaint,
        Act.COMPLAINT_CLOSED: not stance.complaint,
    }[act]


async def load_values(unit: UnitOfWork) -> tuple[dict[str, Any], ContactRulesRow | None]:
    """The rules in force as they are stored, by name, and the row of what was changed."""
    row = await repository.get_rules(unit.session)
    return in_force(row.changed if row is not None else {}), row


async def change_rules(unit: UnitOfWork, user: CurrentUser, revision: int, wanted: Mapping[str, Any]) -> None:
    """Replace the rules; ``revision`` is the one that was looked at. Conflict when somebody was faster."""
    _check_words(wanted)
    await repository.lock_rules(unit.connection)
    before, row = await load_values(unit)
    if revision != (row.revision if row is not None else 0):
        raise Conflict("somebody changed the rules meanwhile", code="contact_rules_changed")
    changes = differences(before, wanted)
    if not changes:
        return
    if row is None:
        row = ContactRulesRow(id=1, changed={}, revision=0)
        unit.session.add(row)
    ships = shipped()[0]
    row.changed = {key: value for key, value in wanted.items() if value != ships[key]}
    row.revision, row.updated_by, row.updated_at = revision + 1, user.id, unit.now
    record_act(unit, user.id, "contact_rules_changed", "contact_rules", changes)
    unit.publish(TOPIC)


def _check_words(wanted: Mapping[str, Any]) -> None:
    out, back = ({fold_word(word) for word in wanted[name]} for name in ("opt_out_words", "opt_in_words"))
    both = sorted(out & back)
    if both:
        raise InvalidInput("a word cannot mean both", code="word_twice", word=both[0])
    if "" in out | back:
        raise InvalidInput("a word needs signs", code="word_empty")
