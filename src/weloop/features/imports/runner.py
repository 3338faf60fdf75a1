"""The claim loop of imports: one batch of one import, or its whole check, in one transaction."""

from weloop.accounts.api import list_accounts
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.json import JsonObject
from weloop.features.imports import repository
from weloop.features.imports.checking import check
from weloop.features.imports.handlers import TOPIC, settle
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.plans import load_known, read_batch
from weloop.features.imports.rules import ImportRow, Placement, State
from weloop.features.imports.undoing import undo_batch
from weloop.kit.claims import NextDue, at_once
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork, Units


class ImportRunner:
    """The work of a claim loop."""

    def __init__(self, units: Units, vault: Vault) -> None:
        self._units = units
        self._vault = vault

    async def work(self) -> int:
        """Do one step; answers how many imports were worked on."""
        async with self._units.begin() as unit:
            row = await repository.claim(unit.session)
            if row is None:
                return 0
            if row.state != State.UNDOING and not await _has_account(unit, row):
                await _give_up(unit, row)
            elif row.state == State.CHECKING:
                await check(unit, self._vault, row)
            elif row.state == State.UNDOING:
                await undo_batch(unit, row)
            else:
                await _append_batch(unit, self._vault, row)
            unit.publish(TOPIC)
        return 1

    async def next_due(self) -> NextDue:
        """At once while an import has a step to do; nothing falls due later: who begins a step wakes the loop."""
        async with self._units.glance() as connection:
            return at_once(await repository.is_busy(connection))


async def _has_account(unit: UnitOfWork, row: PeopleImport) -> bool:
    return any(account.id == row.account_id for account in await list_accounts(unit))


async def _give_up(unit: UnitOfWork, row: PeopleImport) -> None:
    """Its account was removed meanwhile: a check ends where it began, a run with the rows that came in until now."""
    if row.state == State.CHECKING:
        row.state = State.DRAFT
    else:
        row.place = row.batches
        await settle(unit, row)
    await unit.session.flush()


async def _append_batch(unit: UnitOfWork, vault: Vault, row: PeopleImport) -> None:
    """Put the rows of the next batch into the log; the place moves on with them, so a killed worker doubles nothing."""
    known = await load_known(unit, row.account_id)
    batch = await read_batch(unit, vault, row, row.place, known)
    await repository.write_faults(unit.connection, row.id, {row.place: batch.faults_as_stored()})
    for each in batch.rows:
        unit.append(_event(row, each))
    row.place += 1
    row.expected += len(batch.rows)
    await unit.session.flush()
    await settle(unit, row)


def _event(row: PeopleImport, each: ImportRow) -> NewEvent:
    """What a row says. All rows of an import were told at one moment: whatever is seen later is seen at another."""
    leads = row.placement != Placement.NONE and not each.former.is_over
    former = each.former.told()
    source = former.pop("source", "")
    wanted: JsonObject = {"owner": each.owner, "state": each.state, "former": former}
    return NewEvent(
        account_id=row.account_id,
        kind=EventKind.PERSON_IMPORTED,
        dedupe=f"import:{row.id}:{each.number}",
        occurred_at=row.started_at or row.created_at,
        subject=each.subject,
        data={"import_id": row.id, "row": each.number, "lead": leads, **{k: v for k, v in wanted.items() if v}},
        personal={**each.personal, **({"former_source": source} if source else {})},
        aliases=each.aliases,
        profile=each.profile,
        lane=Lane.BULK,
    )
