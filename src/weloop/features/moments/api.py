"""The face of Moments."""

from weloop.features.moments.handlers import HANDLERS
from weloop.features.moments.service import TOPIC

__all__ = ["HANDLERS", "TOPIC"]
