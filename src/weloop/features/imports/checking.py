"""The check before an import: who is new, who is known, who would become a lead, which rows stay out."""

import asyncio

from weloop.features.imports import repository
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.plans import load_known, read_batch
from weloop.features.imports.rules import ImportRow, Placement, State
from weloop.identity.api import foresee
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import find_taken


async def check(unit: UnitOfWork, vault: Vault, row: PeopleImport) -> None:
    """Count what the import would do. One transaction: killed, it begins again."""
    known = await load_known(unit, row.account_id)
    rows: list[ImportRow] = []
    faults = {}
    faulty = 0
    for number in range(row.batches):
        batch = await read_batch(unit, vault, row, number, known)
        rows += batch.rows
        faults[number] = batch.faults_as_stored()
        faulty += len({line for line, _ in batch.faults})
        await asyncio.sleep(0)  # the other loops of this process go on between two batches
    await repository.write_faults(unit.connection, row.id, faults)
    row.counts = {"rows": row.rows, "faulty": faulty, **await _count(unit, rows, Placement(row.placement))}
    row.state, row.place = State.CHECKED, 0


async def _count(unit: UnitOfWork, rows: list[ImportRow], placement: Placement) -> dict[str, int]:
    """Persons as identity would join them, and leads as there would be."""
    foreseen = await foresee(unit, [each.refs for each in rows])
    persons = {foreseen.person_of[each.subject.id] for each in rows}
    known = persons & foreseen.known.keys()
    wanted = {foreseen.person_of[each.subject.id] for each in rows if not each.former.is_over}
    counts = {"doubled": len(rows) - len(persons), "new": len(persons - known), "known": len(known)}
    if placement is Placement.NONE:
        return {**counts, "leads": 0, "taken": 0}
    taken = await find_taken(unit, {each for person in known for each in foreseen.known[person]})
    busy = {person for person in known & wanted if not taken.keys().isdisjoint(foreseen.known[person])}
    return {**counts, "leads": len(wanted) - len(busy), "taken": len(busy)}
