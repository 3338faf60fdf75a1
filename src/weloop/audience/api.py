"""The face of the audience module."""

from weloop.audience import attributes_handlers, companies, tags_handlers
from weloop.audience.attributes import set_attributes, values_of
from weloop.audience.companies import find_company_persons, place_persons
from weloop.audience.companies_rows import OF_COMPANY
from weloop.audience.forgetting import fold_moves, forget_notes
from weloop.audience.tags import look_at_new_account, refresh_tags
from weloop.audience.tags_marking import Tagging, tag_persons
from weloop.audience.tags_rows import CARRIES
from weloop.contracts.events import EventKind
from weloop.inbox.api import EventHandler

__all__ = [
    "CARRIES",
    "EVENTS",
    "HANDLERS",
    "OF_COMPANY",
    "Tagging",
    "find_company_persons",
    "fold_moves",
    "forget_notes",
    "look_at_new_account",
    "place_persons",
    "refresh_tags",
    "set_attributes",
    "tag_persons",
    "values_of",
]

EVENTS = frozenset({EventKind.ATTRIBUTE_CHANGED, EventKind.PERSON_TAGGED, EventKind.PERSON_UNTAGGED})
"""What is told of persons here."""
HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    *attributes_handlers.HANDLERS,
    *tags_handlers.HANDLERS,
    *companies.HANDLERS,
)
"""To be registered with the inbox, right after identity."""
