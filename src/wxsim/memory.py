"""Keeping a world over restarts: one snapshot file, written soon after something changed and at the end."""

import asyncio
import contextlib
import hashlib
import logging
import os
import pickle
from pathlib import Path
from typing import Any

from wxsim.clock import WorldClock
from wxsim.simulator import Simulator

log = logging.getLogger(__name__)

SAVE_SECONDS = 1.0
"""At most this much of a world is lost when the simulator is killed."""
_KEPT = (
    "ids",
    "ledger",
    "people",
    "corps",
    "accounts",
    "codes",
    "code_pictures",
    "media",
    "_phones",
    "_people_by_alias",
    "_random",
)


class Memory:
    """The snapshot of one simulator. The file is written by us and read by us; never point it at another's."""

    def __init__(self, simulator: Simulator, path: Path) -> None:
        self._world = simulator.world
        self._path = path
        self._saved = (-1, -1)

    def recall(self) -> bool:
        """Put the saved world in place; False when there is none that this version and seed can read."""
        try:
            # Our own file in a folder that only we may write.
            saved = pickle.loads(self._path.read_bytes())  # noqa: S301
        except FileNotFoundError:
            return False
        except Exception as error:
            log.warning("the saved world cannot be read and is left behind: %s", error)
            return False
        if saved["of"] != self._kind():
            log.warning("the saved world is of another version or seed; a new one begins")
            return False
        for name in _KEPT:
            setattr(self._world, name, saved[name])
        self._take_clock(saved["time"])
        return True

    async def keep(self, stop: asyncio.Event) -> None:
        """Save whenever something changed, until ``stop``; once more at the end."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), SAVE_SECONDS)
            self.save()

    def save(self) -> None:
        """Write the snapshot if something changed: whole, or not at all."""
        written = (len(self._world.ledger), self._world.changes.version)
        if written == self._saved:
            return
        state: dict[str, Any] = {name: getattr(self._world, name) for name in _KEPT}
        content = pickle.dumps({"of": self._kind(), "time": self._world.clock.time(), **state})
        draft = self._path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._path)
        self._saved = written

    def _take_clock(self, then: float) -> None:
        """World time goes on from where it was, or from now if that is later: it never runs backwards."""
        old = self._world.clock
        clock = WorldClock(speed=old.speed, stepped=old.stepped, start=max(then, old.time()))
        self._world.clock = clock
        self._world.ledger.follow(clock)

    def _kind(self) -> str:
        """Another code would misread the objects, another seed is another world."""
        digest = hashlib.sha256(self._world.seed.encode())
        folder = Path(__file__).parent
        for file in sorted([*folder.glob("world/*.py"), folder / "ids.py", folder / "ledger.py"]):
            digest.update(file.read_bytes())
        return digest.hexdigest()
