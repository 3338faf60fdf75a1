"""Making, changing, deleting and retrying sources."""

from collections.abc import Iterable
from dataclasses import replace

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import find_account
from weloop.campaigns.api import check_campaign
from weloop.codes.api import CodeInfo, CodeKind, find_codes, get_code, put_code
from weloop.content.api import (
    ARTICLES_TOPIC,
    PICTURES,
    FileAttachment,
    FileRef,
    JoinWayAttachment,
    LinkAttachment,
    check_article,
    find_files,
)
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.features.sources import repository
from weloop.features.sources.commands import begin, send_next
from weloop.features.sources.models import Source
from weloop.features.sources.rules import Status, Step, check_bytes, load_limits
from weloop.features.sources.schemas import SourceChange, SourceInput, Welcome
from weloop.features.sources.sparing import TOPIC, find_spared
from weloop.journeys.api import put_welcome_rule, remove_rule
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import settle_command
from weloop.staff.api import find_names

STATE_LENGTH = 12


async def create_source(unit: UnitOfWork, user: CurrentUser, given: SourceInput) -> Source:
    """Make a source in status ``creating``; its contact way is made by a command."""
    account = await find_account(unit, given.account_id)
    if account.kind is not AccountKind.WECOM:
        raise InvalidInput("contact ways need a WeCom account", code="source_needs_wecom")
    await _check_users(unit, given.account_id, given.users)
    await check_campaign(unit, given.campaign_id)
    await check_article(unit, given.article_id)
    source = Source(
        name=given.name,
        account_id=given.account_id,
        state_code=new_code(STATE_LENGTH),
        users=_distinct(given.users),
        spared=await find_spared(unit, given.account_id, _distinct(given.users)),
        skip_verify=given.skip_verify,
        welcome=await _store_welcome(unit, given.account_id, given.welcome),
        status=Status.CREATING,
        version=1,
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(source)
    await unit.session.flush()
    code = CodeInfo(source.state_code, CodeKind.CONTACT_WAY, source.name, source.account_id, given.campaign_id)
    await put_code(unit, replace(code, mechanism=given.mechanism, article_id=given.article_id))
    await put_rule(unit, source)
    send_next(unit, source)
    if given.article_id is not None:
        unit.publish(ARTICLES_TOPIC)
    _note(unit, user, "source_created", source)
    return source


async def change_source(unit: UnitOfWork, user: CurrentUser, source_id: int, given: SourceChange) -> Source:
    """Change a source. What the platform must know goes out by a command; a new welcome works at once."""
    source = await _get(unit, source_id)
    if source.status == Status.DELETING:
        raise Conflict("the source is being deleted", code="source_deleting")
    if given.version is not None and given.version != source.version:
        raise Conflict("the source was changed meanwhile", code="source_changed", version=source.version)
    if given.users is not None:
        await _check_users(unit, source.account_id, given.users)
    if given.welcome is not None:
        source.welcome = await _store_welcome(unit, source.account_id, given.welcome)
        await put_rule(unit, source)
    is_news = _apply(source, given)
    if given.users is not None:
        source.spared = await find_spared(unit, source.account_id, source.users)
    await _place(unit, source, given)
    source.version += 1
    source.updated_at = unit.now
    if is_news:
        begin(unit, source, Status.CREATING)
    _note(unit, user, "source_changed", source, sorted(given.model_fields_set))
    return source


def _apply(source: Source, given: SourceChange) -> bool:
    """Take over what was given; whether the platform must hear of it."""
    before = (source.name, list(source.users), source.skip_verify)
    source.name = given.name or source.name
    source.users = _distinct(given.users) if given.users is not None else source.users
    source.skip_verify = source.skip_verify if given.skip_verify is None else given.skip_verify
    return before != (source.name, list(source.users), source.skip_verify)


async def _place(unit: UnitOfWork, source: Source, given: SourceChange) -> None:
    """Let the code be called as its source, and belong where it shall."""
    code = replace(await get_code(unit, source.state_code), name=source.name)
    if "campaign_id" in given.model_fields_set and given.campaign_id != code.campaign_id:
        await check_campaign(unit, given.campaign_id)
        code = replace(code, campaign_id=given.campaign_id)
    await put_code(unit, code if given.mechanism is None else replace(code, mechanism=given.mechanism))


async def delete_source(unit: UnitOfWork, user: CurrentUser, source_id: int) -> None:
    """Delete a source: first at the platform, then here. Until then its code works and is welcomed."""
    source = await _get(unit, source_id)
    if source.status != Status.DELETING:
        source.version += 1
        source.updated_at = unit.now
        begin(unit, source, Status.DELETING)
        if source.status == Status.DELETED:
            await remove_rule(unit, rule_key(source.id))
        _note(unit, user, "source_deleted", source)


async def retry_source(unit: UnitOfWork, user: CurrentUser, source_id: int) -> Source:
    """Ask the platform again for what failed. Whoever asks has dealt with the failed command by that."""
    source = await _get(unit, source_id)
    if source.status != Status.FAILED:
        raise Conflict("only a failed source can be retried", code="source_not_failed")
    failure = source.failure or {}
    await settle_command(unit, str(failure.get("key", "")))
    source.version += 1
    source.updated_at = unit.now
    begin(unit, source, Status.DELETING if failure.get("step") == Step.DELETE else Status.CREATING)
    _note(unit, user, "source_retried", source)
    return source


def rule_key(source_id: int) -> str:
    """The key of the source's welcome rule."""
    return f"source:{source_id}"


async def put_rule(unit: UnitOfWork, source: Source) -> None:
    """Let new contacts of this source be welcomed as it says; an empty welcome is no rule."""
    if source.welcome["text"] or source.welcome["attachments"]:
        await put_welcome_rule(
            unit,
            key=rule_key(source.id),
            account_id=source.account_id,
            state=source.state_code,
            content=source.welcome,
        )
    else:
        await remove_rule(unit, rule_key(source.id))


async def _store_welcome(unit: UnitOfWork, account_id: int, welcome: Welcome) -> dict[str, object]:
    """The welcome as it is stored and sent: files by id, with the names they were uploaded under."""
    check_bytes(welcome.text, "text", "welcome.text")
    files = {item.id: item for item in await find_files(unit, _file_ids(welcome))}
    codes = await find_codes(unit, {item.code for item in welcome.attachments if isinstance(item, JoinWayAttachment)})
    attachments = []
    for item in welcome.attachments:
        if isinstance(item, LinkAttachment):
            attachments.append(_store_link(item))
        elif isinstance(item, FileAttachment):
            attachments.append(_store_file(item, files.get(item.file_id)))
        else:
            attachments.append(_store_join_way(item, codes.get(item.code), account_id))
    return {"text": welcome.text, "attachments": attachments}


def _file_ids(welcome: Welcome) -> list[int]:
    return sorted({item.file_id for item in welcome.attachments if isinstance(item, FileAttachment)})


def _store_link(link: LinkAttachment) -> dict[str, object]:
    check_bytes(link.title, "link_title", "link.title")
    check_bytes(link.desc, "link_desc", "link.desc")
    check_bytes(link.url, "link_url", "link.url")
    check_bytes(link.picurl, "link_url", "link.picurl")
    return link.model_dump(exclude_none=True)


def _store_file(given: FileAttachment, file: FileRef | None) -> dict[str, object]:
    if file is None:
        raise InvalidInput("there is no such file", code="file_unknown", file_id=given.file_id)
    if given.type == "image" and file.mime not in PICTURES:
        raise InvalidInput("the platform takes PNG and JPEG pictures only", code="file_not_image", file_id=file.id)
    return {"type": given.type, "file_id": file.id, "name": file.name}


def _store_join_way(given: JoinWayAttachment, code: CodeInfo | None, account_id: int) -> dict[str, object]:
    """By its state code; what its picture is, and whether it still works, is looked up when the welcome goes out."""
    if code is None or code.kind is not CodeKind.JOIN_WAY or code.account_id != account_id:
        raise InvalidInput("there is no such join way", code="join_way_unknown", state=given.code)
    return {"type": given.type, "code": code.code, "name": code.name}


async def _check_users(unit: UnitOfWork, account_id: int, users: list[str]) -> None:
    most = load_limits()["contact_way"]["members"]
    if len(_distinct(users)) > most:
        raise InvalidInput("too many members", code="source_members", max=most)
    known = await find_names(unit, account_id, users)
    unknown = [userid for userid in users if userid not in known]
    if unknown:
        raise InvalidInput("this member is not known", code="staff_unknown", userid=unknown[0])


def _distinct(users: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(users))


async def _get(unit: UnitOfWork, source_id: int) -> Source:
    source = await repository.get_source(unit.session, source_id, lock=True)
    if source is None:
        raise NotFound
    return source


def _note(unit: UnitOfWork, user: CurrentUser, act: str, source: Source, fields: list[str] | None = None) -> None:
    detail = {"name": source.name, **({"fields": fields} if fields else {})}
    record_act(unit, user.id, act, f"source:{source.id}", detail)
    unit.publish(TOPIC)
