"""Routes of the dead-letter page: events and commands that need a person."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.engine import Row

from weloop.access.api import CurrentUser, Editor, SignedIn, record_act
from weloop.accounts.api import list_account_names
from weloop.identity.api import find_persons
from weloop.inbox import api as inbox
from weloop.kit.http import PageQuery, RequestUnit
from weloop.kit.unit import UnitOfWork
from weloop.outbox import dead
from weloop.outbox.schemas import (
    Letter,
    LetterChoice,
    LetterCount,
    LetterDiscard,
    LetterError,
    LetterKind,
    LetterPage,
)

router = APIRouter(prefix="/dead-letters", tags=["dead letters"])


@router.get("")
async def list_dead_letters(
    _: SignedIn, unit: RequestUnit, page: PageQuery, kind: Annotated[LetterKind, Query()] = "command"
) -> LetterPage:
    """What failed for good and what is uncertain, latest first."""
    if kind == "event":
        rows = await inbox.list_dead(unit, limit=page.size, offset=page.offset)
        total = await inbox.count_dead(unit)
    else:
        rows = await dead.list_dead(unit, limit=page.size, offset=page.offset)
        total, _uncertain = await dead.count_dead(unit)
    return LetterPage(items=await _letters(unit, kind, rows), total=total, page=page.page, size=page.size)


@router.post("/replay")
async def replay_dead_letters(user: Editor, unit: RequestUnit, choice: LetterChoice) -> LetterCount:
    """Try them again: events from the start, commands once more."""
    replay = inbox.replay_dead if choice.kind == "event" else dead.replay_dead
    return _acted(unit, user, "replayed", choice, await replay(unit, choice.ids))


@router.post("/discard")
async def discard_dead_letters(user: Editor, unit: RequestUnit, choice: LetterDiscard) -> LetterCount:
    """Put them away; an uncertain command that a person found not done is queued again instead."""
    if choice.kind == "event":
        count = await inbox.discard_dead(unit, choice.ids)
    elif choice.resolution == "not_done":
        count = await dead.replay_dead(unit, choice.ids)
    else:
        count = await dead.settle_dead(unit, choice.ids)
    return _acted(unit, user, "discarded", choice, count)


def _acted(unit: UnitOfWork, user: CurrentUser, act: str, choice: LetterChoice, count: int) -> LetterCount:
    detail = {"ids": list(choice.ids), "resolution": getattr(choice, "resolution", None)}
    record_act(unit, user.id, f"dead_letter.{act}", choice.kind, detail)
    unit.publish("dead_letters")
    return LetterCount(count=count)


async def _letters(unit: UnitOfWork, kind: LetterKind, rows: Sequence[Row[Any]]) -> list[Letter]:
    names = await list_account_names(unit)
    subjects = [row.identity_id if kind == "event" else row.subject_id for row in rows]
    persons = await find_persons(unit, {subject for subject in subjects if subject is not None})
    return [
        _letter(kind, row, names.get(row.account_id), persons.get(subject))
        for row, subject in zip(rows, subjects, strict=True)
    ]


def _letter(kind: LetterKind, row: Row[Any], account_name: str | None, person_id: int | None) -> Letter:
    if kind == "event":
        error, uncertain, expired = LetterError(code="handler_failed", errcode=0, reason=row.reason), False, False
    else:
        error = LetterError(code=row.error or "internal", errcode=row.errcode or 0, reason=row.reason or "")
        uncertain, expired = row.uncertain, row.expired
    return Letter(
        kind=kind,
        id=row.id,
        name=row.name,
        account_id=row.account_id,
        account_name=account_name,
        person_id=None if person_id is None else str(person_id),
        error=error,
        attempts=row.attempts,
        since=row.since,
        uncertain=uncertain,
        expired=expired,
    )
