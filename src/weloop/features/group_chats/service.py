"""Making, changing, deleting and retrying join ways; giving group chats their charters; looking for group chats."""

from collections.abc import Iterable
from dataclasses import replace

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import find_account, list_accounts
from weloop.campaigns.api import check_campaign
from weloop.codes.api import CodeInfo, CodeKind, get_code, put_code
from weloop.contracts.accounts import AccountConnected, AccountKind
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.features.group_chats import join_ways, repository
from weloop.features.group_chats.commands import list_chats, send_next
from weloop.features.group_chats.models import GroupChatRow, JoinWayRow
from weloop.features.group_chats.rules import ChatState, Status, Step, load_limits
from weloop.features.group_chats.schemas import CharterInput, JoinWayChange, JoinWayInput
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import settle_command
from weloop.staff.api import find_names

TOPIC = "group_chats"
STATE_LENGTH = 12


async def create_way(unit: UnitOfWork, user: CurrentUser, given: JoinWayInput) -> JoinWayRow:
    """Make a join way in status ``creating``; its code is made by a command."""
    account = await find_account(unit, given.account_id)
    if account.kind is not AccountKind.WECOM:
        raise InvalidInput("join ways need a WeCom account", code="join_way_needs_wecom")
    await _check_chats(unit, given.account_id, given.chats)
    await check_campaign(unit, given.campaign_id)
    way = JoinWayRow(
        name=given.name,
        account_id=given.account_id,
        state_code=new_code(STATE_LENGTH),
        chats=_distinct(given.chats),
        auto_create=given.auto_create,
        base_name=given.base_name or _base_name(given.name),
        base_id=given.base_id,
        status=Status.CREATING,
        version=1,
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(way)
    await unit.session.flush()
    await put_code(unit, replace(_code(way, given.campaign_id), mechanism=given.mechanism))
    send_next(unit, way)
    _note(unit, user, "join_way_created", way)
    return way


async def change_way(unit: UnitOfWork, user: CurrentUser, way_id: int, given: JoinWayChange) -> JoinWayRow:
    """Change a join way. What the platform must know goes out by a command."""
    way = await _get(unit, way_id)
    if way.status == Status.DELETING:
        raise Conflict("the join way is being deleted", code="join_way_deleting")
    if given.version is not None and given.version != way.version:
        raise Conflict("the join way was changed meanwhile", code="join_way_changed", version=way.version)
    if given.chats is not None:
        await _check_chats(unit, way.account_id, given.chats)
    is_news = _apply(way, given)
    way.version += 1
    way.updated_at = unit.now
    await _place(unit, way, given)
    if is_news:
        _begin(unit, way, Status.CREATING)
    _note(unit, user, "join_way_changed", way, sorted(given.model_fields_set))
    return way


def _apply(way: JoinWayRow, given: JoinWayChange) -> bool:
    """Take over what was given; whether the platform must hear of it."""
    names = ("name", "chats", "auto_create", "base_name", "base_id")
    before = [getattr(way, name) for name in names]
    for name in names:
        value = getattr(given, name)
        if value is not None:
            setattr(way, name, _distinct(value) if name == "chats" else value)
    way.base_name = way.base_name or _base_name(way.name)
    return before != [getattr(way, name) for name in names]


async def _place(unit: UnitOfWork, way: JoinWayRow, given: JoinWayChange) -> None:
    """Let the code be called as its join way, and belong where it shall."""
    code = replace(await get_code(unit, way.state_code), name=way.name)
    if "campaign_id" in given.model_fields_set and given.campaign_id != code.campaign_id:
        await check_campaign(unit, given.campaign_id)
        code = replace(code, campaign_id=given.campaign_id)
    await put_code(unit, code if given.mechanism is None else replace(code, mechanism=given.mechanism))


async def delete_way(unit: UnitOfWork, user: CurrentUser, way_id: int) -> None:
    """Delete a join way: first at the platform, then here. The group chats stay."""
    way = await _get(unit, way_id)
    if way.status != Status.DELETING:
        way.version += 1
        way.updated_at = unit.now
        _begin(unit, way, Status.DELETING)
        _note(unit, user, "join_way_deleted", way)


async def retry_way(unit: UnitOfWork, user: CurrentUser, way_id: int) -> JoinWayRow:
    """Ask the platform again for what failed. Whoever asks has dealt with the failed command by that."""
    way = await _get(unit, way_id)
    if way.status != Status.FAILED:
        raise Conflict("only a failed join way can be retried", code="join_way_not_failed")
    failure = way.failure or {}
    await settle_command(unit, str(failure.get("key", "")))
    way.version += 1
    way.updated_at = unit.now
    _begin(unit, way, Status.DELETING if failure.get("step") == Step.DELETE else Status.CREATING)
    _note(unit, user, "join_way_retried", way)
    return way


async def write_charter(unit: UnitOfWork, user: CurrentUser, row_id: int, given: CharterInput) -> GroupChatRow:
    """Say why a group chat exists, who answers for it and when it ends."""
    chat = await repository.get_chat(unit.session, row_id, lock=True)
    if chat is None:
        raise NotFound
    if given.owner and given.owner not in await find_names(unit, chat.account_id, [given.owner]):
        raise InvalidInput("this member is not known", code="staff_unknown", userid=given.owner)
    chat.charter_kind, chat.charter_purpose = given.kind, given.purpose.strip()
    chat.charter_owner, chat.charter_ends_on = given.owner, given.ends_on
    record_act(unit, user.id, "charter_written", f"group_chat:{chat.id}", {"name": chat.name})
    unit.publish(TOPIC)
    return chat


async def sync_all(unit: UnitOfWork, user: CurrentUser) -> int:
    """Look for all group chats of all WeCom accounts; of how many accounts."""
    count = await look_for_chats(unit)
    record_act(unit, user.id, "group_chats_synced", "group_chats", {"accounts": count})
    return count


async def look_for_chats(unit: UnitOfWork) -> int:
    """Ask every WeCom account that works for its group chats; how many accounts."""
    accounts = [ref.id for ref in await list_accounts(unit) if ref.kind is AccountKind.WECOM and ref.state == "ready"]
    for account_id in accounts:
        list_chats(unit, account_id)
    return len(accounts)


async def look_at_new_account(unit: UnitOfWork, connected: AccountConnected) -> None:
    """An account works from now on: find its group chats."""
    if connected.kind is AccountKind.WECOM:
        list_chats(unit, connected.account_id)


def _begin(unit: UnitOfWork, way: JoinWayRow, status: Status) -> None:
    way.status, way.failure = status, None
    send_next(unit, way)


def _code(way: JoinWayRow, campaign_id: int | None) -> CodeInfo:
    return CodeInfo(way.state_code, CodeKind.JOIN_WAY, way.name, way.account_id, campaign_id)


def _base_name(name: str) -> str:
    return name[: load_limits()["join_way"]["base_name_characters"]]


async def _check_chats(unit: UnitOfWork, account_id: int, chats: list[str]) -> None:
    known = await repository.find_chats(unit.session, chats)
    for chat_id in chats:
        row = known.get(chat_id)
        if row is None or row.account_id != account_id or row.state == ChatState.DISMISSED:
            raise InvalidInput("there is no such group chat", code="join_way_chat_unknown", chat_id=chat_id)


def _distinct(chats: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(chats))


async def _get(unit: UnitOfWork, way_id: int) -> JoinWayRow:
    way = await join_ways.get_way(unit.session, way_id, lock=True)
    if way is None:
        raise NotFound
    return way


def _note(unit: UnitOfWork, user: CurrentUser, act: str, way: JoinWayRow, fields: list[str] | None = None) -> None:
    detail = {"name": way.name, **({"fields": fields} if fields else {})}
    record_act(unit, user.id, act, f"join_way:{way.id}", detail)
    unit.publish(TOPIC)
