"""模板消息 template messages: notices about what a follower did, in forms that the platform has approved."""

from collections.abc import Mapping
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import objects, text, without_none


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A template in use. ``content`` holds ``label:{{thing2.DATA}}``, a line for each place."""

    template_id: str
    title: str
    content: str
    example: str


class TemplateMessages:
    """``/cgi-bin/template`` and ``message/template``; verified service accounts only (48001).

    40037: no such template. 40249: marketing in it. 43004: no follower. 47003: a value breaks the rule of its place.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self) -> tuple[MessageTemplate, ...]:
        """All templates in use, at most 25."""
        reply = await self._caller.get("/cgi-bin/template/get_all_private_template")
        names = ("template_id", "title", "content", "example")
        return tuple(MessageTemplate(*(text(each, name) for name in names)) for each in objects(reply, "template_list"))

    async def send(
        self, openid: str, template_id: str, values: Mapping[str, str], *, url: str | None, client_id: str
    ) -> str:
        """Send one; ``values`` by place (``thing2``). The same ``client_id`` to somebody counts once within 10 minutes.

        Answers the message's id, under which ``TEMPLATESENDJOBFINISH`` tells whether it arrived.
        """
        body = {
            "touser": openid,
            "template_id": template_id,
            "url": url,
            "data": {place: {"value": value} for place, value in values.items()},
            "client_msg_id": client_id,
        }
        return text(await self._caller.post("/cgi-bin/message/template/send", without_none(body)), "msgid")
