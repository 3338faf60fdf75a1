"""Bytes of uploaded files, by SHA-256, in one folder."""

import asyncio
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from weloop.content.rules import HEAD_BYTES
from weloop.contracts.errors import InvalidInput

_CHUNK = 256 * 1024


class Source(Protocol):
    """Where bytes come from, such as an upload."""

    async def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored. ``head`` is the beginning, for telling what it is."""

    sha256: str
    size: int
    head: bytes


class FileStore:
    """A folder of files named by their SHA-256; equal files lie there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file with this hash lies."""
        return self._folder / sha256

    async def save(self, source: Source, largest: int) -> Stored:
        """Store a stream of at most ``largest`` bytes; InvalidInput as soon as it is longer."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=self._folder, prefix=".upload-")
        try:
            with os.fdopen(handle, "wb") as file:
                stored = await _copy(source, file, largest)
                await asyncio.to_thread(_sync, file)
            await asyncio.to_thread(os.replace, name, self.path(stored.sha256))
        except BaseException:
            os.unlink(name)
            raise
        return stored

    async def read(self, sha256: str) -> bytes:
        """The bytes of a stored file."""
        return await asyncio.to_thread(self.path(sha256).read_bytes)


async def _copy(source: Source, file: BinaryIO, largest: int) -> Stored:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := await source.read(_CHUNK):
        size += len(chunk)
        if size > largest:
            raise InvalidInput("the file is too large", code="file_large", max=largest)
        head = head or chunk[:HEAD_BYTES]
        digest.update(chunk)
        await asyncio.to_thread(file.write, chunk)
    return Stored(digest.hexdigest(), size, head)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
