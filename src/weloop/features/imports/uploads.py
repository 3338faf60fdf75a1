"""Reading an uploaded file in a process of its own, and keeping what it holds sealed."""

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from weloop.contracts.errors import InvalidInput
from weloop.features.imports.rules import load_limits
from weloop.kit.seal import Vault

PURPOSE = "import"
"""Purpose of the key under which rows are sealed."""
AT_ONCE = 2
"""Files that one process lets be read at once: each may take the reader's whole memory."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file is, and its rows in batches as they are sealed."""

    sha256: str
    size: int
    format: str
    encoding: str
    sheet: str
    columns: list[str]
    rows: int
    batches: Sequence[bytes]


class FileReader:
    """Of one web process."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def read(self, content: bytes) -> ReadFile:
        """Read a file; InvalidInput with a code of its own for each thing that may be wrong with it."""
        async with self._room:
            lines = await _run_reader(content)
        end: dict[str, Any] = orjson.loads(lines[-1])
        if "error" in end:
            raise InvalidInput("the file cannot be taken", code=end["error"], **end["params"])
        digest = hashlib.sha256(content).hexdigest()
        told = (end["format"], end["encoding"], end["sheet"], end["columns"], end["rows"])
        return ReadFile(digest, len(content), *told, lines[:-1])


async def _run_reader(content: bytes) -> list[bytes]:
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "weloop.features.imports.reader",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(load_limits().seconds):
            written, _ = await reader.communicate(content)
    except TimeoutError:
        written = b""
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    lines = written.splitlines()
    # Whoever ended it, its memory or its time was used up: its last line would say anything else.
    if reader.returncode != 0 or not lines or not lines[-1].startswith(b"{"):
        raise InvalidInput("the file takes too much to be read", code="import_heavy")
    return lines


def seal_batch(vault: Vault, batch: bytes) -> bytes:
    """Seal a batch of rows."""
    return vault.seal(batch, PURPOSE)


def open_batch(vault: Vault, sealed: bytes) -> list[tuple[int, list[str]]]:
    """The rows of a batch: their numbers in the spreadsheet and their cells."""
    rows: list[tuple[int, list[str]]] = orjson.loads(vault.open(sealed, PURPOSE))
    return rows
