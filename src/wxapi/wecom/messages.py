"""应用消息 app messages to members (path 90236)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import text, texts


@dataclass(frozen=True, slots=True)
class AppMessageResult:
    """``invalid_users``: lower-cased userids that got nothing. ``response_code``: for interactive cards only."""

    message_id: str
    invalid_users: tuple[str, ...]
    response_code: str


class AppMessages:
    """``/cgi-bin/message``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def send(
        self, agent_id: int, users: Sequence[str], msgtype: str, content: Mapping[str, object]
    ) -> AppMessageResult:
        """Send ``content`` of ``msgtype`` to at most 1000 members; 81013 when none of them is valid."""
        body = {"touser": "|".join(users), "agentid": agent_id, "msgtype": msgtype, msgtype: content}
        reply = await self._caller.post("/cgi-bin/message/send", body)
        return AppMessageResult(
            message_id=text(reply, "msgid"),
            invalid_users=tuple(user for user in text(reply, "invaliduser").split("|") if user),
            response_code=text(reply, "response_code"),
        )

    async def send_text(self, agent_id: int, users: Sequence[str], content: str) -> AppMessageResult:
        """Send a text."""
        return await self.send(agent_id, users, "text", {"content": content})

    async def update_template_card(
        self, agent_id: int, users: Sequence[str], response_code: str, replace_name: str
    ) -> tuple[str, ...]:
        """Replace the buttons of a card by a grey text; gives the members whose card stayed as it was.

        A response code, from ``send`` or from a callback, works once, for 72 h (24 h in older texts): 60140 after that.
        """
        body = {
            "userids": list(users),
            "agentid": agent_id,
            "response_code": response_code,
            "button": {"replace_name": replace_name},
        }
        reply = await self._caller.post("/cgi-bin/message/update_template_card", body)
        return texts(reply, "invaliduser")
