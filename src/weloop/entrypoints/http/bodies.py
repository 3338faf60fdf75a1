"""Bodies of requests that come straight to an endpoint, read no further than a cap."""

from starlette.types import Receive, Scope

from weloop.contracts.errors import CallbackRefused


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The body; CallbackRefused with 413 when it is larger than ``most`` bytes, with 400 when it ends early."""
    for name, value in scope["headers"]:
        if name == b"content-length" and not (value.isdigit() and int(value) <= most):
            raise CallbackRefused(413, f"the body is larger than {most} bytes")
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallbackRefused(400, "the body ended early")
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise CallbackRefused(413, f"the body is larger than {most} bytes")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
