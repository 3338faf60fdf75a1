"""Routes of the templates of messages (模板消息)."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter

from weloop.access.api import Editor, SignedIn
from weloop.content import message_templates
from weloop.content.template_rules import rule_of
from weloop.kit.http import RequestUnit, RowId, Schema

router = APIRouter(prefix="/message-templates", tags=["message templates"])


class PlaceInfo(Schema):
    """A place of a template. ``most``: characters that it takes at most, where the platform says so."""

    key: str
    label: str
    most: int | None


class TemplateInfo(Schema):
    """A template as the platform tells it; ``once`` and ``long`` are of subscription notices (订阅通知)."""

    id: str
    title: str
    content: str
    example: str
    kind: Literal["template", "once", "long"]
    places: list[PlaceInfo]


class TemplateListInfo(Schema):
    """The templates of an account. ``errcode``: why the platform does not tell; 0: it told."""

    account_id: int
    fetched_at: datetime
    errcode: int
    templates: list[TemplateInfo]


@router.get("")
async def list_message_templates(_: SignedIn, unit: RequestUnit) -> list[TemplateListInfo]:
    """The templates of every official account that was asked."""
    return [
        TemplateListInfo(
            account_id=each.account_id,
            fetched_at=each.fetched_at,
            errcode=each.errcode,
            templates=[
                TemplateInfo(
                    id=template.id,
                    title=template.title,
                    content=template.content,
                    example=template.example,
                    kind=template.kind,
                    places=[
                        PlaceInfo(key=place.key, label=place.label, most=rule_of(place.key).most)
                        for place in template.places
                    ],
                )
                for template in each.templates
            ],
        )
        for each in await message_templates.list_templates(unit)
    ]


@router.post("/{account_id}/fetch", status_code=202)
async def fetch_message_templates(account_id: RowId, _: Editor, unit: RequestUnit) -> None:
    """Ask the platform for the templates of an account; the answer comes by a command."""
    await message_templates.look_at_templates(unit, account_id)
