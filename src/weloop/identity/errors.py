"""Errors of identities."""

from weloop.contracts.errors import WeLoopError


class IdentityCollision(WeLoopError):
    """Two identities hash to the same 64 bits (once in some 10^11 installations of ten million identities)."""

    code = "identity_collision"
