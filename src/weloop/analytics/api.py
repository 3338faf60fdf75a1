"""The face of analytics: rates with their intervals, for whoever counts something of their own."""

from weloop.analytics.path_report import PathReport, report_path
from weloop.analytics.rules import FEW, Rate, rate_of
from weloop.analytics.workbench import Stretch, read_stretch

__all__ = ["FEW", "PathReport", "Rate", "Stretch", "rate_of", "read_stretch", "report_path"]
