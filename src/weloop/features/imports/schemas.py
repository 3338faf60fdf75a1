"""Schemas of the imports routes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field as Bounds
from pydantic import StringConstraints

from weloop.features.imports.rules import OWN, Field, Kept, Placement, State
from weloop.kit.http import MAX_ID, Schema

OwnField = Annotated[str, StringConstraints(pattern=f"^{OWN}[a-z][a-z0-9_]{{0,39}}$")]
"""An attribute of persons by its key."""


class ImportCounts(Schema):
    """What the check found: rows, rows with faults, rows of somebody named before in the file; persons; leads.

    ``taken``: persons who are a lead already, or were one lately.
    """

    rows: int
    faulty: int
    doubled: int
    new: int
    known: int
    leads: int
    taken: int


class ImportTwin(Schema):
    """An earlier import of the same bytes."""

    id: int
    name: str
    at: datetime


class ImportInfo(Schema):
    """An import. ``done`` of ``expected`` rows have come in; ``leads`` of them made one, ``kept`` stayed when undone.

    ``read`` of ``batches``: how far the step under way is.
    """

    id: int
    name: str
    size: int
    format: str
    encoding: str
    sheet: str
    rows: int
    account_id: int
    placement: Placement
    state: State
    place: int
    batches: int
    expected: int
    done: int
    leads: int
    kept: int
    counts: ImportCounts | None
    created_by: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    forgotten_at: datetime | None


class ImportPage(Schema):
    """A page of imports, newest first."""

    items: list[ImportInfo]
    total: int
    page: int
    size: int


class SampleRow(Schema):
    """A row as the file has it."""

    number: int
    cells: list[str]


class KeptRow(Schema):
    """A row that undoing left where it is: its number in the file, the person of today, why."""

    number: int
    person_id: str
    name: str | None
    reason: Kept


class ImportDetail(ImportInfo):
    """An import with its columns, the first rows, and what came of it.

    ``faults``, ``no_lead`` and ``kept_why``: how often each reason. ``faulty``: rows with a fault. ``kept_rows``: the
    first hundred that undoing left.
    """

    columns: list[str]
    fields: list[Field | OwnField | None]
    samples: list[SampleRow]
    twin: ImportTwin | None
    faulty: int
    faults: dict[str, int]
    no_lead: dict[str, int]
    kept_why: dict[str, int]
    kept_rows: list[KeptRow]


class ImportMapping(Schema):
    """What the columns mean, whose people they are, and whether they become leads."""

    account_id: Annotated[int, Bounds(ge=1, le=MAX_ID)]
    fields: Annotated[list[Field | OwnField | None], Bounds(max_length=100)]
    placement: Placement = Placement.NONE
