"""Putting the pages of imports together."""

from collections.abc import Sequence
from typing import Any

from weloop.access.api import find_user_names
from weloop.contracts.errors import NotFound
from weloop.features.imports import repository
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.plans import fields_of
from weloop.features.imports.rules import Kept
from weloop.features.imports.schemas import ImportDetail, ImportInfo, ImportPage, ImportTwin, KeptRow, SampleRow
from weloop.features.imports.uploads import open_batch
from weloop.identity.api import find_names
from weloop.kit.pagination import PageRequest
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork

SAMPLES = 20
KEPT = 100
"""Rows that undoing left and that a page names; the counts are of all."""
_COUNTED = ("done", "leads", "kept")
_PLAIN = tuple(set(ImportInfo.model_fields) - {*_COUNTED, "created_by"})


async def import_page(unit: UnitOfWork, page: PageRequest) -> ImportPage:
    """A page of imports."""
    rows, total = await repository.list_imports(unit.session, page)
    infos = [ImportInfo.model_validate(each) for each in await _show(unit, rows)]
    return ImportPage(items=infos, total=total, page=page.page, size=page.size)


async def import_info(unit: UnitOfWork, row: PeopleImport) -> ImportInfo:
    """One import in short."""
    await unit.session.flush()
    [shown] = await _show(unit, [row])
    return ImportInfo.model_validate(shown)


async def load_import(unit: UnitOfWork, import_id: int) -> PeopleImport:
    """One import; NotFound."""
    row = await repository.get_import(unit.session, import_id)
    if row is None:
        raise NotFound("there is no such import", code="import_not_found")
    return row


async def import_detail(unit: UnitOfWork, vault: Vault, import_id: int) -> ImportDetail:
    """One import with its columns and first rows; NotFound."""
    row = await load_import(unit, import_id)
    [shown] = await _show(unit, [row])
    first = await repository.load_batch(unit.connection, row.id, 0)
    samples = open_batch(vault, first.sealed)[:SAMPLES] if first is not None else []
    twin = await repository.find_twin(unit.session, row.sha256, row.id)
    faulty, faults = await repository.count_faults(unit.connection, row.id)
    no_lead, kept = await repository.count_reasons(unit.connection, row.id)
    return ImportDetail(
        **shown,
        columns=row.columns,
        fields=fields_of(row),
        samples=[SampleRow(number=number, cells=cells) for number, cells in samples],
        twin=None if twin is None else ImportTwin(id=twin.id, name=twin.name, at=twin.started_at or twin.created_at),
        faulty=faulty,
        faults=faults,
        no_lead=no_lead,
        kept_why=kept,
        kept_rows=await _kept_rows(unit, row.id) if kept else [],
    )


async def _kept_rows(unit: UnitOfWork, import_id: int) -> list[KeptRow]:
    rows = await repository.list_kept(unit.connection, import_id, KEPT)
    names = await find_names(unit, {each for row in rows for each in row.identities})
    found = [(row, next((names[each] for each in row.identities if each in names), None)) for row in rows]
    return [
        KeptRow(number=row.number, person_id=str(person.id), name=person.name, reason=Kept(row.kept))
        for row, person in found
        if person is not None
    ]


async def _show(unit: UnitOfWork, rows: Sequence[PeopleImport]) -> list[dict[str, Any]]:
    counted = await repository.count_rows(unit.connection, [row.id for row in rows])
    names = await find_user_names(unit, {row.created_by for row in rows})
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "created_by": names.get(row.created_by),
            **{name: getattr(counted.get(row.id), name, 0) for name in _COUNTED},
        }
        for row in rows
    ]
