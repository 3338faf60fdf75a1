"""What imports do with their rows when these come out of the log, right after identity has joined the persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from weloop.contracts.events import Event, EventKind
from weloop.features.imports import repository
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.rules import Placement, State
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import Entry, FormerLead, enter_leads, note_former

TOPIC = "imports"
_WORDS = {"title": "职位", "need": "需求", "note": "备注"}
"""What a row tells beside who it is, for the note at its lead."""


async def take_rows(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note the rows that have come in. A row that is known already changes nothing."""
    by_import: defaultdict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_import[int(str(event.data["import_id"]))].append(event)
    for import_id, rows in sorted(by_import.items()):
        row = await repository.get_import(unit.session, import_id, lock=True)
        # One that is done, undone or forgotten takes no row again, whatever is replayed.
        if row is not None and row.state == State.RUNNING:
            await _take(unit, row, rows)
    unit.publish(TOPIC)


async def _take(unit: UnitOfWork, row: PeopleImport, events: Sequence[Event]) -> None:
    rows = [
        (row.id, int(str(e.data["row"])), e.id, e.identity_id, [e.identity_id, *(alias.ref.id for alias in e.aliases)])
        for e in events
    ]
    fresh = await repository.insert_rows(unit.connection, rows)
    new = [event for event in events if (row.id, int(str(event.data["row"]))) in fresh]
    await note_former(unit, [_former(row, event) for event in new])
    await _enter_leads(unit, row, [event for event in new if event.data["lead"]])
    over = [event for event in new if not event.data["lead"]] if row.placement != Placement.NONE else []
    await repository.write_leads(unit.connection, [(row.id, int(str(e.data["row"])), None, "former") for e in over])
    await settle(unit, row)


async def _enter_leads(unit: UnitOfWork, row: PeopleImport, events: Sequence[Event]) -> None:
    if not events:
        return
    entries = {int(str(event.data["row"])): _entry(row, event) for event in events}
    pooled = row.placement == Placement.POOL
    entered = await enter_leads(unit, row.account_id, [*entries.values()], pooled=pooled, user_id=row.created_by)
    found = {number: entered[entry.key] for number, entry in entries.items()}
    await repository.write_leads(
        unit.connection, [(row.id, number, each.lead_id, each.why) for number, each in found.items()]
    )


def _entry(row: PeopleImport, event: Event) -> Entry:
    told = [f"{word}：{event.personal[name]}" for name, word in _WORDS.items() if event.personal.get(name)]
    return Entry(
        f"import:{row.id}:{event.data['row']}",
        event.identity_id or 0,
        str(event.data.get("state") or ""),
        str(event.data.get("owner") or ""),
        "\n".join(told),
    )


def _former(row: PeopleImport, event: Event) -> FormerLead:
    told = event.data.get("former")
    former = {name: str(value) for name, value in told.items()} if isinstance(told, Mapping) else {}
    entered_on, won_on = (former.get(name) for name in ("entered_on", "won_on"))
    return FormerLead(
        row.id,
        int(str(event.data["row"])),
        event.identity_id or 0,
        str(event.data.get("state") or ""),
        str(event.personal.get("former_source") or ""),
        date.fromisoformat(entered_on) if entered_on else None,
        former.get("reached"),
        Decimal(former["amount"]) if "amount" in former else None,
        date.fromisoformat(won_on) if won_on else None,
    )


async def settle(unit: UnitOfWork, row: PeopleImport) -> None:
    """An import ends with the last of its rows. The caller holds its lock: two batches do not miss each other."""
    if row.state != State.RUNNING or row.place < row.batches:
        return
    counted = (await repository.count_rows(unit.connection, [row.id])).get(row.id)
    if (counted.done if counted is not None else 0) >= row.expected:
        row.state, row.ended_at = State.DONE, unit.now


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (((EventKind.PERSON_IMPORTED,), take_rows),)
"""To be registered with the inbox."""
