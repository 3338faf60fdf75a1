"""Argon2id hashes of passwords, made in threads and few at a time: each takes 64 MiB and tens of milliseconds."""

import asyncio
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_PARALLEL = 2


class Passwords:
    """Hashes and verifies. The hash of a nobody is verified for unknown logins, so that both take equally long."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(_PARALLEL)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody")

    async def hash(self, password: str) -> str:
        """The Argon2id hash with its parameters and salt."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right; always False without a hash."""
        async with self._gate:
            right = await asyncio.to_thread(self._verify, password_hash, password)
        return right and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
