"""Fetching the existing people of an account: one page on its way at a time, each outcome asks for the next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from weloop.accounts.api import AccountRef, find_account, list_accounts
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.errors import Conflict, InvalidInput
from weloop.contracts.events import Event, EventKind, Lane
from weloop.features.existing import repository
from weloop.features.existing.models import ExistingSync
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork
from weloop.staff.api import count_capacity

TOPIC = "existing"
KINDS = frozenset({AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT})
_OUTCOMES = (EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN)


async def begin(unit: UnitOfWork, account_id: int) -> None:
    """Fetch all existing people: from the beginning, or from where a run failed. A run under way goes on."""
    account = await find_account(unit, account_id)
    if account.kind not in KINDS:
        raise InvalidInput("this account has no people of its own", code="existing_no_people")
    if account.state != "ready":
        raise Conflict("the account does not work yet", code="existing_not_ready")
    await repository.lock_account(unit.connection, account_id)
    row = (await repository.lock_syncs(unit.session, [account_id])).get(account_id)
    if row is None:
        row = ExistingSync(account_id=account_id, state="done", place="", cursor="", step=0, seen=0)
        unit.session.add(row)
    if row.state == "running":
        return
    if row.state == "done":
        row.place, row.cursor, row.seen, row.total = "", "", 0, None
    row.state, row.failure, row.started_at, row.ended_at = "running", None, unit.now, None
    _ask(unit, row, account)
    await unit.session.flush()
    unit.publish(TOPIC)


async def begin_again(unit: UnitOfWork) -> None:
    """Look again at accounts that somebody synced once. Run every night."""
    known = {row.account_id for row in await repository.list_syncs(unit.session)}
    for account in await list_accounts(unit):
        if account.id in known and account.state == "ready":
            await begin(unit, account.id)


def _ask(unit: UnitOfWork, row: ExistingSync, account: AccountRef) -> None:
    row.step += 1
    row.pending_key = f"existing:{row.account_id}:{row.step}"
    unit.enqueue(
        Command(
            key=row.pending_key,
            name=CommandName.FETCH_EXISTING,
            account_id=row.account_id,
            body={"scope": account.app_id, "place": row.place, "cursor": row.cursor},
            delivery=Delivery.AT_LEAST_ONCE,
            lane=Lane.BULK,
        )
    )


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of pages; an outcome that nobody waits for changes nothing."""
    ours = [event for event in events if event.data.get("command") == CommandName.FETCH_EXISTING]
    if not ours:
        return
    rows = await repository.lock_syncs(unit.session, {event.account_id for event in ours})
    accounts = {account.id: account for account in await list_accounts(unit)}
    for event in ours:
        row, account = rows.get(event.account_id), accounts.get(event.account_id)
        if row is not None and row.pending_key == event.data["key"]:
            _take(unit, row, account, event)
    if any(row.state == "done" for row in rows.values()):
        await count_capacity(unit)
    await unit.session.flush()
    unit.publish(TOPIC)


def _take(unit: UnitOfWork, row: ExistingSync, account: AccountRef | None, event: Event) -> None:
    result = event.data.get("result")
    row.pending_key = None
    if event.kind is not EventKind.COMMAND_SENT or not isinstance(result, Mapping):
        _end(row, "failed", unit.now, _failure(event))
        return
    row.place, row.cursor = str(result["place"]), str(result["cursor"])
    row.seen += int(str(result["seen"]))
    row.total = int(str(result["total"])) if result.get("total") is not None else None
    if result.get("done") or account is None:
        _end(row, "done", unit.now, None)
    else:
        _ask(unit, row, account)


def _end(row: ExistingSync, state: str, now: datetime, failure: dict[str, Any] | None) -> None:
    row.state, row.ended_at, row.failure = state, now, failure


def _failure(event: Event) -> dict[str, Any]:
    params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
    return {"code": event.data.get("code") or "platform_uncertain", "params": params}


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = ((_OUTCOMES, take_outcomes),)
"""To be registered with the inbox."""
