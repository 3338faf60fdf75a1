"""企业群发 mass messages: tasks that members confirm in their client (paths 92135, 93338)."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import number, objects, text, texts, without_none
from wxapi.wecom.welcome import Attachment

_ROOT = "/cgi-bin/externalcontact"
UNSENT, SENT, NO_FRIEND, QUOTA_USED = 0, 1, 2, 3
"""What became of a customer. Whoever confirmed has another status than 0: a sample shows 1, the text says 2."""
PAGE = 1000


@dataclass(frozen=True, slots=True)
class MassTask:
    """A task as it was made; ``failed`` customers have no friend among the members whom the app sees."""

    msgid: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MassMember:
    """One member of a task; ``sent_at`` in Unix seconds, 0 until they confirm."""

    userid: str
    confirmed: bool
    sent_at: int


@dataclass(frozen=True, slots=True)
class MassResult:
    """One customer of a member. ``status``: 0 not sent, 1 sent, 2 no friend any more, 3 the customer's quota is used.

    ``sent_at`` in Unix seconds.
    """

    external_userid: str
    userid: str
    status: int
    sent_at: int


class MassMessages:
    """``/cgi-bin/externalcontact``: the calls of mass messages to customers."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def add(
        self,
        external_userids: Sequence[str],
        content: str | None,
        attachments: Sequence[Attachment] = (),
        sender: str | None = None,
    ) -> MassTask:
        """Make a task for at most 10,000 customers. The platform knows no repeats: a second call makes another.

        41048: nobody to send to. Without a sender each customer is for the member who chatted with them last.
        """
        body = {
            "chat_type": "single",
            "external_userid": list(external_userids),
            "sender": sender,
            "text": {"content": content} if content else None,
            "attachments": list(attachments) or None,
        }
        reply = await self._caller.post(f"{_ROOT}/add_msg_template", without_none(body))
        return MassTask(text(reply, "msgid"), texts(reply, "fail_list"))

    async def members(self, msgid: str, cursor: str = "") -> tuple[tuple[MassMember, ...], str]:
        """A page of the members, and the cursor of the next one. 41063 right after the task was made: ask later."""
        reply = await self._caller.post(f"{_ROOT}/get_groupmsg_task", {"msgid": msgid, "limit": PAGE, "cursor": cursor})
        rows = tuple(
            MassMember(text(item, "userid"), number(item, "status") != UNSENT, number(item, "send_time"))
            for item in objects(reply, "task_list")
        )
        return rows, text(reply, "next_cursor")

    async def results(self, msgid: str, userid: str, cursor: str = "") -> tuple[tuple[MassResult, ...], str]:
        """A page of one member's customers, and the cursor of the next one."""
        body = {"msgid": msgid, "userid": userid, "limit": PAGE, "cursor": cursor}
        reply = await self._caller.post(f"{_ROOT}/get_groupmsg_send_result", body)
        rows = tuple(
            MassResult(
                text(item, "external_userid"), text(item, "userid"), number(item, "status"), number(item, "send_time")
            )
            for item in objects(reply, "send_list")
        )
        return rows, text(reply, "next_cursor")

    async def remind(self, msgid: str) -> None:
        """Remind those who have not confirmed; 41094 after three times within 24 hours."""
        await self._caller.post(f"{_ROOT}/remind_groupmsg_send", {"msgid": msgid})

    async def cancel(self, msgid: str) -> None:
        """Stop those who have not confirmed; 41093 when it was stopped before."""
        await self._caller.post(f"{_ROOT}/cancel_groupmsg_send", {"msgid": msgid})
