"""The simplest server that takes messages of the track API: one known key, one table, group commit, answer after it."""

import asyncio
import base64
import hashlib
import json
import os
import socket
from datetime import UTC, datetime
from typing import Any

import uvicorn
from _intake_baseline import App as IntakeApp
from _intake_baseline import _read

KEY = os.environ["BENCH_KEY"]


class App(IntakeApp):
    """Raw ASGI, no framework."""

    def __init__(self) -> None:
        self._commit = None
        self._expected = b"Basic " + base64.b64encode(f"{KEY}:".encode())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take one request."""
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["method"] == "POST":
            assert dict(scope["headers"])[b"authorization"] == self._expected
            body = json.loads(await _read(receive))
            await asyncio.gather(*(self._keep(message) for message in body.get("batch", [body])))
        answer = b'{"success":true}'
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"16")]})
        await send({"type": "http.response.body", "body": answer})

    async def _keep(self, message: dict[str, Any]) -> None:
        key = hashlib.sha256(message["messageId"].encode()).digest()[:16]
        at = datetime.fromisoformat(message["timestamp"]).astimezone(UTC)
        assert self._commit is not None
        await self._commit.add((1, key, at, json.dumps(message)))


def main() -> None:
    """Serve on the inherited socket."""
    listener = socket.socket(fileno=int(os.environ["WELOOP_LISTENER_FD"]))
    config = uvicorn.Config(
        App(), loop="uvloop", http="httptools", lifespan="on", log_level="warning", access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
