"""The menu of an official account: publishing versions, looking at what is live."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.errors import Conflict
from weloop.contracts.events import Event, EventKind
from weloop.features.official_accounts import repository
from weloop.features.official_accounts.models import MenuRow
from weloop.features.official_accounts.rules import check_menu, check_text, replies_of, to_platform
from weloop.features.official_accounts.scene_qrs import TOPIC, find_official_account
from weloop.features.official_accounts.schemas import LiveMenuInfo, MenuButton, MenuInfo, MenuInput, MenuVersion
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork

KEY_LENGTH = 12


async def read_menu(unit: UnitOfWork, account_id: int) -> MenuInfo:
    """Versions, newest first, and what is live."""
    await find_official_account(unit, account_id)
    rows = await repository.list_menus(unit.session, account_id)
    live = await repository.get_live_menu(unit.session, account_id)
    return MenuInfo(
        versions=[
            MenuVersion.model_validate({name: getattr(row, name) for name in MenuVersion.model_fields}) for row in rows
        ],
        live=LiveMenuInfo.model_validate({name: getattr(live, name) for name in LiveMenuInfo.model_fields})
        if live
        else None,
    )


async def publish_menu(unit: UnitOfWork, user: CurrentUser, account_id: int, given: MenuInput) -> MenuRow:
    """Give a menu to the platform as a new version; one at a time, so that the last wish stays."""
    account = await find_official_account(unit, account_id)
    buttons = [_complete(button) for button in given.buttons]
    check_menu(buttons)
    await repository.lock_account(unit.connection, account_id)
    newest = next(iter(await repository.list_menus(unit.session, account_id)), None)
    if newest is not None and newest.status == "publishing":
        raise Conflict("a menu is being published", code="menu_publishing")
    if given.based_on is not None and (newest is None or newest.id != given.based_on):
        raise Conflict("the menu was changed meanwhile", code="menu_changed")
    row = MenuRow(account_id=account_id, buttons=buttons, status="publishing", created_by=user.id, created_at=unit.now)
    unit.session.add(row)
    await unit.session.flush()
    # Before it is live: who taps first is answered.
    await repository.put_menu_replies(unit.connection, account_id, replies_of(buttons))
    _send(unit, CommandName.PUBLISH_MENU, account_id, f"menu:{row.id}", {"buttons": to_platform(buttons)}, str(row.id))
    record_act(unit, user.id, "menu_published", f"account:{account_id}", {"name": account.name})
    unit.publish(TOPIC)
    return row


async def look_at_menu(unit: UnitOfWork, account_id: int) -> None:
    """Ask the platform what is live; asked twice at once is asked once."""
    await find_official_account(unit, account_id)
    _fetch(unit, account_id, f"live_menu:{account_id}:{unit.now.timestamp():.3f}")


def _complete(button: MenuButton) -> dict[str, Any]:
    """As it is stored: blanks taken off, keys given. A button with sub buttons does nothing itself."""
    whole: dict[str, Any] = button.model_dump()
    for leaf in (whole, *whole["sub"]):
        leaf["name"], leaf["reply"] = leaf["name"].strip(), check_text(leaf["reply"], "reply")
        is_click = leaf["type"] == "click" and not leaf.get("sub")
        leaf["key"] = (leaf["key"] or new_code(KEY_LENGTH)) if is_click else ""
    return whole | ({"type": None, "reply": "", "url": ""} if whole["sub"] else {})


def _send(unit: UnitOfWork, name: CommandName, account_id: int, key: str, body: dict[str, Any], ref: str = "") -> None:
    # Both may be done twice without harm.
    coalesce = f"live_menu:{account_id}" if name is CommandName.FETCH_MENU else None
    unit.enqueue(Command(key, name, account_id, body, Delivery.AT_LEAST_ONCE, ref=ref, coalesce=coalesce))


def _fetch(unit: UnitOfWork, account_id: int, key: str) -> None:
    _send(unit, CommandName.FETCH_MENU, account_id, key, {})


async def handle_menu_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of published menus and of looks at what is live."""
    published = [event for event in events if event.data.get("command") == CommandName.PUBLISH_MENU]
    rows = await repository.find_menus(unit.session, {int(str(event.data["ref"])) for event in published})
    for event in published:
        row = rows.get(int(str(event.data["ref"])))
        # A failed one may have been sent again by a person, among the failures.
        is_news = row is not None and (row.status == "publishing" or (row.status == "failed" and _is_sent(event)))
        if row is not None and is_news:
            await _take_outcome(unit, row, event)
    await unit.session.flush()
    looks = [event for event in events if event.data.get("command") == CommandName.FETCH_MENU]
    for event in looks:
        await _take_look(unit, event)
    if published or looks:
        unit.publish(TOPIC)


async def _take_outcome(unit: UnitOfWork, row: MenuRow, event: Event) -> None:
    if not _is_sent(event):
        code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else event.data.get("code")
        params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
        row.status, row.failure = "failed", {"code": code, "params": params}
        return
    row.status, row.failure = "live", None
    await unit.session.flush()
    await repository.replace_others(unit.connection, row.account_id, row.id)
    _fetch(unit, row.account_id, f"live_menu:{row.account_id}:after:{row.id}")


def _is_sent(event: Event) -> bool:
    return event.kind is EventKind.COMMAND_SENT


async def _take_look(unit: UnitOfWork, event: Event) -> None:
    result = event.data.get("result")
    buttons = result.get("buttons") if isinstance(result, Mapping) else None
    if _is_sent(event) and isinstance(result, Mapping) and isinstance(buttons, list | tuple):
        at = datetime.fromtimestamp(int(str(result["fetched_at"])), UTC)
        await repository.put_live_menu(unit.connection, event.account_id, bool(result["open"]), buttons, at)
