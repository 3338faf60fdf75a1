"""Messages that could not be made because a variable has no value: of those who would come in and who are inside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from weloop.contracts.conditions import Look, needs_of
from weloop.contracts.events import Event
from weloop.identity.api import find_persons
from weloop.journeys.definition import AnyNode, Definition
from weloop.journeys.facts import load_facts
from weloop.journeys.shelf import look_into
from weloop.journeys.texts import required_in, say
from weloop.journeys.validation import texts_of
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

MOST = 20_000
"""Persons who come in, and runs under way, that are asked about."""


@dataclass(frozen=True, slots=True)
class Blank:
    """``people`` of the ``of`` who were asked about have no value for a variable without words of its own: what the
    node would send or ask is not made for them.
    """

    node: str
    type: str
    field: str
    people: int
    of: int


async def find_blanks(
    unit: UnitOfWork, definition: Definition, journey_id: int, coming: Mapping[int, tuple[int, Event | None]]
) -> list[Blank]:
    """``coming``: persons {person: (identity, what brings it in)}. Of who is inside, fields of that event are not
    asked; what an answer will say is not known of anybody. A constant number of questions.
    """
    wanted = [(node, field) for node in definition.nodes for field in _required(node)]
    if not wanted:
        return []
    asked = await _load_inside(unit, journey_id) | dict(list(coming.items())[:MOST])
    needs = needs_of(field for _, field in wanted)
    facts = await load_facts(unit, [(identity, needs) for identity, _ in asked.values()])
    looks = {person: _look(event, facts.of(identity)) for person, (identity, event) in asked.items()}
    blanks = []
    for node, field in wanted:
        of = [person for person in looks if not field.startswith("event.") or person in coming]
        lacking = sum(not say(field, looks[person](field)) for person in of)
        if lacking:
            blanks.append(Blank(node.id, node.type, field, lacking, len(of)))
    return blanks


def _look(event: Event | None, facts: Look) -> Look:
    if event is not None:
        return look_into(event, facts)
    return lambda field: None if field.startswith("event.") else facts(field)


def _required(node: AnyNode) -> Iterator[str]:
    fields = dict.fromkeys(field for _, text, _ in texts_of(node) for field in required_in(text))
    return (field for field in fields if not field.startswith("answer."))


async def _load_inside(unit: UnitOfWork, journey_id: int) -> dict[int, tuple[int, Event | None]]:
    rows = await run(
        unit.connection,
        "SELECT identity_id FROM journey_position WHERE journey_id = $1 LIMIT $2",
        journey_id,
        MOST,
    )
    persons = await find_persons(unit, {row.identity_id for row in rows})
    return {person: (identity, None) for identity, person in persons.items()}
