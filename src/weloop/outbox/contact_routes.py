"""Routes of 联系频率与合规: the rules of contact, how a person stands, and what policy held back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.engine import Row

from weloop.access.api import CurrentUser, Editor, Role, SignedIn, access_role, find_user_names
from weloop.accounts.api import list_account_names
from weloop.consent import api as consent
from weloop.consent.api import Act, Stance
from weloop.identity.api import find_names
from weloop.kit.http import PageQuery, RequestUnit, TextId
from weloop.kit.unit import UnitOfWork
from weloop.outbox import held
from weloop.outbox.contact_schemas import (
    ContactEntry,
    ContactNote,
    ContactRulesChange,
    ContactRulesInfo,
    ContactRuleValues,
    ContactStanding,
    HeldMessage,
    HeldPage,
    RateLimit,
    SourceText,
)
from weloop.outbox.facts import Counted, load_counted
from weloop.outbox.limits import load_limits
from weloop.outbox.policy import WEEK, next_marketing

router = APIRouter(tags=["contact rules"])


def _parse_id(person_id: Annotated[TextId, Path()]) -> int:
    return int(person_id)


def mass_messages(request: Request) -> Counted:
    """Who knows the mass messages that count; the entry point says."""
    found: Counted = request.app.state.mass_messages
    return found


def sent_days(request: Request) -> int:
    """How long what was sent, or refused, is kept after its end."""
    days: int = request.app.state.sent_days
    return days


Others: TypeAlias = Annotated[Counted, Depends(mass_messages)]
SentDays: TypeAlias = Annotated[int, Depends(sent_days)]
PersonId: TypeAlias = Annotated[int, Depends(_parse_id)]
RuleMaker: TypeAlias = Annotated[CurrentUser, Depends(access_role(Role.ADMIN, Role.LEAD))]
"""Who decides how often people are written to."""


@router.get("/contact-rules")
async def get_contact_rules(_: SignedIn, unit: RequestUnit) -> ContactRulesInfo:
    """The rules in force, what ships, and the sources."""
    return await _rules(unit)


@router.put("/contact-rules")
async def change_contact_rules(user: RuleMaker, unit: RequestUnit, change: ContactRulesChange) -> ContactRulesInfo:
    """Replace the rules; they hold for everything that leaves from now on."""
    await consent.change_rules(unit, user, change.revision, change.values.model_dump())
    return await _rules(unit)


@router.get("/persons/{person_id}/contact")
async def get_contact_standing(_: SignedIn, unit: RequestUnit, person_id: PersonId, others: Others) -> ContactStanding:
    """How a person stands to being written to, and why."""
    return await _standing(unit, person_id, others)


@router.post("/persons/{person_id}/contact")
async def note_contact_wish(
    user: Editor, unit: RequestUnit, person_id: PersonId, others: Others, note: ContactNote
) -> ContactStanding:
    """Note an opt-out, its end, a complaint or its end, with the reason."""
    await consent.note_wish(unit, user, person_id, Act(note.act), note.reason)
    return await _standing(unit, person_id, others)


@router.get("/held-messages")
async def list_held_messages(
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    kept_days: SentDays,
    state: Annotated[Literal["refused", "waiting"], Query()] = "refused",
) -> HeldPage:
    """What policy refused, newest first, or put off, the next to go first."""
    rows, total = await held.list_held(unit.connection, state, page)
    items = await _held(unit, rows, state)
    return HeldPage(items=items, total=total, page=page.page, size=page.size, kept_days=kept_days)


async def _rules(unit: UnitOfWork) -> ContactRulesInfo:
    values, row = await consent.load_values(unit)
    names = await find_user_names(unit, {row.updated_by} if row is not None and row.updated_by else set())
    ships, sources = consent.shipped()
    return ContactRulesInfo(
        values=ContactRuleValues.model_validate(values),
        shipped=ContactRuleValues.model_validate(ships),
        sources={name: SourceText.model_validate(source) for name, source in sources.items()},
        revision=row.revision if row is not None else 0,
        updated_by=names.get(row.updated_by or 0) if row is not None else None,
        updated_at=row.updated_at if row is not None else None,
        rates=[RateLimit(name=name, **limit) for name, limit in load_limits().items()],
    )


async def _standing(unit: UnitOfWork, person_id: int, others: Counted) -> ContactStanding:
    stance = await consent.get_stance(unit, person_id)
    rules = await consent.load_contact_rules(unit)
    marketing = (await load_counted(unit, [stance], others))[stance.person_id].marketing
    talk = stance.sales_talk_at + timedelta(hours=rules.sales_talk_hours) if stance.sales_talk_at else None
    return ContactStanding(
        opted_out=stance.opted_out,
        wants=stance.wants,
        related=stance.related,
        complaint=stance.complaint,
        sales_talk_until=talk if talk is not None and talk > unit.now else None,
        sign_ups=sorted(stance.sign_ups),
        marketing=sum(at > unit.now - WEEK for at in marketing.values()),
        marketing_per_week=rules.marketing_per_week,
        next_marketing_at=_later(next_marketing(rules, list(marketing.values()), unit.now), unit.now),
        entries=await _entries(unit, stance),
    )


def _later(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment > now else None


async def _entries(unit: UnitOfWork, stance: Stance) -> list[ContactEntry]:
    rows = await consent.list_entries(unit, stance)
    accounts = await list_account_names(unit)
    users = await find_user_names(unit, {row.user_id for row in rows if row.user_id is not None})
    return [
        ContactEntry(
            act=row.act,
            at=row.at,
            account_name=accounts.get(row.account_id),
            word=row.word,
            user_name=users.get(row.user_id),
            reason=row.reason,
        )
        for row in rows
    ]


async def _held(unit: UnitOfWork, rows: Sequence[Row[Any]], state: str) -> list[HeldMessage]:
    accounts = await list_account_names(unit)
    names = await find_names(unit, {row.subject_id for row in rows if row.subject_id is not None})
    return [
        HeldMessage(
            id=row.id,
            name=row.name,
            account_name=accounts.get(row.account_id),
            person_id=str(names[row.subject_id].id) if row.subject_id in names else None,
            person_name=names[row.subject_id].name if row.subject_id in names else None,
            queue=row.queue,
            gates=(row.gates or "").split(),
            at=row.created_at,
            due=row.due if state == "waiting" else None,
        )
        for row in rows
    ]
