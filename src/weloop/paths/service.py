"""Making, changing and archiving paths, in the caller's unit of work."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import yaml

from weloop.access.api import CurrentUser, record_act
from weloop.audience.api import hold_readers
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.kit.unit import UnitOfWork
from weloop.paths import repository
from weloop.paths.handlers import TOPIC
from weloop.paths.models import Path, PathVersion
from weloop.paths.rules import Definition, folds_alike, path_mark, read_definition, write_definition
from weloop.paths.schemas import HopChoices
from weloop.paths.templates import load_templates, read_yaml

WAKE = "path_builder"
"""Topic that wakes whoever folds new versions from the log."""


async def create_path(
    unit: UnitOfWork, user: CurrentUser, name: str, template: str, choices: Sequence[HopChoices] = ()
) -> Path:
    """Make a path from a template and what was decided of its hops; it is folded from the whole log behind."""
    found = load_templates().get(template)
    if found is None:
        raise InvalidInput("there is no such template", code="path_template", template=template)
    return await _create(unit, user, name, template, _decide(found.definition, choices))


async def import_path(unit: UnitOfWork, user: CurrentUser, text: str) -> Path:
    """Make a path from YAML as :func:`export_path` writes it."""
    body = read_yaml(text)
    definition = read_definition(body)
    name = str(body.get("name") or "").strip()[:100]
    if not name:
        raise InvalidInput("name: a path needs a name", code="path_definition", place="name", reason="")
    return await _create(unit, user, name, "", definition)


async def _create(unit: UnitOfWork, user: CurrentUser, name: str, template: str, definition: Definition) -> Path:
    path = Path(name=name, template=template, archived=False, created_at=unit.now, updated_at=unit.now)
    unit.session.add(path)
    await unit.session.flush()
    await _publish(unit, user, path, definition, 1)
    record_act(unit, user.id, "path_created", f"path:{path.id}", {"name": name, "template": template})
    return path


async def decide_hops(
    unit: UnitOfWork, user: CurrentUser, path_id: int, choices: Sequence[HopChoices], number: int
) -> Path:
    """Publish the present definition with other choices for its hops. Conflict as :func:`publish_definition`."""
    path = await get_path(unit, path_id, lock=True)
    present = await get_version(unit, path)
    definition = _decide(read_definition(present.definition), choices)
    return await publish_definition(unit, user, path_id, write_definition(definition), number)


def _decide(definition: Definition, choices: Sequence[HopChoices]) -> Definition:
    chosen = {choice.key: choice for choice in choices}
    if unknown := chosen.keys() - {hop.key for hop in definition.hops}:
        raise InvalidInput("there is no such hop", code="path_definition", place=min(unknown), reason="unknown")
    return replace(
        definition,
        hops=tuple(
            replace(hop, **chosen[hop.key].model_dump(exclude={"key", "states"}), states=tuple(chosen[hop.key].states))
            if hop.key in chosen
            else hop
            for hop in definition.hops
        ),
    )


async def publish_definition(unit: UnitOfWork, user: CurrentUser, path_id: int, given: Any, number: int) -> Path:
    """Let a new definition count from now on, for the past as well. Conflict when ``number`` is not the present one."""
    path = await get_path(unit, path_id, lock=True)
    present = await get_version(unit, path)
    if present.number != number:
        raise Conflict("the path was changed meanwhile", code="path_changed", version=present.number)
    definition = read_definition(given)
    if folds_alike(read_definition(present.definition), definition):
        await _reword(unit, user, path, present, definition)
    else:
        await repository.forget_version(unit.connection, present.id)
        await _publish(unit, user, path, definition, present.number + 1)
    record_act(unit, user.id, "path_published", f"path:{path.id}", {"version": number + 1})
    return path


async def _reword(
    unit: UnitOfWork, user: CurrentUser, path: Path, present: PathVersion, definition: Definition
) -> None:
    """Other words for the same counts: these stay with the version that counts, and what it said becomes history."""
    before = PathVersion(
        path_id=path.id,
        number=present.number,
        definition=present.definition,
        built=True,
        created_at=present.created_at,
        created_by=present.created_by,
    )
    present.number, present.definition = present.number + 1, dict(write_definition(definition))
    present.created_at, present.created_by, path.updated_at = unit.now, user.id, unit.now
    await unit.session.flush()
    unit.session.add(before)
    for topic in (TOPIC, f"path:{path.id}"):
        unit.publish(topic)


async def _publish(unit: UnitOfWork, user: CurrentUser, path: Path, definition: Definition, number: int) -> None:
    version = PathVersion(
        path_id=path.id,
        number=number,
        definition=write_definition(definition),
        built=False,
        created_at=unit.now,
        created_by=user.id,
    )
    unit.session.add(version)
    await unit.session.flush()
    path.version_id, path.updated_at = version.id, unit.now
    await unit.session.flush()
    await hold_readers(unit, [path_mark(path.id)])
    for topic in (TOPIC, f"path:{path.id}", WAKE):
        unit.publish(topic)


async def archive_path(unit: UnitOfWork, user: CurrentUser, path_id: int) -> None:
    """Take a path off the screens; its definition stays, its counts are forgotten."""
    path = await get_path(unit, path_id, lock=True)
    path.archived, path.updated_at = True, unit.now
    await repository.forget_version(unit.connection, path.version_id or 0)
    record_act(unit, user.id, "path_archived", f"path:{path.id}", {"name": path.name})
    unit.publish(TOPIC)


async def rename_path(unit: UnitOfWork, user: CurrentUser, path_id: int, name: str) -> Path:
    """Give a path another name."""
    path = await get_path(unit, path_id, lock=True)
    path.name, path.updated_at = name, unit.now
    record_act(unit, user.id, "path_renamed", f"path:{path.id}", {"name": name})
    unit.publish(TOPIC)
    return path


async def export_path(unit: UnitOfWork, path_id: int) -> str:
    """The path as YAML."""
    path = await get_path(unit, path_id)
    version = await get_version(unit, path)
    return yaml.safe_dump({"name": path.name, **version.definition}, allow_unicode=True, sort_keys=False)


async def get_path(unit: UnitOfWork, path_id: int, *, lock: bool = False) -> Path:
    """One path that is not archived; NotFound."""
    path = await repository.get_path(unit.session, path_id, lock=lock)
    if path is None or path.archived:
        raise NotFound("there is no such path", code="path_not_found")
    return path


async def get_version(unit: UnitOfWork, path: Path) -> PathVersion:
    """The version of a path that counts."""
    version = await repository.get_version(unit.session, path.version_id)
    if version is None:
        raise NotFound("there is no such path", code="path_not_found")
    return version
