"""Rate limits of the platforms' APIs: dated configuration with its source, not code."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from weloop.outbox.rules import Rate


@cache
def load_limits() -> Mapping[str, Mapping[str, Any]]:
    """Bucket name → {per_second, burst, source {zh, en}, date}, from ``limits.toml`` beside this file."""
    limits: Mapping[str, Mapping[str, Any]] = _load()["rate"]
    return limits


@cache
def load_repeats() -> Mapping[str, timedelta]:
    """Name of a command → for how long after its first attempt it may be repeated while nobody knows of one."""
    return {name: timedelta(hours=hours) for name, hours in _load()["repeat_hours"].items()}


def _load() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


@cache
def load_rates() -> Mapping[str, Rate]:
    """Bucket name → rate."""
    return {name: Rate(limit["per_second"], limit["burst"]) for name, limit in load_limits().items()}


DEFAULT_RATE = Rate(per_second=20.0, burst=20.0)
"""For a bucket without an entry: slow enough for any API we know."""
