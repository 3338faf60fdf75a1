"""What the rows of an import mean, given what the installation knows: its members, its state codes, its scope."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from weloop.accounts.api import find_account
from weloop.audience.api import attribute_readers
from weloop.codes.api import all_codes
from weloop.contracts.accounts import AccountKind
from weloop.features.imports import repository
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.rules import OWN, Fault, Field, ImportRow, Known, Meaning, by_name, read_row
from weloop.features.imports.uploads import open_batch
from weloop.kit.clock import beijing_date
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork
from weloop.staff.api import list_names


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Rows that can come in, and what is wrong with the others by row number."""

    rows: list[ImportRow] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)

    def faults_as_stored(self) -> list[tuple[int, int, str]]:
        """(number, column, code)."""
        return [(number, fault.column, fault.code) for number, fault in self.faults]


async def load_known(unit: UnitOfWork, account_id: int) -> Known:
    """What rows may name."""
    account = await find_account(unit, account_id)
    scope = account.app_id if account.kind is AccountKind.WECOM else ""
    owners = by_name(await list_names(unit, account_id))
    states = by_name({code: info.name for code, info in (await all_codes(unit)).items()})
    return Known(scope, owners, states, beijing_date(unit.now), await attribute_readers(unit))


def fields_of(row: PeopleImport) -> list[Meaning | None]:
    """What the columns mean."""
    return [each if each is None or each.startswith(OWN) else Field(each) for each in row.fields]


async def read_batch(unit: UnitOfWork, vault: Vault, row: PeopleImport, number: int, known: Known) -> ReadBatch:
    """One batch of an import's rows."""
    stored = await repository.load_batch(unit.connection, row.id, number)
    return read_rows(open_batch(vault, stored.sealed) if stored is not None else [], fields_of(row), known)


def read_rows(rows: Sequence[tuple[int, list[str]]], fields: Sequence[Meaning | None], known: Known) -> ReadBatch:
    """Rows as they come in, and why the others do not."""
    found = ReadBatch()
    for number, cells in rows:
        made, faults = read_row(number, cells, fields, known)
        if made is not None:
            found.rows.append(made)
        found.faults.extend((number, fault) for fault in faults)
    return found
