"""Random names and trace ids."""

import contextvars
import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letters or digits that look alike in print."""

trace: contextvars.ContextVar[str] = contextvars.ContextVar("trace", default="")
"""The trace id of what is being handled: one id from a callback to the messages it causes."""


def new_trace_id() -> str:
    """16 hex digits."""
    return secrets.token_hex(8)


def new_code(length: int) -> str:
    """A random code of ``length`` characters that a person can read aloud; 12 characters hold 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
