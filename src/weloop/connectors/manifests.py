"""A connector's ``manifest.toml``: what it is and which limits of its platform it keeps."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Manifest:
    """``key`` is the account kind; ``limits`` are dated figures with their source in the file."""

    key: str
    api_base: str
    limits: Mapping[str, int]
    page_scripts: Sequence[str] = ()
    """What pages inside the platform's client load, in this order."""


@cache
def load_manifest(platform: str) -> Manifest:
    """Read the manifest of a platform's folder, such as ``wecom``."""
    text = files("weloop.connectors").joinpath(platform, "manifest.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Manifest(data["key"], data["api_base"], data["limits"], data.get("page_scripts", ()))
