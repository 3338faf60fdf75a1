"""AES-256-CBC of callbacks: random (16) ‖ length (4, big endian) ‖ message ‖ receiver, padded to 32 bytes."""

import binascii
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wxapi.callback.errors import BadCiphertext, BadReceiver

KEY_CHARACTERS = 43
_BLOCK = 32
_HEAD = 20
_RANDOM = 16
_PADS = [bytes([size]) * size for size in range(_BLOCK + 1)]


class MessageCipher:
    """Encrypts and decrypts for one receiver. Make it once per account: the key schedule is kept.

    ``aes_key`` is the EncodingAESKey of 43 characters; ``receiver`` the corp id or app id that must be at the end.
    ValueError when the key is not of that form.
    """

    __slots__ = ("_cipher", "_receiver")

    def __init__(self, aes_key: str, receiver: str) -> None:
        key = _decode_key(aes_key)
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._receiver = receiver.encode()

    def decrypt(self, encrypted: str) -> bytes:
        """Decode Base64, decrypt, check padding, length and receiver; give the message."""
        try:
            sealed = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError:
            raise BadCiphertext("the ciphertext is not Base64") from None
        if not sealed or len(sealed) % _BLOCK:
            raise BadCiphertext("the ciphertext has a wrong length")
        return self._unpack(self._cipher.decryptor().update(sealed))

    def _unpack(self, plain: bytes) -> bytes:
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or not plain.endswith(_PADS[pad]):
            raise BadCiphertext("the padding is wrong")
        end = _HEAD + int.from_bytes(plain[_RANDOM:_HEAD], "big")
        if end > len(plain) - pad:
            raise BadCiphertext("the length is wrong")
        if plain[end : len(plain) - pad] != self._receiver:
            raise BadReceiver("it is meant for another receiver")
        return plain[_HEAD:end]

    def encrypt(self, message: bytes, random: bytes | None = None) -> str:
        """Encrypt a message; Base64. ``random`` (16 bytes) is fresh unless a test gives it."""
        head = os.urandom(_RANDOM) if random is None else random
        plain = head + len(message).to_bytes(4, "big") + message + self._receiver
        plain += _PADS[_BLOCK - len(plain) % _BLOCK]
        return binascii.b2a_base64(self._cipher.encryptor().update(plain), newline=False).decode()


def _decode_key(aes_key: str) -> bytes:
    """32 bytes. The last character may carry unused bits that are not zero; they are ignored."""
    if len(aes_key) != KEY_CHARACTERS or not (aes_key.isascii() and aes_key.isalnum()):
        raise ValueError(f"an EncodingAESKey has {KEY_CHARACTERS} letters and digits")
    return binascii.a2b_base64(aes_key + "=")
