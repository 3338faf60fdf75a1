"""The face of the official accounts feature."""

from collections.abc import Collection

from weloop.features.official_accounts import repository
from weloop.features.official_accounts.retention import prune_uses
from weloop.features.official_accounts.windows import read_windows
from weloop.kit.unit import UnitOfWork

__all__ = ["find_scene_names", "prune_uses", "read_windows"]


async def find_scene_names(unit: UnitOfWork, states: Collection[str]) -> dict[str, tuple[int, str]]:
    """Id and name of scene codes by state code, deleted ones too."""
    rows = await repository.find_by_states(unit.session, states)
    return {row.state_code: (row.id, row.name) for row in rows}
