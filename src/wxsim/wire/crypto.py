"""Signature and cipher of callbacks, the same for WeCom and official accounts."""

import base64
import binascii
from hashlib import sha1
from hmac import compare_digest
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
"""PKCS#7 pads to a multiple of 32 here, not of the AES block."""


class BadCipher(Exception):
    """A text that this key did not make for this receiver."""


def sign(*parts: str) -> str:
    """Lower-case SHA-1 of the parts sorted bytewise and joined."""
    joined = b"".join(sorted(part.encode() for part in parts))
    return sha1(joined, usedforsecurity=False).hexdigest()


def signatures_match(given: str, expected: str) -> bool:
    """Compare in constant time."""
    return compare_digest(given.encode(), expected.encode())


class CallbackCipher:
    """AES-256-CBC over ``random16 ‖ length ‖ message ‖ receiver``; ``aes_key`` is the 43-character EncodingAESKey."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        if len(aes_key) != 43 or not aes_key.isascii() or not aes_key.isalnum():
            raise ValueError("EncodingAESKey must be 43 letters and digits")
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._receiver = receiver.encode()

    def encrypt(self, message: bytes, noise: bytes | None = None) -> str:
        """Base64 of the sealed message; ``noise`` fixes the 16 random bytes for test vectors."""
        plain = (noise or token_bytes(16)) + len(message).to_bytes(4, "big") + message + self._receiver
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, sealed: str) -> bytes:
        """The message; ``BadCipher`` for anything that does not fit."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            decryptor = self._cipher.decryptor()
            plain = decryptor.update(raw) + decryptor.finalize()
        except (ValueError, binascii.Error) as error:
            raise BadCipher from error
        if not plain or not 1 <= plain[-1] <= BLOCK or plain[-1] > len(plain) - 20:
            raise BadCipher
        body = plain[16 : -plain[-1]]
        length = int.from_bytes(body[:4], "big")
        if body[4 + length :] != self._receiver:
            raise BadCipher
        return body[4 : 4 + length]
