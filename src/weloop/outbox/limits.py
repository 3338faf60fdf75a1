"""Rate limits of the platforms' APIs: dated configuration with its source, not code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from weloop.outbox.rules import Rate


@cache
def load_limits() -> Mapping[str, Mapping[str, Any]]:
    """Bucket name → {per_second, burst, source {zh, en}, date}, from ``limits.toml`` beside this file."""
    text = resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8")
    limits: Mapping[str, Mapping[str, Any]] = tomllib.loads(text)["rate"]
    return limits


@cache
def load_rates() -> Mapping[str, Rate]:
    """Bucket name → rate."""
    return {name: Rate(limit["per_second"], limit["burst"]) for name, limit in load_limits().items()}


DEFAULT_RATE = Rate(per_second=20.0, burst=20.0)
"""For a bucket without an entry: slow enough for any API we know."""
