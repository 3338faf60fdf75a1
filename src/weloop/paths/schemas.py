"""Forms of the path routes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from weloop.kit.http import Label, PlainText, Schema
from weloop.paths.rules import MAX_SLA, MAX_STAGES, MAX_TEXT, MAX_VALUES
from weloop.paths.templates import MAX_YAML


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
    """A hop (环节). ``sla`` in seconds; ``owner`` answers for it; only ``states`` pass it, if there are any."""

    key: str
    source: str
    target: str
    mechanism: str
    sla: int | None
    owner: str
    states: list[str]


class TemplateInfo(Schema):
    """A path to begin with."""

    key: str
    name: str
    text: str
    stages: list[StageInfo]
    hops: list[HopInfo]


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


class HopChoices(Schema):
    """What a company decides of a hop; ``sla`` in seconds."""

    key: Annotated[PlainText, Field(max_length=40)]
    mechanism: Annotated[PlainText, Field(max_length=MAX_TEXT)] = ""
    owner: Annotated[PlainText, Field(max_length=MAX_TEXT)] = ""
    sla: Annotated[int, Field(gt=0, le=MAX_SLA)] | None = None
    states: Annotated[list[Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]], Field(max_length=MAX_VALUES)] = (
        Field(default_factory=list)
    )


class PathInput(Schema):
    """A new path from a template. Hops that are not named stay as the template has them."""

    name: Label
    template: Annotated[PlainText, Field(max_length=40)]
    hops: Annotated[list[HopChoices], Field(max_length=MAX_STAGES * 2)] = Field(default_factory=list)


class HopsInput(Schema):
    """What is decided of a path's hops; ``number`` is the version that was looked at."""

    number: Annotated[int, Field(ge=1)]
    hops: Annotated[list[HopChoices], Field(min_length=1, max_length=MAX_STAGES * 2)]


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
