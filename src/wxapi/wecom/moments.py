"""客户朋友圈 Moments for customers: tasks that members publish in their client (path 96351)."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, number, numbers, object_of, objects, texts, without_none
from wxapi.fields import text as text_of
from wxapi.wecom.welcome import Attachment

_ROOT = "/cgi-bin/externalcontact"
CREATED, RUNNING, FINISHED = 1, 2, 3
"""``status`` of a job."""
PAGE = 1000
VISIBLE_PAGE = 5000


@dataclass(frozen=True, slots=True)
class MomentJob:
    """How far the making of a task has come. The ``moment_id`` comes with ``status`` 3, but not beside an ``errcode``.

    The invalid ones were left out: userids, department ids and ids of corp tags.
    """

    status: int
    errcode: int
    errmsg: str
    moment_id: str
    invalid_userids: tuple[str, ...]
    invalid_departments: tuple[int, ...]
    invalid_tag_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MomentMember:
    """One member of a task, and whether they have published it."""

    userid: str
    published: bool


@dataclass(frozen=True, slots=True)
class MomentReaction:
    """A comment or a like, of a customer or of a member: the other id is empty. ``created_at`` in Unix seconds."""

    external_userid: str
    userid: str
    created_at: int


@dataclass(frozen=True, slots=True)
class MomentComments:
    """What stands below one member's post. The platform does not tell what a comment says."""

    comments: tuple[MomentReaction, ...]
    likes: tuple[MomentReaction, ...]


class Moments:
    """``/cgi-bin/externalcontact``: the calls of Moments. Nothing appears before a member publishes it in the client.

    41059, 41060: the moment id is missing or unknown. 41067: no task of the corp. 41079: still handed out, ask later.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def add_moment_task(
        self,
        text: str,
        attachments: Sequence[Attachment] = (),
        members: Sequence[str] = (),
        tags: Sequence[str] = (),
    ) -> str:
        """Have a task made; gives the ``jobid`` to ask ``get_moment_task_result`` with, which lives for 24 hours.

        ``text``: at most 2,000 characters, may be empty beside attachments. ``attachments``: up to nine of
        ``welcome.image`` or one ``moment_link``, files from ``media.upload_attachment``. ``members``: at most 100,000
        userids; none: every member whom the app sees. ``tags``: ids of corp tags, of which a customer carries one to
        see it; none: all customers. The platform knows no repeats: a second call makes another task.
        45009: more than 10 a minute. 41078: too many jobs run. 41089: neither text nor attachment. 41072: a file that
        was not uploaded for Moments.
        """
        visible = {
            "sender_list": {"user_list": list(members)} if members else None,
            "external_contact_list": {"tag_list": list(tags)} if tags else None,
        }
        body = {
            "text": {"content": text} if text else None,
            "attachments": list(attachments) or None,
            "visible_range": without_none(visible) or None,
        }
        return text_of(await self._caller.post(f"{_ROOT}/add_moment_task", without_none(body)), "jobid")

    async def get_moment_task_result(self, jobid: str) -> MomentJob:
        """How far the job is; ask again while ``status`` is not 3."""
        reply = await self._caller.get(f"{_ROOT}/get_moment_task_result", jobid=jobid)
        result = object_of(reply, "result")
        senders = object_of(result, "invalid_sender_list")
        return MomentJob(
            status=number(reply, "status"),
            errcode=number(result, "errcode"),
            errmsg=text_of(result, "errmsg"),
            moment_id=text_of(result, "moment_id"),
            invalid_userids=texts(senders, "user_list"),
            invalid_departments=numbers(senders, "department_list"),
            invalid_tag_ids=texts(object_of(result, "invalid_external_contact_list"), "tag_list"),
        )

    async def cancel_moment_task(self, moment_id: str) -> None:
        """Stop those who have not published; what is published stays."""
        await self._caller.post(f"{_ROOT}/cancel_moment_task", {"moment_id": moment_id})

    async def list_moment_task(self, moment_id: str, cursor: str = "") -> tuple[tuple[MomentMember, ...], str]:
        """A page of the members, and the cursor of the next one, empty on the last (``get_moment_task``)."""
        body = {"moment_id": moment_id, "cursor": cursor, "limit": PAGE}
        reply = await self._caller.post(f"{_ROOT}/get_moment_task", body)
        rows = objects(reply, "task_list")
        members = tuple(MomentMember(text_of(row, "userid"), number(row, "publish_status") != 0) for row in rows)
        return members, text_of(reply, "next_cursor")

    async def list_moment_visible(self, moment_id: str, userid: str, cursor: str = "") -> tuple[tuple[str, ...], str]:
        """A page of the external_userids who could see one member's post, and the cursor of the next one.

        ``get_moment_send_result``. 41061: not this member's. 41062: the member has not published yet.
        """
        body = {"moment_id": moment_id, "userid": userid, "cursor": cursor, "limit": VISIBLE_PAGE}
        reply = await self._caller.post(f"{_ROOT}/get_moment_send_result", body)
        rows = objects(reply, "customer_list")
        return tuple(text_of(row, "external_userid") for row in rows), text_of(reply, "next_cursor")

    async def get_moment_comments(self, moment_id: str, userid: str) -> MomentComments:
        """All comments and likes below one member's post; 41061 and 41062 as above."""
        body = {"moment_id": moment_id, "userid": userid}
        reply = await self._caller.post(f"{_ROOT}/get_moment_comments", body)
        return MomentComments(_reactions(reply, "comment_list"), _reactions(reply, "like_list"))


def moment_link(url: str, media_id: str, title: str | None = None) -> Attachment:
    """A link with its picture from ``media.upload_attachment``; the title has at most 64 bytes."""
    return {"msgtype": "link", "link": without_none({"title": title, "url": url, "media_id": media_id})}


def _reactions(reply: Object, name: str) -> tuple[MomentReaction, ...]:
    return tuple(
        MomentReaction(text_of(row, "external_userid"), text_of(row, "userid"), number(row, "create_time"))
        for row in objects(reply, name)
    )
