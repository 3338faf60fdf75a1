"""Files on their way to a platform, and the platform's temporary ids for them."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class FileContent:
    """A stored file with its bytes."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MediaTicket:
    """The platform's id of an uploaded file, usable before ``usable_until``, in world time."""

    media_id: str
    usable_until: datetime


Upload: TypeAlias = Callable[[FileContent], Awaitable[MediaTicket]]
"""Uploads a file to one account; PlatformError when it is refused."""


class PictureKeeper(Protocol):
    """Keeps pictures that platforms hand out by address."""

    async def keep(self, address: str, name: str) -> int:
        """Fetch the picture of a code and store it as a file of this name; its id. The same picture is stored once.

        Retryable when it cannot be fetched, Conflict when there is no picture to be had. No transaction is open.
        """


class PageMedia(Protocol):
    """Gives pages in the platform's client the ids of files they send."""

    async def media_id(self, account_id: int, file_id: int, kind: str) -> str:
        """The platform's id of a file (``kind``: image or file); PlatformError, or NotFound for an unknown file.

        No database transaction is open meanwhile.
        """


class MediaCache(Protocol):
    """Knows which platform id an account already has for a file."""

    async def content(self, file_id: int) -> FileContent:
        """A stored file, for an upload that is not kept; NotFound."""

    async def media_id(self, account_id: int, file_id: int, upload: Upload) -> str:
        """The id of a file at an account; calls ``upload`` when there is none or it ends soon.

        NotFound when there is no such file. No transaction is open while ``upload`` runs.
        """

    async def forget(self, account_id: int, file_ids: Collection[int]) -> None:
        """The platform knows these ids no more, whatever it promised: upload again when they are next asked for."""
