"""The picture of a code that a platform made: a contact way's, a join way's.

The platform answers ``qr_code``, an address. A picture there is the code itself: we cannot draw it anew, since what it
says is not told, so it is handed on as it is. Where a page is there, the address itself is what a code has to say, and
segno draws it in any size. Which of the two it is, is asked once and remembered.
"""

import asyncio
import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
import segno

from weloop.accounts.api import is_loopback
from weloop.content import repository
from weloop.content.models import StoredFile
from weloop.content.store import FileStore
from weloop.contracts.errors import Conflict, Retryable
from weloop.kit.unit import Units

FETCH_SECONDS = 8.0
MAX_BYTES = 256 * 1024
REMEMBERED = 128
KEPT_PIXELS = 600
"""Width of a code that we draw ourselves for a message."""
QUIET_ZONE = 4
"""Modules of white around the code, as ISO/IEC 18004 asks for."""
_MAGIC = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes and media type of a picture."""

    content: bytes
    media_type: str


class Pictures:
    """Pictures of codes by address; the platform's own ones are kept in memory. ``proxy``: what they come through."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._known: OrderedDict[str, Picture | None] = OrderedDict()

    async def get(self, address: str, form: Literal["png", "svg"], size: int) -> Picture:
        """A picture at least ``size`` pixels wide where we draw it ourselves.

        Conflict when a drawing is asked for and the platform has a picture only; Retryable when it cannot be reached.
        """
        if address not in self._known:
            self._known[address] = await _fetch(address, self._proxy)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        own = self._known[address]
        if own is None:
            return await asyncio.to_thread(draw_code, address, form, size)
        if form == "svg":
            raise Conflict("the platform gives a picture, not a drawing", code="code_picture_only")
        return own


class CodePictureShelf:
    """A ``PictureKeeper`` over the file store."""

    def __init__(self, units: Units, files: FileStore, pictures: Pictures) -> None:
        self._units = units
        self._files = files
        self._pictures = pictures

    async def keep(self, address: str, name: str) -> int:
        """See ``contracts.media.PictureKeeper``."""
        picture = await self._pictures.get(address, "png", KEPT_PIXELS)
        stored = await self._files.save(_Bytes(picture.content), MAX_BYTES)
        name = f"{name}.{picture.media_type.removeprefix('image/')}"
        async with self._units.begin() as unit:
            known = await repository.find_stored(unit.session, stored.sha256, name)
            if known is not None:
                return known
            row = StoredFile(
                sha256=stored.sha256, name=name, mime=picture.media_type, size=stored.size, created_at=unit.now
            )
            unit.session.add(row)
            await unit.session.flush()
            return row.id


class _Bytes:
    """Bytes in memory as a stream."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)

    async def read(self, size: int) -> bytes:
        return self._stream.read(size)


async def _fetch(address: str, proxy: str | None) -> Picture | None:
    """The picture at an address; None when something else is there."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise Conflict("the address of the code is not one of the web", code="code_picture_address")
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        # No redirect is followed: it could lead into this machine's own network.
        async with (
            aiohttp.ClientSession(timeout=timeout, proxy=proxy) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            content = await _read(answer)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Retryable("the picture cannot be fetched") from error
    media_type = next((mime for magic, mime in _MAGIC.items() if content.startswith(magic)), None)
    return Picture(content, media_type) if media_type else None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status != 200:
        raise Retryable(f"the platform answers {answer.status} for the picture", answer.status)
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MAX_BYTES:
            raise Conflict("the picture is too large", code="code_picture_address")
    return bytes(content)


def draw_code(address: str, form: Literal["png", "svg"], size: int) -> Picture:
    """An address as a code, at least ``size`` pixels wide."""
    code = segno.make(address, error="m", micro=False)
    out = io.BytesIO()
    modules = code.symbol_size(border=QUIET_ZONE)[0]
    code.save(out, kind=form, scale=max(1, -(-size // modules)), border=QUIET_ZONE)
    return Picture(out.getvalue(), "image/svg+xml" if form == "svg" else "image/png")
