"""All tables of all modules, for migrations and for the test that compares both."""

from collections.abc import Mapping
from typing import Any

from weloop.access import models as _access
from weloop.accounts import models as _accounts
from weloop.codes import models as _codes
from weloop.content import models as _content
from weloop.features.group_chats import models as _group_chats
from weloop.features.sources import models as _sources
from weloop.identity import models as _identity
from weloop.inbox import models as _inbox
from weloop.journeys import models as _journeys
from weloop.kit import clock as _clock
from weloop.kit.db import Base
from weloop.outbox import models as _outbox
from weloop.paths import models as _paths
from weloop.staff import models as _staff

MODULES = (
    _access,
    _accounts,
    _clock,
    _codes,
    _content,
    _group_chats,
    _identity,
    _inbox,
    _journeys,
    _outbox,
    _paths,
    _sources,
    _staff,
)
metadata = Base.metadata


def is_ours(name: str | None, kind: str, _parents: Mapping[str, Any]) -> bool:
    """Leave the monthly partitions of the log out of comparisons: they come and go."""
    return not (kind == "table" and name is not None and name.startswith("event_") and name != "event_payload")
