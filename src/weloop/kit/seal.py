"""Crypto at rest: AES-256-GCM under keys derived from one master key that lives outside the database."""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from weloop.kit.errors import SealBroken

KEY_BYTES = 32
SALT_BYTES = 16
_NONCE_BYTES = 12


class Vault:
    """Seals values. Layout of a sealed value: nonce (12 bytes), ciphertext, tag (16 bytes)."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise ValueError(f"the master key has {KEY_BYTES} bytes")
        self._master = master
        self._by_purpose: dict[str, AESGCM] = {}

    def __repr__(self) -> str:
        return "Vault(…)"

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Seal under the key of a purpose, such as ``account.secret``."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._purpose_key(purpose).encrypt(nonce, plain, None)

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Undo :meth:`seal`; SealBroken when the key, the purpose or a byte is another."""
        return _decrypt(self._purpose_key(purpose), sealed)

    def salted(self, salt: bytes) -> "SaltedKey":
        """The key that belongs to one stored salt: without the salt nobody can make it again."""
        return SaltedKey(self._derive(b"salt\0" + salt))

    def _purpose_key(self, purpose: str) -> AESGCM:
        key = self._by_purpose.get(purpose)
        if key is None:
            key = self._by_purpose[purpose] = AESGCM(self._derive(b"purpose\0" + purpose.encode()))
        return key

    def _derive(self, label: bytes) -> bytes:
        return hmac.digest(self._master, label, hashlib.sha256)


class SaltedKey:
    """Seals what must become unreadable when its salt is deleted."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes) -> bytes:
        """Seal one value."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """Undo :meth:`seal`; SealBroken when the key or a byte is another."""
        return _decrypt(self._cipher, sealed)


def _decrypt(cipher: AESGCM, sealed: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag as error:
        raise SealBroken("this value was sealed with another key") from error


def new_salt() -> bytes:
    """A fresh salt for :meth:`Vault.salted`."""
    return os.urandom(SALT_BYTES)


def load_vault(path: Path) -> Vault:
    """Read the master key, or make it at the first start: a file of 32 bytes that only this user may read."""
    try:
        return Vault(path.read_bytes())
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            master = os.urandom(KEY_BYTES)
            file.write(master)
            file.flush()
            os.fsync(file.fileno())
        return Vault(master)
