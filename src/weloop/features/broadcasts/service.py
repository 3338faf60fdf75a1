"""Writing, confirming, approving, stopping and going on with broadcasts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import find_account
from weloop.campaigns.api import check_campaign
from weloop.consent.api import get_stance
from weloop.content.api import find_articles, get_draft_id, need_files
from weloop.contracts.accounts import AccountKind
from weloop.contracts.adverts import check_label
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.errors import Conflict, InvalidInput, NotAllowed, NotFound
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.audience import check_segment, check_willing
from weloop.features.broadcasts.models import BroadcastRow
from weloop.features.broadcasts.rules import (
    RUNNING,
    Kind,
    State,
    check_audience,
    check_content,
    load_limits,
    render,
    words_of,
)
from weloop.features.broadcasts.runner import TOPIC, mass_content
from weloop.features.broadcasts.schemas import BroadcastChange, BroadcastInput, TestInput
from weloop.identity.api import find_faces, find_persons, find_refs
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks import api as mass_tasks

TEST_LIFE = timedelta(hours=1)
"""A test that could not leave by then is of no use any more."""
_FILES = {"image": "图片", "file": "文件"}
"""How a test names what it cannot show."""
_ACCOUNTS = {
    Kind.MASS_TASK: AccountKind.WECOM,
    Kind.SERVICE: AccountKind.OFFICIAL_ACCOUNT,
    Kind.ACCOUNT_MASS: AccountKind.OFFICIAL_ACCOUNT,
}


async def load(unit: UnitOfWork, broadcast_id: int, *, lock: bool = False) -> BroadcastRow:
    """One broadcast; NotFound."""
    row = await repository.get_broadcast(unit.session, broadcast_id, lock=lock)
    if row is None:
        raise NotFound("there is no such broadcast", code="broadcast_not_found")
    return row


async def create(unit: UnitOfWork, user: CurrentUser, given: BroadcastInput) -> BroadcastRow:
    """A draft."""
    values = await _checked(unit, given)
    row = BroadcastRow(
        **values,
        state=State.DRAFT,
        version=1,
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "broadcast_created", row)
    return row


async def change(unit: UnitOfWork, user: CurrentUser, broadcast_id: int, given: BroadcastChange) -> BroadcastRow:
    """Write a draft anew. Whoever waits for approval is asked again."""
    row = await load(unit, broadcast_id, lock=True)
    if row.state not in (State.DRAFT, State.PENDING):
        raise Conflict("only a draft can be changed", code="broadcast_not_draft")
    if given.version != row.version:
        raise Conflict("the broadcast was changed meanwhile", code="broadcast_changed")
    for name, value in (await _checked(unit, given)).items():
        setattr(row, name, value)
    row.state, row.version, row.updated_at = State.DRAFT, row.version + 1, unit.now
    _note(unit, user, "broadcast_changed", row)
    return row


async def delete(unit: UnitOfWork, user: CurrentUser, broadcast_id: int) -> None:
    """Throw a draft away."""
    row = await load(unit, broadcast_id, lock=True)
    if row.state not in (State.DRAFT, State.PENDING):
        raise Conflict("only a draft can be deleted", code="broadcast_not_draft")
    await unit.session.delete(row)
    _note(unit, user, "broadcast_deleted", row)


async def confirm(unit: UnitOfWork, user: CurrentUser, broadcast_id: int, version: int) -> BroadcastRow:
    """Let it go out at its time, or ask a second person first."""
    row = await load(unit, broadcast_id, lock=True)
    if row.state != State.DRAFT:
        raise Conflict("only a draft can be confirmed", code="broadcast_not_draft")
    if version != row.version:
        raise Conflict("the broadcast was changed meanwhile", code="broadcast_changed")
    await _check_rows(unit, row)
    row.confirmed_by, row.confirmed_at = user.id, unit.now
    if row.needs_approval:
        row.state = State.PENDING
    else:
        _schedule(unit, row)
    _note(unit, user, "broadcast_confirmed", row)
    return row


async def approve(unit: UnitOfWork, user: CurrentUser, broadcast_id: int, version: int) -> BroadcastRow:
    """A second person lets it go out."""
    row = await _pending(unit, user, broadcast_id, version)
    row.approved_by, row.approved_at = user.id, unit.now
    _schedule(unit, row)
    _note(unit, user, "broadcast_approved", row)
    return row


async def decline(unit: UnitOfWork, user: CurrentUser, broadcast_id: int, version: int) -> BroadcastRow:
    """A second person sends it back to its author."""
    row = await _pending(unit, user, broadcast_id, version)
    row.state, row.version = State.DRAFT, row.version + 1
    _note(unit, user, "broadcast_declined", row)
    return row


async def stop(unit: UnitOfWork, user: CurrentUser, broadcast_id: int) -> BroadcastRow:
    """Let nothing more leave. What waits in the outbox and no member was asked for is taken back by the worker."""
    row = await load(unit, broadcast_id, lock=True)
    if row.state not in RUNNING:
        raise Conflict("it does not run", code="broadcast_not_running")
    row.stopped_from, row.state, row.next_at = row.state, State.STOPPING, unit.now
    _note(unit, user, "broadcast_stopped", row)
    return row


async def resume(unit: UnitOfWork, user: CurrentUser, broadcast_id: int) -> BroadcastRow:
    """Go on where it was stopped."""
    row = await _stopped(unit, broadcast_id)
    row.state, row.stopped_from, row.keep_until = row.stopped_from, "", None
    row.next_at = max(unit.now, row.start_at or unit.now) if row.state == State.SCHEDULED else unit.now
    _note(unit, user, "broadcast_resumed", row)
    return row


async def end(unit: UnitOfWork, user: CurrentUser, broadcast_id: int) -> BroadcastRow:
    """Leave it as it is for good; tasks that lie on members' phones and hold nothing else are taken off them."""
    row = await _stopped(unit, broadcast_id)
    row.state, row.ended_at = State.ENDED, unit.now
    await mass_tasks.cancel(unit, f"broadcast:{row.id}")
    _note(unit, user, "broadcast_ended", row)
    return row


