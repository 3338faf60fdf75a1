"""The face of broadcasts."""

from weloop.features.broadcasts.handlers import HANDLERS, follow_wishes
from weloop.features.broadcasts.runner import TOPIC, BroadcastRunner

__all__ = ["HANDLERS", "TOPIC", "BroadcastRunner", "follow_wishes"]
