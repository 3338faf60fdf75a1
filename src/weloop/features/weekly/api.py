"""The face of the weekly report."""

from weloop.features.weekly.cards import send_weekly_cards
from weloop.features.weekly.report import report_week
from weloop.features.weekly.routes import read_period
from weloop.features.weekly.schemas import WeekReport

__all__ = ["WeekReport", "read_period", "report_week", "send_weekly_cards"]
