"""All SQL of the content module."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from weloop.content.models import PlatformMedia, StoredFile


async def get_file(session: AsyncSession, file_id: int) -> StoredFile | None:
    """One file."""
    return await session.get(StoredFile, file_id)


async def find_files(session: AsyncSession, ids: Sequence[int]) -> list[StoredFile]:
    """Those of the files that exist."""
    return list(await session.scalars(select(StoredFile).where(StoredFile.id.in_(ids))))


async def find_stored(session: AsyncSession, sha256: str, name: str) -> int | None:
    """The first file with these bytes under this name."""
    query = select(StoredFile.id).where(StoredFile.sha256 == sha256, StoredFile.name == name)
    return await session.scalar(query.order_by(StoredFile.id).limit(1))


async def get_media(session: AsyncSession, account_id: int, file_id: int, now: datetime) -> str | None:
    """The media id of a file at an account, while it is valid."""
    query = select(PlatformMedia.media_id).where(
        PlatformMedia.account_id == account_id, PlatformMedia.file_id == file_id, PlatformMedia.expires_at > now
    )
    return await session.scalar(query)


async def put_media(session: AsyncSession, account_id: int, file_id: int, media_id: str, expires_at: datetime) -> None:
    """Remember a media id; a newer one replaces it."""
    row = insert(PlatformMedia).values(account_id=account_id, file_id=file_id, media_id=media_id, expires_at=expires_at)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["account_id", "file_id"],
            set_={"media_id": row.excluded.media_id, "expires_at": row.excluded.expires_at},
        )
    )


async def drop_media(session: AsyncSession, account_id: int, file_ids: Collection[int]) -> None:
    """Forget the media ids of files at an account."""
    await session.execute(
        delete(PlatformMedia).where(PlatformMedia.account_id == account_id, PlatformMedia.file_id.in_(file_ids))
    )
