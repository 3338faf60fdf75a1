"""Who waits for something to change on a screen."""

import asyncio


class Changes:
    """A counter that grows with every visible change; streams wait for it to move."""

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._waiting: set[asyncio.Future[None]] = set()

    def touch(self) -> None:
        """Something on a phone changed."""
        self.version += 1
        self._wake()

    def close(self) -> None:
        """End all streams: the simulator goes down."""
        self.closed = True
        self._wake()

    async def after(self, version: int, patience: float) -> int:
        """Return once the version is past ``version``, on close, or after ``patience`` seconds."""
        if self.version > version or self.closed:
            return self.version
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait([future], timeout=patience)
        finally:
            self._waiting.discard(future)
            future.cancel()
        return self.version

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
