"""素材 media: temporary files, and pictures for use inside WeCom."""

from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, number, text
from wxapi.multipart import FilePart

MOMENTS = "1"
"""``attachment_type``: where the file may be used."""


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
        return _read_media(reply)

    async def upload_attachment(self, type: str, part: FilePart) -> UploadedMedia:
        """Upload a file for Moments, for three days; no other call may use it (41072). ``type``: image or video.

        41080: more than 10 MB. 41081, 41082, 41090: resolution, length or format.
        """
        query = {"media_type": type, "attachment_type": MOMENTS}
        reply = await self._caller.upload("/cgi-bin/media/upload_attachment", part, **query)
        return _read_media(reply)

    async def upload_image(self, part: FilePart) -> str:
        """Upload a picture for good; gives its address, which works only inside WeCom."""
        return text(await self._caller.upload("/cgi-bin/media/uploadimg", part), "url")


def _read_media(reply: Object) -> UploadedMedia:
    return UploadedMedia(text(reply, "media_id"), text(reply, "type"), number(reply, "created_at"))
