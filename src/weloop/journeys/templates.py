"""Templates of journeys (流程模板): data files beside this one, whose parameters are filled when one is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import yaml

from weloop.journeys.errors import TemplateValue

KEYS = (
    "welcome_qualify",
    "revive",
    "live_ladder",
    "group_handover",
    "b2b",
    "store",
    "education",
    "commerce",
)
ParameterKind: TypeAlias = Literal["wecom", "official_account", "join_way", "text"]
MAX_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is filled in: the id of an account, the state code of a join way, or words, with those that are shipped."""

    key: str
    kind: ParameterKind
    name: str
    value: str = ""

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind; whether there is such a thing, the validation of the draft says."""
        if self.kind in ("wecom", "official_account"):
            return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
        return isinstance(value, str) and 0 < len(value.strip()) <= MAX_WORDS

    @property
    def example(self) -> str | int:
        """What stands there in a preview."""
        return 1 if self.kind in ("wecom", "official_account") else self.value or self.key


@dataclass(frozen=True, slots=True)
class Template:
    """A journey to begin with. ``path``: the path template that it serves; None: any."""

    key: str
    name: str
    text: str
    path: str | None
    parameters: Sequence[Parameter]
    document: Mapping[str, Any]

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The draft with these values; TemplateValue for one that is missing, unknown, or of another kind."""
        known = {each.key: each for each in self.parameters}
        for key in values:
            if key not in known:
                raise TemplateValue(parameter=key[:40])
        given = {key: values.get(key, each.value) for key, each in known.items()}
        for key, value in given.items():
            if not known[key].takes(value):
                raise TemplateValue(parameter=key)
        filled: dict[str, Any] = _fill(self.document, given)
        return filled

    @property
    def preview(self) -> dict[str, Any]:
        """The draft with examples."""
        return self.fill({each.key: each.example for each in self.parameters})


def _fill(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        if part.keys() == {"param"}:
            return values[part["param"]]
        return {name: _fill(value, values) for name, value in part.items()}
    return [_fill(each, values) for each in part] if isinstance(part, list) else part


@cache
def load_templates() -> Mapping[str, Template]:
    """All templates by key, in the order of the gallery."""
    folder = files("weloop.journeys").joinpath("shipped")
    found = {key: yaml.safe_load(folder.joinpath(f"{key}.yaml").read_text("utf-8")) for key in KEYS}
    return MappingProxyType({key: _read(key, body) for key, body in found.items()})


def _read(key: str, body: Mapping[str, Any]) -> Template:
    parameters = tuple(Parameter(**each) for each in body["parameters"])
    return Template(key, body["name"], body["text"], body.get("path"), parameters, body["draft"])
