"""The face of analytics: rates with their intervals, for whoever counts something of their own."""

from weloop.analytics.path_report import PathReport, load_benchmarks, report_path
from weloop.analytics.rules import EXAMPLE, FEW, Chance, Rate, best_quarter, chain, name_weakest, rate_of, weigh_hop
from weloop.analytics.schemas import RateInfo
from weloop.analytics.workbench import Stretch, read_stretch

__all__ = [
    "EXAMPLE",
    "FEW",
    "Chance",
    "PathReport",
    "Rate",
    "RateInfo",
    "Stretch",
    "best_quarter",
    "chain",
    "load_benchmarks",
    "name_weakest",
    "rate_of",
    "read_stretch",
    "report_path",
    "weigh_hop",
]
