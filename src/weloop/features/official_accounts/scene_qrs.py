"""Making, changing, renewing and putting away scene codes, and what accounts answer to new followers."""

from dataclasses import replace

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import AccountRef, find_account
from weloop.campaigns.api import check_campaign
from weloop.codes.api import CodeInfo, CodeKind, get_code, put_code
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.features.official_accounts import repository
from weloop.features.official_accounts.models import FollowReplyRow, SceneQrRow
from weloop.features.official_accounts.rules import DAY_SECONDS, Status, check_text
from weloop.features.official_accounts.schemas import FollowReply, SceneQrChange, SceneQrInput
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import settle_command

TOPIC = "official_accounts"
STATE_LENGTH = 12


async def create_qr(unit: UnitOfWork, user: CurrentUser, given: SceneQrInput) -> SceneQrRow:
    """Make a scene code in status ``creating``; the platform makes it by a command."""
    await find_official_account(unit, given.account_id)
    await check_campaign(unit, given.campaign_id)
    row = SceneQrRow(
        name=given.name,
        account_id=given.account_id,
        state_code=new_code(STATE_LENGTH),
        permanent=given.days is None,
        days=given.days or 0,
        reply=check_text(given.reply, "reply"),
        version=1,
        created_by=user.id,
        created_at=unit.now,
    )
    _begin(unit, row)
    unit.session.add(row)
    await unit.session.flush()
    code = CodeInfo(row.state_code, CodeKind.SCENE_QR, row.name, row.account_id, given.campaign_id)
    await put_code(unit, replace(code, mechanism=given.mechanism))
    _send(unit, row)
    _note(unit, user, "scene_qr_created", row)
    return row


async def change_qr(unit: UnitOfWork, user: CurrentUser, qr_id: int, given: SceneQrChange) -> SceneQrRow:
    """Change a scene code. The platform need not hear of it: a new reply works at once."""
    row = await _get(unit, qr_id)
    if given.version is not None and given.version != row.version:
        raise Conflict("the code was changed meanwhile", code="scene_qr_changed", version=row.version)
    row.name = given.name or row.name
    row.reply = row.reply if given.reply is None else check_text(given.reply, "reply")
    row.version += 1
    row.updated_at = unit.now
    await _place(unit, row, given)
    _note(unit, user, "scene_qr_changed", row, sorted(given.model_fields_set))
    return row


async def _place(unit: UnitOfWork, row: SceneQrRow, given: SceneQrChange) -> None:
    """Let the code be called as its row, and belong where it shall."""
    code = replace(await get_code(unit, row.state_code), name=row.name)
    if "campaign_id" in given.model_fields_set and given.campaign_id != code.campaign_id:
        await check_campaign(unit, given.campaign_id)
        code = replace(code, campaign_id=given.campaign_id)
    await put_code(unit, code if given.mechanism is None else replace(code, mechanism=given.mechanism))


async def delete_qr(unit: UnitOfWork, user: CurrentUser, qr_id: int) -> None:
    """Put a scene code away. The platform has no call for that: it still leads to the account, and we say nothing."""
    row = await _get(unit, qr_id)
    row.status, row.failure, row.pending_key = Status.DELETED, None, None
    row.version += 1
    row.updated_at = unit.now
    _note(unit, user, "scene_qr_deleted", row)


async def renew_qr(unit: UnitOfWork, user: CurrentUser, qr_id: int) -> SceneQrRow:
    """Ask the platform for the code once more: after a failure, or for a temporary one whose days run out.

    The scene stays, so what the old picture brought and what the new one brings are one.
    """
    row = await _get(unit, qr_id)
    if row.status == Status.CREATING or (row.status == Status.READY and row.permanent):
        raise Conflict("only a failed or temporary code is made again", code="scene_qr_not_renewable")
    await settle_command(unit, str((row.failure or {}).get("key", "")))
    row.version += 1
    _begin(unit, row)
    _send(unit, row)
    _note(unit, user, "scene_qr_renewed", row)
    return row


async def write_follow_reply(unit: UnitOfWork, user: CurrentUser, account_id: int, given: FollowReply) -> FollowReply:
    """Say what an account answers to new followers."""
    account = await find_official_account(unit, account_id)
    text = check_text(given.text, "text")
    row = await unit.session.get(FollowReplyRow, account_id)
    if row is None:
        row = FollowReplyRow(account_id=account_id)
        unit.session.add(row)
    row.text, row.updated_at = text, unit.now
    record_act(unit, user.id, "follow_reply_written", f"account:{account_id}", {"name": account.name})
    unit.publish(TOPIC)
    return FollowReply(text=text)


async def find_official_account(unit: UnitOfWork, account_id: int) -> AccountRef:
    """The account; refused when it is of another kind."""
    account = await find_account(unit, account_id)
    if account.kind is not AccountKind.OFFICIAL_ACCOUNT:
        raise InvalidInput("this needs an official account", code="needs_official_account")
    return account


def _begin(unit: UnitOfWork, row: SceneQrRow) -> None:
    row.status, row.failure, row.updated_at = Status.CREATING, None, unit.now


def _send(unit: UnitOfWork, row: SceneQrRow) -> None:
    """A second code of the same scene does no harm: both lead to the same answer."""
    row.pending_key = f"scene_qr:{row.id}:{row.version}"
    unit.enqueue(
        Command(
            key=row.pending_key,
            name=CommandName.CREATE_SCENE_QR,
            account_id=row.account_id,
            body={"scene": row.state_code, "expire_seconds": row.days * DAY_SECONDS},
            delivery=Delivery.AT_LEAST_ONCE,
            ref=f"{row.id}:{row.version}",
        )
    )


async def _get(unit: UnitOfWork, qr_id: int) -> SceneQrRow:
    row = await repository.get_scene_qr(unit.session, qr_id, lock=True)
    if row is None:
        raise NotFound
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: SceneQrRow, fields: list[str] | None = None) -> None:
    detail = {"name": row.name, **({"fields": fields} if fields else {})}
    record_act(unit, user.id, act, f"scene_qr:{row.id}", detail)
    unit.publish(TOPIC)
