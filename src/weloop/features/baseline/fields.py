"""Dated rates of the field beside our own."""

from weloop.analytics.api import load_benchmarks
from weloop.features.baseline.schemas import Benchmark


def benchmark_of(key: str) -> Benchmark | None:
    """The rate of that key; None where it is not kept."""
    known = load_benchmarks().get(key)
    return Benchmark(rate=known[0], source=known[1]) if known else None
