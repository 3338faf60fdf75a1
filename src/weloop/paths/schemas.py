"""Forms of the path routes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from weloop.kit.http import Label, PlainText, Schema
from weloop.paths.templates import MAX_YAML


class TemplateInfo(Schema):
    """A path to begin with."""

    key: str
    name: str
    text: str


class StageInfo(Schema):
    """A stage (节点). ``has_source`` False: nothing in this version tells who reaches it (无数据源).

    ``measured``: an official total that feeds it, without persons.
    """

    key: str
    name: str
    module: str
    measured: str
    has_source: bool


class HopInfo(Schema):
    """A hop (环节). ``sla`` in seconds."""

    key: str
    source: str
    target: str
    mechanism: str
    sla: int | None


class PathInfo(Schema):
    """A path. Until ``built``, ``seen_events`` of the log are folded into it and its figures grow."""

    id: int
    name: str
    template: str
    number: int
    built: bool
    seen_events: int
    updated_at: datetime
    qualified: str
    stages: list[StageInfo]
    hops: list[HopInfo]


class PathInput(Schema):
    """A new path from a template."""

    name: Label
    template: Annotated[PlainText, Field(max_length=40)]


class PathImport(Schema):
    """A new path from YAML."""

    yaml: Annotated[PlainText, Field(max_length=MAX_YAML)]


class PathChange(Schema):
    """A new name."""

    name: Label


class DefinitionInput(Schema):
    """A new definition; ``number`` is the version it was made from."""

    number: Annotated[int, Field(ge=1)]
    definition: dict[str, Any]


class VersionInfo(Schema):
    """One version of a path."""

    number: int
    created_at: datetime
    definition: dict[str, Any]


class YamlText(Schema):
    """A path as YAML."""

    yaml: str
