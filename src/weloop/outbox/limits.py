"""Rate limits of the platforms' APIs: dated configuration with its source, not code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from weloop.outbox.rules import Rate


@cache
def load_rates() -> Mapping[str, Rate]:
    """Bucket name → rate, from ``limits.toml`` beside this file."""
    text = resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8")
    return {name: Rate(entry["per_second"], entry["burst"]) for name, entry in tomllib.loads(text)["rate"].items()}


DEFAULT_RATE = Rate(per_second=20.0, burst=20.0)
"""For a bucket without an entry: slow enough for any API we know."""
