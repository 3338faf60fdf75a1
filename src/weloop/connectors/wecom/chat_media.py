"""Platform ids of files that a page sends into a chat."""

from collections.abc import Callable
from datetime import datetime

from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.wecom.attachments import upload_file
from weloop.contracts.media import FileContent, MediaCache, MediaTicket
from wxapi.errors import ApiError
from wxapi.wecom import WecomClient


class ChatMedia:
    """Uploads a file as temporary media, or knows the id that it has already."""

    def __init__(self, clients: ClientProvider[WecomClient], media: MediaCache, now: Callable[[], datetime]) -> None:
        self._clients = clients
        self._media = media
        self._now = now

    async def media_id(self, account_id: int, file_id: int, kind: str) -> str:
        """See ``contracts.media.PageMedia``."""
        client = await self._clients.client(account_id)

        async def upload(content: FileContent) -> MediaTicket:
            return await upload_file(client, kind, content, "")

        try:
            return await self._media.media_id(account_id, file_id, upload)
        except ApiError as error:
            raise map_error(error, self._now(), reads_only=True) from None
