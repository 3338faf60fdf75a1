"""订阅通知 subscription notices: messages that a follower has accepted beforehand, by a popup."""

from collections.abc import Mapping
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import number, objects, text, without_none

LONG = 3
"""``type`` of templates whose acceptance holds until it is withdrawn; of all others one is one message."""


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """A template in use. ``content`` holds ``label:{{thing2.DATA}}``, a line for each place."""

    template_id: str
    title: str
    content: str
    example: str
    long: bool


class SubscriptionNotices:
    """``message/subscribe`` and ``/wxaapi/newtmpl``; verified service accounts only.

    43101: no acceptance is left. 43107: the account may not. 47003: a value breaks the rule of its place.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self) -> tuple[NoticeTemplate, ...]:
        """All templates in use."""
        reply = await self._caller.get("/wxaapi/newtmpl/gettemplate")
        return tuple(
            NoticeTemplate(
                text(each, "priTmplId"),
                text(each, "title"),
                text(each, "content"),
                text(each, "example"),
                number(each, "type") == LONG,
            )
            for each in objects(reply, "data")
        )

    async def send(self, openid: str, template_id: str, values: Mapping[str, str], *, page: str | None) -> None:
        """Send one and use an acceptance up; ``values`` by place. A second call sends it twice, if one is left.

        ``subscribe_msg_sent_event`` tells whether it arrived: by template, under an id that is not answered here.
        """
        data = {place: {"value": value} for place, value in values.items()}
        body = {"touser": openid, "template_id": template_id, "page": page, "data": data}
        await self._caller.post("/cgi-bin/message/subscribe/bizsend", without_none(body))
