"""The face of consent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from weloop.consent import repository
from weloop.consent.handlers import HANDLERS, fold_moves, forget_consent
from weloop.consent.replies import WISHES, find_replies
from weloop.consent.repository import still
from weloop.consent.rules import Act, read_rules, shipped
from weloop.consent.service import change_rules, get_stance, load_values, note_wish
from weloop.consent.stances import Stance, find_held, load_stances
from weloop.contracts.contact_rules import ContactRules
from weloop.kit.unit import UnitOfWork

__all__ = [
    "HANDLERS",
    "WISHES",
    "Act",
    "Stance",
    "change_rules",
    "find_held",
    "find_replies",
    "fold_moves",
    "forget_consent",
    "get_stance",
    "list_complaints",
    "list_entries",
    "load_contact_rules",
    "load_stances",
    "load_values",
    "note_wish",
    "shipped",
    "still",
]


async def list_entries(unit: UnitOfWork, stance: Stance) -> Sequence[Row[Any]]:
    """The ledger of a person, newest first: (id, act, at, account_id, word, user_id, reason)."""
    return await repository.list_entries(unit.connection, stance.identities)


async def list_complaints(unit: UnitOfWork, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Complaints that were opened between two moments, once for each identity of the person: (identity_id, at)."""
    return await repository.list_complaints(unit.connection, since, until)


async def load_contact_rules(unit: UnitOfWork) -> ContactRules:
    """The rules in force."""
    return read_rules(await repository.get_changed(unit.connection))
