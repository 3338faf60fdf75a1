"""Keeping a world over restarts: one snapshot file, written soon after something changed and at the end.

A world of many thousand people takes a good part of a second to write. While the simulator serves, a forked child
writes it: the child sees the world as it was in that moment, and nobody waits.
"""

import asyncio
import contextlib
import gc
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
"""At most this much of a small world is lost when the simulator is killed."""
SHARE = 0.1
"""Of the time at most this much goes into writing: a large world is written less often."""
_KEPT = (
    "ids",
    "ledger",
    "agenda",
    "people",
    "corps",
    "accounts",
    "video_channels",
    "codes",
    "code_pictures",
    "media",
    "story",
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
        self._child = 0
        self._pause = SAVE_SECONDS

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
        self._take_clock(saved["time"], stepped=saved["stepped"])
        return True

    async def keep(self, stop: asyncio.Event) -> None:
        """Save whenever something changed, until ``stop``; once more at the end."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause)
            if not self._is_writing():
                self._save_aside()
        self._wait_for_child()
        self.save()

    def save(self) -> None:
        """Write the snapshot if something changed: whole, or not at all."""
        version = self._version()
        if version != self._saved:
            self._write()
            self._saved = version

    def _save_aside(self) -> None:
        """The same in a child of this process."""
        version = self._version()
        if version == self._saved:
            return
        self._child = os.fork()
        if self._child == 0:
            status = 1
            try:
                gc.disable()
                os.nice(5)
                self._write()
                status = 0
            finally:
                # Neither the event loop nor the sockets of the parent are the child's to close.
                os._exit(status)
        self._saved = version

    def _is_writing(self) -> bool:
        if self._child and self._reap(os.WNOHANG):
            self._child = 0
        return self._child != 0

    def _wait_for_child(self) -> None:
        if self._child:
            self._reap(0)
            self._child = 0

    def _reap(self, options: int) -> bool:
        """Whether the child has ended; one that failed is tried again with the next change."""
        ended, status, used = os.wait4(self._child, options)
        if ended:
            self._pause = max(SAVE_SECONDS, (used.ru_utime + used.ru_stime) / SHARE)
        if ended and status:
            log.warning("the world could not be saved")
            self._saved = (-1, -1)
        return ended != 0

    def _version(self) -> tuple[int, int]:
        return len(self._world.ledger), self._world.changes.version

    def _write(self) -> None:
        state: dict[str, Any] = {name: getattr(self._world, name) for name in _KEPT}
        clock = self._world.clock
        content = pickle.dumps({"of": self._kind(), "time": clock.time(), "stepped": clock.stepped, **state})
        draft = self._path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._path)

    def _take_clock(self, then: float, *, stepped: bool) -> None:
        """World time goes on from where it was, or from now if that is later: it never runs backwards.

        A clock that stood still goes on standing where it stood.
        """
        old = self._world.clock
        start = then if stepped else max(then, old.time())
        clock = WorldClock(speed=old.speed, stepped=stepped or old.stepped, start=start)
        self._world.clock = clock
        self._world.ledger.follow(clock)

    def _kind(self) -> str:
        """Another code would misread the objects, another seed is another world."""
        digest = hashlib.sha256(self._world.seed.encode())
        folder = Path(__file__).parent
        for file in sorted(
            [*folder.glob("world/*.py"), *folder.glob("story/*.*"), folder / "ids.py", folder / "ledger.py"]
        ):
            digest.update(file.read_bytes())
        return digest.hexdigest()
