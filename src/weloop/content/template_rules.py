"""Templates of messages, pure: their places, and what each of these takes."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

TOO_LONG, UNFIT = "text_too_long", "value_unfit"
_PLACE = re.compile(r"([^\n{}]*)\{\{([A-Za-z_]+[0-9]*)\.DATA\}\}")
_KIND = re.compile(r"([A-Za-z_]+?)_?[0-9]*")


@dataclass(frozen=True, slots=True)
class ValueRule:
    """``most`` characters (``most_latin`` where all are ASCII), and the whole of the ``form``; None: anything."""

    most: int | None = None
    most_latin: int | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """A place of a template: ``thing2``, with what stands before it."""

    key: str
    label: str


@cache
def load_rules() -> Mapping[str, ValueRule]:
    """Rule by kind of place, from ``template_values.toml`` beside this file."""
    text = resources.files(__package__).joinpath("template_values.toml").read_text(encoding="utf-8")
    return {kind: ValueRule(**rule) for kind, rule in tomllib.loads(text)["kind"].items()}


def rule_of(place: str) -> ValueRule:
    """What a place takes, by the kind that its name begins with."""
    kind = _KIND.fullmatch(place)
    return load_rules().get(kind[1] if kind else "", ValueRule())


def find_misfit(place: str, value: str) -> str | None:
    """Why a place does not take a value; None: it does."""
    rule = rule_of(place)
    if is_too_long(place, value):
        return TOO_LONG
    return UNFIT if rule.form is not None and re.fullmatch(rule.form, value) is None else None


def is_too_long(place: str, value: str) -> bool:
    """Whether a value, or the part of it that is known, is longer than its place takes."""
    rule = rule_of(place)
    most = rule.most_latin if rule.most_latin is not None and value.isascii() else rule.most
    return most is not None and len(value) > most


def places_of(content: str) -> Sequence[TemplatePlace]:
    """The places of a template in their order, each once."""
    found = {key: label.strip().rstrip(":：").strip() for label, key in _PLACE.findall(content)}
    return [TemplatePlace(key, label or key) for key, label in found.items()]


def fill(content: str, values: Mapping[str, str]) -> str:
    """The content with its values, as it is read."""
    return _PLACE.sub(lambda found: found[1] + values.get(found[2], ""), content).strip()
