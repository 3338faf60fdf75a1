"""The face of consent."""

from weloop.consent import repository
from weloop.consent.handlers import HANDLERS, forget_consent
from weloop.consent.rules import read_rules
from weloop.consent.stances import Stance, load_stances
from weloop.contracts.contact_rules import ContactRules
from weloop.kit.unit import UnitOfWork

__all__ = ["HANDLERS", "Stance", "forget_consent", "load_contact_rules", "load_stances"]


async def load_contact_rules(unit: UnitOfWork) -> ContactRules:
    """The rules in force."""
    return read_rules(await repository.get_changed(unit.connection))
