"""All tables of all modules, for migrations and for the test that compares both."""

from collections.abc import Mapping
from typing import Any

from weloop.access import models as _access
from weloop.accounts import models as _accounts
from weloop.audience import attributes_models as _attributes
from weloop.audience import companies_models as _companies
from weloop.audience import models as _audience
from weloop.audience import tags_models as _tags
from weloop.campaigns import models as _campaigns
from weloop.codes import models as _codes
from weloop.connectors.web import models as _web
from weloop.connectors.web.links import models as _links
from weloop.connectors.web.webhooks import models as _webhooks
from weloop.consent import models as _consent
from weloop.content import models as _content
from weloop.features.broadcasts import models as _broadcasts
from weloop.features.doctor import models as _doctor
from weloop.features.existing import models as _existing
from weloop.features.group_chats import models as _group_chats
from weloop.features.imports import models as _imports
from weloop.features.kf import models as _kf
from weloop.features.moments import models as _moments
from weloop.features.official_accounts import models as _official_accounts
from weloop.features.sources import models as _sources
from weloop.features.verify_files import models as _verify_files
from weloop.identity import models as _identity
from weloop.inbox import models as _inbox
from weloop.journeys import models as _journeys
from weloop.kit import clock as _clock
from weloop.kit import timetable as _timetable
from weloop.kit.db import Base
from weloop.leads import models as _leads
from weloop.mass_tasks import models as _mass_tasks
from weloop.outbox import models as _outbox
from weloop.paths import models as _paths
from weloop.staff import models as _staff
from weloop.tasks import models as _tasks

MODULES = (
    _access,
    _accounts,
    _attributes,
    _broadcasts,
    _audience,
    _campaigns,
    _clock,
    _codes,
    _consent,
    _companies,
    _content,
    _doctor,
    _existing,
    _group_chats,
    _identity,
    _imports,
    _inbox,
    _journeys,
    _kf,
    _leads,
    _links,
    _mass_tasks,
    _moments,
    _official_accounts,
    _outbox,
    _paths,
    _sources,
    _staff,
    _tags,
    _tasks,
    _timetable,
    _verify_files,
    _web,
    _webhooks,
)
metadata = Base.metadata


def is_ours(name: str | None, kind: str, _parents: Mapping[str, Any]) -> bool:
    """Leave the monthly partitions of the log out of comparisons: they come and go."""
    return not (kind == "table" and name is not None and name.startswith("event_") and name != "event_payload")
