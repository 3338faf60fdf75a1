"""The face of the content module: files by id, media ids platforms gave for them, pictures of codes."""

from collections.abc import Sequence
from dataclasses import dataclass

from weloop.content import repository
from weloop.content.code_pictures import CodePictureShelf, Picture, Pictures
from weloop.content.media import MediaShelf
from weloop.content.store import FileStore
from weloop.kit.unit import UnitOfWork

__all__ = ["CodePictureShelf", "FileRef", "FileStore", "MediaShelf", "Picture", "Pictures", "find_files"]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as other modules know it; ``size`` in bytes."""

    id: int
    name: str
    mime: str
    size: int


async def find_files(unit: UnitOfWork, ids: Sequence[int]) -> list[FileRef]:
    """Those of the files that exist."""
    rows = await repository.find_files(unit.session, ids)
    return [FileRef(row.id, row.name, row.mime, row.size) for row in rows]
