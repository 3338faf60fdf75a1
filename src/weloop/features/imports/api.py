"""The face of imports."""

from weloop.features.imports import repository
from weloop.features.imports.handlers import TOPIC
from weloop.features.imports.jobs import forget_imports
from weloop.features.imports.runner import ImportRunner
from weloop.kit.unit import UnitOfWork

__all__ = ["TOPIC", "ImportRunner", "forget_imports", "is_busy"]


async def is_busy(unit: UnitOfWork) -> bool:
    """Whether some import has something left to do by itself."""
    return await repository.is_busy(unit.connection)
