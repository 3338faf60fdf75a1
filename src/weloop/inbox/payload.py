"""The personal part of an event: its form in the log, and its sealing with the subject's key."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.events import NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonObject
from weloop.kit.db import Run, run
from weloop.kit.seal import SaltedKey, Vault, new_salt

PURPOSE = "event"
"""Purpose of the key for events without a subject."""
_CACHED = 50_000
ERASED = "subject_keys"
"""Topic: keys were deleted."""

_PROFILE_FIELDS = ("name", "avatar_url", "gender", "company", "remark")


def pack(event: NewEvent) -> bytes | None:
    """The personal part as JSON bytes, None if there is none."""
    body: dict[str, Any] = {}
    if event.subject is not None:
        body["s"] = _ref_parts(event.subject)
    if event.aliases:
        body["a"] = [[*_ref_parts(alias.ref), alias.strength] for alias in event.aliases]
    if event.profile is not None:
        body["p"] = {field: getattr(event.profile, field) for field in _PROFILE_FIELDS}
    if event.personal:
        body["d"] = event.personal
    return orjson.dumps(body) if body else None


def unpack(plain: bytes) -> tuple[IdentityRef | None, tuple[Alias, ...], Profile | None, JsonObject]:
    """Undo :func:`pack`."""
    body = orjson.loads(plain)
    subject = _ref(body["s"]) if "s" in body else None
    aliases = tuple(Alias(_ref(parts[:3]), Strength(parts[3])) for parts in body.get("a", ()))
    profile = Profile(**body["p"]) if "p" in body else None
    return subject, aliases, profile, body.get("d", {})


def _ref_parts(ref: IdentityRef) -> list[str]:
    return [ref.kind, ref.scope, ref.value]


def _ref(parts: list[str]) -> IdentityRef:
    return IdentityRef(IdentityKind(parts[0]), parts[1], parts[2])


def occurrence_key(dedupe: str) -> bytes:
    """16 bytes of SHA-256 of the dedupe text."""
    return hashlib.sha256(dedupe.encode()).digest()[:16]


class SubjectKeys:
    """The keys of subjects: made at the first event, cached, gone for good when the salt is deleted.

    Only committed keys are cached: one whose transaction rolls back must not seal what comes after.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._cache: dict[int, SaltedKey] = {}
        self._clearings = 0

    async def load(
        self, connection: AsyncConnection, subjects: Iterable[int], execute: Run = run
    ) -> dict[int, SaltedKey]:
        """The keys of these subjects; makes the missing ones. Not under a savepoint."""
        wanted = set(subjects)
        keys = {subject: self._cache[subject] for subject in wanted & self._cache.keys()}
        if missing := sorted(wanted - keys.keys()):
            keys |= await self._fetch(connection, missing, execute)
        if len(self._cache) > _CACHED:
            self._cache.clear()
        return keys

    def open(self, salt: bytes | None, subject: int | None, sealed: bytes) -> bytes | None:
        """The plain payload; None when the subject was erased."""
        if subject is None:
            return self._vault.open(sealed, PURPOSE)
        if salt is None:
            return None
        return self._vault.salted(salt).open(sealed)

    def seal_plain(self, plain: bytes) -> bytes:
        """Seal the payload of an event without a subject."""
        return self._vault.seal(plain, PURPOSE)

    def on_topic(self, topic: str) -> None:
        """Subscribe this to the live listener: a key that was deleted elsewhere must not seal what comes after."""
        if topic in (ERASED, "*"):
            self._cache.clear()
            self._clearings += 1

    async def _fetch(self, connection: AsyncConnection, missing: list[int], execute: Run) -> dict[int, SaltedKey]:
        found: dict[int, SaltedKey] = {}
        committed: dict[int, SaltedKey] = {}
        left, clearings = missing, self._clearings
        # A row that another process inserts meanwhile is neither made nor seen by one statement: ask again.
        while left:
            rows = await execute(connection, _MAKE_SALTS, left, [new_salt() for _ in left])
            in_doubt = connection.in_transaction()
            for identity_id, salt, is_ours in rows:
                key = found[identity_id] = self._vault.salted(salt)
                if not (is_ours and in_doubt):
                    committed[identity_id] = key
            left = [subject for subject in left if subject not in found]
        if clearings == self._clearings:  # else some of them may have been deleted since they were read
            self._cache |= committed
        return found


_MAKE_SALTS = """
WITH wanted AS (SELECT * FROM unnest($1::bigint[], $2::bytea[]) AS w (identity_id, salt)),
made AS (
    INSERT INTO subject_key (identity_id, salt) SELECT * FROM wanted ORDER BY identity_id
    ON CONFLICT DO NOTHING RETURNING identity_id, salt
)
SELECT identity_id, salt, true AS is_ours FROM made
UNION ALL
SELECT identity_id, salt, coalesce(xmin = pg_current_xact_id_if_assigned()::xid, false)
FROM subject_key WHERE identity_id = ANY ($1)
"""
