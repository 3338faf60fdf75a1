"""Routes of paths. Their reports are routes of analytics."""

from fastapi import APIRouter

from weloop.access.api import Editor, SignedIn
from weloop.contracts.events import UNSOURCED
from weloop.kit.http import RequestUnit, RowId
from weloop.paths import repository, service
from weloop.paths.api import PathRef, Stage, find_path
from weloop.paths.api import list_paths as load_paths
from weloop.paths.schemas import (
    DefinitionInput,
    HopInfo,
    HopsInput,
    PathChange,
    PathImport,
    PathInfo,
    PathInput,
    StageInfo,
    TemplateInfo,
    VersionInfo,
    YamlText,
)
from weloop.paths.templates import load_templates

router = APIRouter(prefix="/paths", tags=["paths"])


@router.get("")
async def list_paths(_: SignedIn, unit: RequestUnit) -> list[PathInfo]:
    """All paths, oldest first."""
    return [path_info(path) for path in await load_paths(unit)]


@router.get("/templates")
async def list_templates(_: SignedIn) -> list[TemplateInfo]:
    """Paths to begin with."""
    return [
        TemplateInfo(
            key=template.key,
            name=template.name,
            text=template.text,
            stages=[_stage(each) for each in template.definition.stages],
            hops=[HopInfo.model_validate(hop) for hop in template.definition.hops],
        )
        for template in load_templates().values()
    ]


@router.post("", status_code=201)
async def create_path(body: PathInput, user: Editor, unit: RequestUnit) -> PathInfo:
    """Make a path from a template."""
    path = await service.create_path(unit, user, body.name, body.template, body.hops)
    return path_info(await find_path(unit, path.id))


@router.post("/import", status_code=201)
async def import_path(body: PathImport, user: Editor, unit: RequestUnit) -> PathInfo:
    """Make a path from YAML."""
    path = await service.import_path(unit, user, body.yaml)
    return path_info(await find_path(unit, path.id))


@router.get("/{path_id}")
async def get_path(path_id: RowId, _: SignedIn, unit: RequestUnit) -> PathInfo:
    """One path."""
    return path_info(await find_path(unit, path_id))


@router.patch("/{path_id}")
async def rename_path(path_id: RowId, body: PathChange, user: Editor, unit: RequestUnit) -> PathInfo:
    """Give it another name."""
    await service.rename_path(unit, user, path_id, body.name)
    return path_info(await find_path(unit, path_id))


@router.put("/{path_id}/definition")
async def publish_definition(path_id: RowId, body: DefinitionInput, user: Editor, unit: RequestUnit) -> PathInfo:
    """Let a new definition count, for the past as well."""
    await service.publish_definition(unit, user, path_id, body.definition, body.number)
    return path_info(await find_path(unit, path_id))


@router.put("/{path_id}/hops")
async def decide_hops(path_id: RowId, body: HopsInput, user: Editor, unit: RequestUnit) -> PathInfo:
    """Decide who answers for hops, how long they should take and by which codes they are passed."""
    await service.decide_hops(unit, user, path_id, body.hops, body.number)
    return path_info(await find_path(unit, path_id))


@router.delete("/{path_id}", status_code=204)
async def archive_path(path_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Take it off the screens."""
    await service.archive_path(unit, user, path_id)


@router.get("/{path_id}/yaml")
async def export_path(path_id: RowId, _: SignedIn, unit: RequestUnit) -> YamlText:
    """The path as YAML."""
    return YamlText(yaml=await service.export_path(unit, path_id))


@router.get("/{path_id}/versions")
async def list_path_versions(path_id: RowId, _: SignedIn, unit: RequestUnit) -> list[VersionInfo]:
    """All versions, newest first."""
    await service.get_path(unit, path_id)
    return [VersionInfo.model_validate(row) for row in await repository.list_versions(unit.session, path_id)]


def path_info(path: PathRef) -> PathInfo:
    """A path as the pages show it."""
    definition = path.definition
    return PathInfo(
        id=path.id,
        name=path.name,
        template=path.template,
        number=path.number,
        built=path.built,
        seen_events=path.seen_events,
        updated_at=path.updated_at,
        qualified=definition.qualified,
        stages=[_stage(each) for each in definition.stages],
        hops=[HopInfo.model_validate(hop) for hop in definition.hops],
    )


def _stage(stage: Stage) -> StageInfo:
    has_source = bool(stage.measured) or any(pattern.kind not in UNSOURCED for pattern in stage.events)
    return StageInfo(
        key=stage.key, name=stage.name, module=stage.module, measured=stage.measured, has_source=has_source
    )
