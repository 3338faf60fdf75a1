"""What customer service makes of events: when to read on, how far was read, and which accounts there are."""

from collections.abc import Mapping, Sequence

from weloop.accounts.api import list_accounts
from weloop.consent.api import WISHES
from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.features.kf import repository
from weloop.features.kf.commands import fetch_messages
from weloop.features.kf.confirmations import confirm_wishes
from weloop.features.kf.models import KfAccountRow
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork


async def read_on(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle KfNotified: there is something to read."""
    newest = {str(event.data["open_kfid"]): event for event in sorted(events, key=lambda event: event.id)}
    await repository.see_accounts(unit.connection, [(key, event.account_id, "") for key, event in newest.items()])
    await _fetch(unit, newest)


async def _fetch(unit: UnitOfWork, asked: Mapping[str, Event]) -> None:
    """Read accounts on, each by the WeCom account that reads it."""
    rows = await repository.lock_accounts(unit.session, asked)
    corps = {ref.id: ref.app_id for ref in await list_accounts(unit)}
    for open_kfid, event in sorted(asked.items()):
        row = rows[open_kfid]
        if (row.account_id not in corps or row.errcode) and event.account_id in corps:
            # The one that read it was removed or may not; the one that hears of it now takes over.
            row.account_id = event.account_id
        if row.account_id in corps:
            fetch_messages(unit, event, row.account_id, corps[row.account_id], open_kfid)
    await unit.session.flush()


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of our commands."""
    pages: list[tuple[Event, Mapping[str, object]]] = []
    for event in events:
        result = event.data.get("result")
        if not isinstance(result, Mapping):
            continue
        if event.data.get("command") == CommandName.FETCH_KF_MESSAGES:
            pages.append((event, result))
        elif event.data.get("command") == CommandName.LIST_KF_ACCOUNTS:
            await _take_list(unit, event, result)
    if pages:
        await _take_pages(unit, pages)


async def _take_pages(unit: UnitOfWork, pages: Sequence[tuple[Event, Mapping[str, object]]]) -> None:
    rows = await repository.lock_accounts(unit.session, {str(page["open_kfid"]) for _, page in pages})
    unread: dict[str, Event] = {}
    for event, page in pages:
        row = rows.get(str(page["open_kfid"]))
        if row is not None and _take_page(row, event, page):
            unread[row.open_kfid] = event
    await unit.session.flush()
    if unread:
        await _fetch(unit, unread)


def _take_page(row: KfAccountRow, event: Event, page: Mapping[str, object]) -> bool:
    """Move the cursor on; whether there is more to read.

    A page that was read from another place than where we stand was read twice: it moves nothing, but what it says of
    more was true.
    """
    errcode = page.get("errcode")
    row.errcode = errcode if isinstance(errcode, int) else 0
    row.read_at = event.occurred_at
    if row.errcode:
        return False
    if page.get("cursor") == row.cursor:
        row.cursor = str(page.get("next_cursor") or row.cursor)
    return bool(page.get("more"))


async def _take_list(unit: UnitOfWork, event: Event, result: Mapping[str, object]) -> None:
    """Read all accounts on that there are: what lost callbacks did not tell is found now."""
    accounts = result.get("accounts")
    found = [each for each in accounts if isinstance(each, Mapping)] if isinstance(accounts, list | tuple) else []
    rows = {(str(each["open_kfid"]), event.account_id, str(each["name"])) for each in found}
    if rows:
        await repository.see_accounts(unit.connection, rows)
        await _fetch(unit, {open_kfid: event for open_kfid, _, _ in rows})


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    ((EventKind.KF_NOTIFIED,), read_on),
    ((EventKind.COMMAND_SENT,), take_outcomes),
    (WISHES, confirm_wishes),
)
"""To be registered with the inbox."""
