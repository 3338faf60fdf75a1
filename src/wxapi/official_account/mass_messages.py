"""群发 mass messages of official accounts: jobs to all followers, to a tag, or to a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wxapi.caller import Caller, Reply
from wxapi.errors import CallRejected
from wxapi.fields import number, text

_ROOT = "/cgi-bin/message/mass"
KNOWN_ID = 45065
"""The ``clientmsgid`` was used within 24 hours: the job exists."""


@dataclass(frozen=True, slots=True)
class MassJob:
    """A job that the platform took. What came of it is told by the callback ``MASSSENDJOBFINISH`` with this id.

    ``repeated``: an earlier call with the same ``clientmsgid`` had made it.
    """

    msg_id: str
    msg_data_id: str
    repeated: bool


class MassMessages:
    """``/cgi-bin/message/mass``. 45028: no quota left. 48001: not for this account."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def send_to_tag(
        self, tag_id: int | None, msgtype: str, content: Mapping[str, object], client_id: str
    ) -> MassJob:
        """To the followers with a tag, or to all (None). ``client_id``, at most 32 bytes, makes a repeat harmless."""
        target = {"is_to_all": True} if tag_id is None else {"is_to_all": False, "tag_id": tag_id}
        return await self._send("sendall", {"filter": target}, msgtype, content, client_id)

    async def send_to(
        self, openids: Sequence[str], msgtype: str, content: Mapping[str, object], client_id: str
    ) -> MassJob:
        """To 2 to 10,000 followers; service accounts only. ``client_id`` as above."""
        return await self._send("send", {"touser": list(openids)}, msgtype, content, client_id)

    async def preview(self, openid: str, msgtype: str, content: Mapping[str, object]) -> None:
        """Show one follower what it would be; 100 a day."""
        await self._caller.post(f"{_ROOT}/preview", {"touser": openid, "msgtype": msgtype, msgtype: content})

    async def status(self, msg_id: str) -> str:
        """``SEND_SUCCESS``, ``SENDING``, ``SEND_FAIL`` or ``DELETE``."""
        return text(await self._caller.post(f"{_ROOT}/get", {"msg_id": msg_id}), "msg_status")

    async def delete(self, msg_id: str, article: int = 0) -> None:
        """Take delivered articles away: the card stays in the chats, its page is dead. ``article`` 0: all of them."""
        await self._caller.post(f"{_ROOT}/delete", {"msg_id": int(msg_id), "article_idx": article})

    async def _send(
        self, call: str, target: Mapping[str, object], msgtype: str, content: Mapping[str, object], client_id: str
    ) -> MassJob:
        body = {**target, "msgtype": msgtype, msgtype: content, "clientmsgid": client_id}
        if msgtype == "mpnews":
            body["send_ignore_reprint"] = 0
        try:
            return _job(await self._caller.post(f"{_ROOT}/{call}", body), repeated=False)
        except CallRejected as error:
            if error.errcode != KNOWN_ID or not number(error.reply, "msg_id"):
                raise
            return _job(error.reply, repeated=True)


def _job(reply: Reply, *, repeated: bool) -> MassJob:
    return MassJob(text(reply, "msg_id"), text(reply, "msg_data_id"), repeated)
