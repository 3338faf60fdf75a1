"""Ids that look like the platform's and are a function of the seed."""

from hashlib import shake_256

DIGITS = "0123456789"
HEX = DIGITS + "abcdef"
WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + DIGITS
TOKEN = WORD + "-_"


def _table(alphabet: str) -> bytes:
    return bytes(ord(alphabet[value % len(alphabet)]) for value in range(256))


_TABLES = {alphabet: _table(alphabet) for alphabet in (DIGITS, HEX, WORD, TOKEN)}


class Ids:
    """Same seed and same parts, same id; ``fresh`` counts per kind, so one kind never disturbs another."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._counts: dict[str, int] = {}

    def derive(self, length: int, *parts: str, alphabet: str = WORD) -> str:
        """An id that is a function of the parts."""
        source = "\x00".join((self.seed, *parts)).encode()
        return shake_256(source).digest(length).translate(_TABLES[alphabet]).decode()

    def fresh(self, length: int, kind: str, *, alphabet: str = WORD) -> str:
        """The next id of a kind."""
        return self.derive(length, kind, str(self.count(kind)), alphabet=alphabet)

    def count(self, kind: str) -> int:
        """The next number of a kind, from 1."""
        number = self._counts.get(kind, 0) + 1
        self._counts[kind] = number
        return number
