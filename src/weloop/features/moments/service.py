"""Writing, planning and cancelling posts in Moments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import find_account
from weloop.audience.api import list_tags
from weloop.consent.api import load_contact_rules
from weloop.content.api import PICTURES, need_files
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion, Post
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.json import JsonObject
from weloop.features.moments import repository
from weloop.features.moments.models import MomentRow
from weloop.features.moments.rules import Kind, State, check_content, creative_of, expires_at, is_outside, load_limits
from weloop.features.moments.schemas import MomentChange, MomentCheck, MomentInput, MomentLacking
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import REST, foresee_post, withdraw
from weloop.staff.api import find_names

TOPIC = "moments"


async def load(unit: UnitOfWork, moment_id: int, *, lock: bool = False) -> MomentRow:
    """One post; NotFound."""
    row = await repository.get_moment(unit.session, moment_id, lock=lock)
    if row is None:
        raise NotFound("there is no such post", code="moment_not_found")
    return row


async def create(unit: UnitOfWork, user: CurrentUser, given: MomentInput) -> MomentRow:
    """A draft."""
    row = MomentRow(
        **await _checked(unit, given),
        state=State.DRAFT,
        version=1,
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "moment_created", row)
    return row


async def change(unit: UnitOfWork, user: CurrentUser, moment_id: int, given: MomentChange) -> MomentRow:
    """Write a draft anew."""
    row = await _draft(unit, moment_id, given.version)
    for name, value in (await _checked(unit, given)).items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, unit.now
    _note(unit, user, "moment_changed", row)
    return row


async def delete(unit: UnitOfWork, user: CurrentUser, moment_id: int) -> None:
    """Throw a draft away."""
    row = await _draft(unit, moment_id)
    await unit.session.delete(row)
    _note(unit, user, "moment_deleted", row)


async def plan(unit: UnitOfWork, user: CurrentUser, moment_id: int, version: int) -> MomentRow:
    """Let it leave at its time, as soon as policy lets it."""
    row = await _draft(unit, moment_id, version)
    await _check_rows(unit, row.account_id, row.attachments, row.members, row.tags)
    row.state, row.planned_by = State.PLANNED, user.id
    unit.enqueue(task_command(unit, row))
    _note(unit, user, "moment_planned", row)
    return row


async def cancel(unit: UnitOfWork, user: CurrentUser, moment_id: int) -> MomentRow:
    """Take it back: what waits does not leave, and members who have not published it cannot any more."""
    row = await load(unit, moment_id, lock=True)
    if row.state == State.ASKED and row.cancelled_at is not None:
        return row
    if row.state == State.PLANNED:
        # What is tried again may have been divided.
        if key_of(row) not in await withdraw(unit, [key_of(row), key_of(row) + REST]):
            raise Conflict("it is just leaving", code="moment_leaving")
        row.state, row.ended_at = State.CANCELLED, unit.now
    elif row.state == State.ASKED and row.platform_id:
        unit.enqueue(follow_up(row, CommandName.CANCEL_MOMENT_TASK, f"cancel:{int(unit.now.timestamp())}"))
    elif row.state == State.ASKED:
        raise Conflict("the platform is still making it", code="moment_leaving")
    else:
        raise Conflict("there is nothing to cancel", code="moment_not_open")
    row.cancelled_at = unit.now
    _note(unit, user, "moment_cancelled", row)
    return row


async def check(unit: UnitOfWork, row: MomentRow) -> MomentCheck:
    """What policy would say of it at its time, as things are now."""
    at = max(unit.now, row.planned_at or unit.now)
    foreseen, ready = await foresee_post(unit, task_command(unit, row), at)
    rules = await load_contact_rules(unit)
    names = await find_names(unit, row.account_id, row.members)
    lacking = [
        MomentLacking(
            staff=staff,
            staff_name=names.get(staff),
            gates=[str(reason.gate) for reason in each.reasons],
            posts_first=each.posts_first,
        )
        for staff, each in ready.items()
        if each.reasons
    ]
    return MomentCheck(
        leaves_at=foreseen.leaves_at,
        gates=[str(reason.gate) for reason in foreseen.reasons],
        outside_windows=is_outside(rules.moment_windows, at),
        ready=len(ready) - len(lacking),
        lacking=lacking,
    )


async def check_unwritten(unit: UnitOfWork, given: MomentInput) -> MomentCheck:
    """The same of what is just being written."""
    await find_account(unit, given.account_id)
    return await check(unit, MomentRow(id=0, part=0, **_columns(given)))


def key_of(row: MomentRow) -> str:
    """Of the command that has it made."""
    return f"moment:{row.part_of or row.id}{REST * row.part}"


def task_command(unit: UnitOfWork, row: MomentRow) -> Command:
    """Has it made at its time. The platform knows no repeats."""
    leaves = max(unit.now, row.planned_at or unit.now)
    post = Post(tuple(row.members), creative_of(row.text, row.attachments))
    return Command(
        key=key_of(row),
        name=CommandName.CREATE_MOMENT_TASK,
        account_id=row.account_id,
        body={"tags": row.tags, "text": row.text, "attachments": row.attachments},
        delivery=Delivery.AT_MOST_ONCE,
        ref=str(row.id),
        due=leaves,
        expires_at=expires_at(leaves),
        occasion=Occasion(advert=row.kind == Kind.AD, post=post),
    )


def follow_up(row: MomentRow, name: CommandName, what: str, *, due: datetime | None = None, **more: str) -> Command:
    """A command about a post that the platform was given; ``more`` for its body."""
    known: JsonObject = {"moment_id": row.platform_id} if row.platform_id else {"jobid": row.jobid}
    return Command(
        key=f"{key_of(row)}:{what}",
        name=name,
        account_id=row.account_id,
        body={**known, **more},
        delivery=Delivery.AT_LEAST_ONCE,
        ref=str(row.id),
        due=due,
    )


async def _draft(unit: UnitOfWork, moment_id: int, version: int | None = None) -> MomentRow:
    row = await load(unit, moment_id, lock=True)
    if row.state != State.DRAFT:
        raise Conflict("it is no draft", code="moment_not_draft")
    if version not in (None, row.version):
        raise Conflict("the post was changed meanwhile", code="moment_changed")
    return row


async def _checked(unit: UnitOfWork, given: MomentInput) -> dict[str, Any]:
    """The columns of a draft, checked for the platform."""
    values = _columns(given)
    check_content(given.kind, given.text, values["attachments"])
    await _check_rows(unit, given.account_id, values["attachments"], values["members"], values["tags"])
    return values


def _columns(given: MomentInput) -> dict[str, Any]:
    values = given.model_dump(exclude={"version"}, mode="python")
    values |= {name: list(dict.fromkeys(values[name])) for name in ("members", "tags")}
    return {**values, "kind": str(given.kind)}


async def _check_rows(
    unit: UnitOfWork,
    account_id: int,
    attachments: Sequence[dict[str, Any]],
    members: Sequence[str],
    tags: Sequence[str],
) -> None:
    """What may change by itself: the account, its members, its tags, the files."""
    account = await find_account(unit, account_id)
    if account.kind is not AccountKind.WECOM:
        raise InvalidInput("Moments need a WeCom account", code="moment_account")
    unknown = set(members) - (await find_names(unit, account_id, members)).keys()
    if unknown:
        raise InvalidInput("there is no such member", code="moment_member", staff=min(unknown))
    known = {each.platform_id for each in await list_tags(unit) if each.account_id == account_id}
    if set(tags) - known:
        raise InvalidInput("there is no such tag", code="tag_not_found")
    for file in await need_files(unit, {each["file_id"] for each in attachments}):
        if file.mime not in PICTURES or file.size > load_limits()["post"]["image_bytes"]:
            raise InvalidInput("the platform takes PNG and JPEG pictures only", code="file_not_image", file_id=file.id)


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: MomentRow) -> None:
    record_act(unit, user.id, act, f"moment:{row.id}", {"kind": row.kind})
    unit.publish(TOPIC)
