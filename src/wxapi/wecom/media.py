"""素材 media: temporary files, and pictures for use inside WeCom."""

from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import number, text
from wxapi.multipart import FilePart


@dataclass(frozen=True, slots=True)
class UploadedMedia:
    """A temporary file; ``created_at`` in Unix seconds. All apps of the corp may use it while it lives (3 days)."""

    media_id: str
    type: str
    created_at: int


class MediaFiles:
    """``/cgi-bin/media``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def upload(self, type: str, part: FilePart) -> UploadedMedia:
        """Upload a temporary file. ``type``: image, voice, video or file."""
        reply = await self._caller.upload("/cgi-bin/media/upload", part, type=type)
        return UploadedMedia(text(reply, "media_id"), text(reply, "type"), number(reply, "created_at"))

    async def upload_image(self, part: FilePart) -> str:
        """Upload a picture for good; gives its address, which works only inside WeCom."""
        return text(await self._caller.upload("/cgi-bin/media/uploadimg", part), "url")
