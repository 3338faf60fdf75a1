"""新客户欢迎语 welcome messages (path 92137)."""

from collections.abc import Mapping, Sequence

from wxapi.caller import Caller
from wxapi.fields import without_none

Attachment = Mapping[str, object]
"""``{"msgtype": T, T: {…}}``; the functions below make them."""


class WelcomeMessages:
    """``/cgi-bin/externalcontact/send_welcome_msg``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def send(self, welcome_code: str, text: str | None = None, attachments: Sequence[Attachment] = ()) -> None:
        """Send once, within seconds of the callback that brought the code.

        41050: the code is void or too old. 41051: already sent, or the two already chat. 41096: another app sends.
        """
        body = {
            "welcome_code": welcome_code,
            "text": {"content": text} if text else None,
            "attachments": list(attachments) or None,
        }
        await self._caller.post("/cgi-bin/externalcontact/send_welcome_msg", without_none(body))


def link(title: str, url: str, desc: str | None = None, picurl: str | None = None) -> Attachment:
    """A link card."""
    return {"msgtype": "link", "link": without_none({"title": title, "url": url, "desc": desc, "picurl": picurl})}


def image(media_id: str) -> Attachment:
    """A picture from ``media.upload``."""
    return {"msgtype": "image", "image": {"media_id": media_id}}


def file(media_id: str) -> Attachment:
    """A file from ``media.upload``."""
    return {"msgtype": "file", "file": {"media_id": media_id}}
