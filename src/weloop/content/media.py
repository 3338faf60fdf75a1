"""Media ids that platforms gave for our files: asked for once, used until shortly before they die."""

import asyncio
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from weloop.content import repository
from weloop.content.store import FileStore
from weloop.contracts.errors import NotFound
from weloop.contracts.media import FileContent, Upload
from weloop.kit.unit import Units

SPARE = timedelta(minutes=10)
"""An id that ends sooner is not used: the message it goes into may wait that long."""


class MediaShelf:
    """A ``MediaCache`` over the file store. In one process a file is uploaded once at a time."""

    def __init__(self, units: Units, files: FileStore) -> None:
        self._units = units
        self._files = files
        self._uploading: defaultdict[tuple[int, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def media_id(self, account_id: int, file_id: int, upload: Upload) -> str:
        """See ``contracts.media.MediaCache``."""
        async with self._uploading[account_id, file_id]:
            known = await self._known(account_id, file_id)
            if known is not None:
                return known
            ticket = await upload(await self.content(file_id))
            async with self._units.begin() as unit:
                await repository.put_media(unit.session, account_id, file_id, ticket.media_id, ticket.usable_until)
            return ticket.media_id

    async def forget(self, account_id: int, file_ids: Collection[int]) -> None:
        """See ``contracts.media.MediaCache``."""
        async with self._units.begin() as unit:
            await repository.drop_media(unit.session, account_id, file_ids)

    async def _known(self, account_id: int, file_id: int) -> str | None:
        async with self._units.begin() as unit:
            return await repository.get_media(unit.session, account_id, file_id, unit.now + SPARE)

    async def content(self, file_id: int) -> FileContent:
        """See ``contracts.media.MediaCache``."""
        async with self._units.begin() as unit:
            row = await repository.get_file(unit.session, file_id)
        if row is None:
            raise NotFound("there is no such file", code="file_not_found")
        return FileContent(row.name, row.mime, await self._files.read(row.sha256))
