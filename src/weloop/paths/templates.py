"""Path templates (模板): data files beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from weloop.contracts.errors import InvalidInput
from weloop.paths.rules import Definition, read_definition

MAX_YAML = 64_000
KEYS = ("b2b", "store", "education", "commerce")


@dataclass(frozen=True, slots=True)
class Template:
    """A path to begin with. ``text`` says in a line where it leads."""

    key: str
    name: str
    text: str
    definition: Definition


@cache
def load_templates() -> Mapping[str, Template]:
    """All templates by key, in the order of the menu."""
    folder = files("weloop.paths").joinpath("shipped")
    found = {key: yaml.safe_load(folder.joinpath(f"{key}.yaml").read_text("utf-8")) for key in KEYS}
    return MappingProxyType(
        {key: Template(key, body["name"], body["text"], read_definition(body)) for key, body in found.items()}
    )


def read_yaml(text: str) -> Any:
    """The plain form of a path written in YAML; InvalidInput. Aliases are refused: few lines could mean gigabytes."""
    if len(text) > MAX_YAML:
        raise InvalidInput("the text is too long", code="path_yaml", reason=f"> {MAX_YAML}")
    try:
        if any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in yaml.scan(text)):
            raise InvalidInput("aliases are not taken", code="path_yaml", reason="alias")
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise InvalidInput(
            "this is no YAML", code="path_yaml", reason=f"line {mark.line + 1}" if mark else "unreadable"
        ) from error
