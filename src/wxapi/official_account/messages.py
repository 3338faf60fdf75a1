"""客服消息 service messages: within the window that the follower's last act opened."""

from collections.abc import Mapping

from wxapi.caller import Caller


class ServiceMessages:
    """``/cgi-bin/message/custom``. 45015: the window is closed. 45047: it has no more messages. 43004: no follower."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def send(self, openid: str, msgtype: str, content: Mapping[str, object]) -> None:
        """Send ``content`` of ``msgtype``. The platform knows no repeats: a second call sends it twice."""
        body = {"touser": openid, "msgtype": msgtype, msgtype: content}
        await self._caller.post("/cgi-bin/message/custom/send", body)

    async def send_text(self, openid: str, content: str) -> None:
        """Send a text."""
        await self.send(openid, "text", {"content": content})