async def remind(unit: UnitOfWork, user: CurrentUser, broadcast_id: int) -> int:
    """Remind the members who have not confirmed; answers how many tasks that are."""
    row = await load(unit, broadcast_id)
    count = await mass_tasks.remind(unit, f"broadcast:{row.id}")
    _note(unit, user, "broadcast_reminded", row)
    return count


async def send_test(unit: UnitOfWork, user: CurrentUser, broadcast_id: int, given: TestInput) -> None:
    """Show it to a member, or to a follower of one's own, as it would be."""
    row = await load(unit, broadcast_id)
    kind = Kind(row.kind)
    key = f"broadcast_test:{row.id}:{new_code(12)}"
    to: IdentityRef | None = None
    if kind is Kind.MASS_TASK:
        if not given.staff:
            raise InvalidInput("a member is needed", code="broadcast_test_target")
        content = {"content": _as_text(row.content)}
        body: JsonObject = {"users": [given.staff], "msgtype": "text", "content": content}
        name = CommandName.SEND_STAFF_CARD
    else:
        to, person = await _own_follower(unit, row, given)
        if kind is Kind.ACCOUNT_MASS:
            msgtype, said = await mass_content(unit, row)
            body, name = {"openid": to.value, "msgtype": msgtype, "content": said}, CommandName.PREVIEW_ACCOUNT_MASS
        else:
            body = {"openid": to.value, **await _service_body(unit, row, person)}
            name = CommandName.SEND_SERVICE_MESSAGE
    unit.enqueue(
        Command(
            key=key,
            name=name,
            account_id=row.account_id,
            body=body,
            delivery=Delivery.AT_MOST_ONCE,
            subject_id=to.id if to is not None else None,
            ref=f"broadcast_test:{row.id}",
            expires_at=unit.now + TEST_LIFE,
            # Somebody of ours asked for it a moment ago.
            occasion=Occasion(answers=unit.now, by_hand=True),
        )
    )
    record_act(unit, user.id, "broadcast_tested", f"broadcast:{row.id}", {})


def _as_text(content: Mapping[str, Any]) -> str:
    """A mass message as one text, which is all that an app message to a member can hold: links by their addresses."""
    lines = [content.get("text") or ""]
    for each in content.get("attachments") or []:
        is_link = each["type"] == "link"
        lines.append(f"{each['title']} {each['url']}" if is_link else f"［{_FILES[each['type']]}］{each['name']}")
    return "\n".join(filter(None, lines))


