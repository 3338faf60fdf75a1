"""Routes of the template gallery (流程模板)."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from weloop.access.api import Editor, SignedIn
from weloop.journeys import service
from weloop.journeys.errors import TemplateNotFound
from weloop.journeys.templates import ParameterKind, load_templates
from weloop.kit.http import Label, RequestUnit, Schema

router = APIRouter(tags=["journeys"])


class TemplateParameter(Schema):
    """What is filled in when one is made. ``value``: the words that are shipped."""

    key: str
    kind: ParameterKind
    name: str
    value: str


class JourneyTemplate(Schema):
    """A template. ``preview``: its draft with examples. ``path``: the path template that it serves."""

    key: str
    name: str
    text: str
    path: str | None
    parameters: list[TemplateParameter]
    preview: dict[str, Any]


class TemplateUse(Schema):
    """The name of the new journey, and what its parameters are; words that are not given are those shipped."""

    name: Label
    values: Annotated[dict[str, int | str], Field(default_factory=dict, max_length=30)]


class MadeJourney(Schema):
    """The draft that was made."""

    id: int


@router.get("/journey-templates")
async def list_journey_templates(_: SignedIn) -> list[JourneyTemplate]:
    """All templates, in the order of the gallery."""
    return [JourneyTemplate.model_validate(each) for each in load_templates().values()]


@router.post("/journey-templates/{key}", status_code=201)
async def use_journey_template(key: str, body: TemplateUse, user: Editor, unit: RequestUnit) -> MadeJourney:
    """Make a draft from a template."""
    template = load_templates().get(key)
    if template is None:
        raise TemplateNotFound
    row = await service.create_journey(unit, user, body.name, template.fill(body.values))
    return MadeJourney(id=row.id)
