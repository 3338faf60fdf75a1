"""The face of broadcasts."""

from weloop.features.broadcasts.counted import load_counted
from weloop.features.broadcasts.handlers import HANDLERS, follow_wishes
from weloop.features.broadcasts.moves import (
    fold_moves,
    follow_returns,
    forget_recipients,
    make_anew,
    remake,
    take_back_revived,
)
from weloop.features.broadcasts.retention import prune_recipients
from weloop.features.broadcasts.runner import TOPIC, BroadcastRunner

__all__ = [
    "HANDLERS",
    "TOPIC",
    "BroadcastRunner",
    "fold_moves",
    "follow_returns",
    "follow_wishes",
    "forget_recipients",
    "load_counted",
    "make_anew",
    "prune_recipients",
    "remake",
    "take_back_revived",
]