async def _own_follower(unit: UnitOfWork, row: BroadcastRow, given: TestInput) -> tuple[IdentityRef, int]:
    account = await find_account(unit, row.account_id)
    number = int(given.person_id or 0)
    person = (await find_persons(unit, [number])).get(number)
    refs = [] if person is None else await find_refs(unit, person)
    found = [ref for ref in refs if ref.kind is IdentityKind.FOLLOWER and ref.scope == account.app_id]
    if person is None or not found:
        raise InvalidInput("a follower of the account is needed", code="broadcast_test_target")
    stance = await get_stance(unit, person)
    if stance.opted_out or stance.complaint:
        raise Conflict("they want no more marketing", code="broadcast_test_opted_out")
    return found[0], person


async def _service_body(unit: UnitOfWork, row: BroadcastRow, person: int) -> JsonObject:
    """As the worker writes it; a word that is missing stays visible in a test."""
    face = (await find_faces(unit, [person])).get(person)
    values = {"name": face.name, "company": face.company} if face else {}
    link = row.content.get("link")
    if link:
        return {"link": {**link, "title": render(link["title"], values) or link["title"]}}
    text = row.content["text"]
    return {"text": render(text, values) or text}


async def _checked(unit: UnitOfWork, given: BroadcastInput) -> dict[str, Any]:
    """The columns of a draft, checked for its platform."""
    account = await find_account(unit, given.account_id)
    if account.kind is not _ACCOUNTS[given.kind]:
        raise InvalidInput("the account does not fit this kind", code="broadcast_account")
    values = given.model_dump(exclude={"version"}, mode="python")
    check_audience(given.kind, values["audience"])
    await check_segment(unit, values["audience"])
    check_content(given.kind, values["content"], _most_bytes(given.kind))
    await check_campaign(unit, given.campaign_id)
    await _check_content(unit, values["content"], given.advert)
    return {**values, "kind": str(given.kind)}


def _most_bytes(kind: Kind) -> int:
    if kind is Kind.MASS_TASK:
        return mass_tasks.load_limits().text
    most: int = load_limits()[str(kind)]["text"]
    return most


async def _check_content(unit: UnitOfWork, content: Mapping[str, Any], advert: bool) -> None:
    """Files and the article must be there; an advertisement must say so in its text or a title."""
    await need_files(unit, {each["file_id"] for each in content["attachments"] if each["type"] != "link"})
    words = words_of(content)
    if article_id := content["article_id"]:
        await get_draft_id(unit, article_id)
        words = {"article_id": (await find_articles(unit, [article_id]))[article_id].title}
    if advert:
        check_label(words)


async def _check_rows(unit: UnitOfWork, row: BroadcastRow) -> None:
    """What may have changed since the draft was written: files, the article and its title, the segment, who follows."""
    await find_account(unit, row.account_id)
    await check_segment(unit, row.audience, lock=True)
    await check_willing(unit, row.account_id, row.audience)
    await _check_content(unit, row.content, row.advert)


async def _pending(unit: UnitOfWork, user: CurrentUser, broadcast_id: int, version: int) -> BroadcastRow:
    row = await load(unit, broadcast_id, lock=True)
    if row.state != State.PENDING:
        raise Conflict("it does not wait for approval", code="broadcast_not_pending")
    if version != row.version:
        raise Conflict("the broadcast was changed meanwhile", code="broadcast_changed")
    if user.id in (row.created_by, row.confirmed_by):
        raise NotAllowed("a second person must decide", code="broadcast_own_approval")
    return row


async def _stopped(unit: UnitOfWork, broadcast_id: int) -> BroadcastRow:
    row = await load(unit, broadcast_id, lock=True)
    if row.state != State.STOPPED:
        raise Conflict("it is not stopped", code="broadcast_not_stopped")
    return row


def _schedule(unit: UnitOfWork, row: BroadcastRow) -> None:
    row.state = State.SCHEDULED
    row.next_at = max(unit.now, row.start_at or unit.now)


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: BroadcastRow) -> None:
    record_act(unit, user.id, act, f"broadcast:{row.id}", {"name": row.name})
    unit.publish(TOPIC)
