"""客户朋友圈 Moments: having a task made, looking at it and at what it brought, cancelling it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar

from weloop.connectors.attempts import BodyError, text, texts
from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.manifests import load_manifest
from weloop.connectors.one_by_one import OneByOneSender
from weloop.connectors.wecom.attachments import attachments_of
from weloop.contracts.commands import Command, Done
from weloop.contracts.json import JsonObject, JsonValue
from weloop.contracts.media import MediaCache
from wxapi.errors import ApiError
from wxapi.multipart import FilePart
from wxapi.wecom import WecomClient
from wxapi.wecom.moments import FINISHED, MomentReaction, moment_link
from wxapi.wecom.welcome import Attachment, image

RowT = TypeVar("RowT")


class _MomentSender(OneByOneSender[WecomClient]):
    bucket = "wecom_moment"


class CreateMomentTaskSender(_MomentSender):
    """Has a task made for its members. Its pictures go up each time: for Moments alone."""

    def __init__(self, clients: ClientProvider[WecomClient], media: MediaCache) -> None:
        super().__init__(clients)
        self._media = media

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        post = command.occasion.post if command.occasion is not None else None
        if post is None or not post.members:
            raise BodyError("the post has no members")
        words = command.body.get("text")
        tags = texts(command, "tags") if command.body.get("tags") else []
        try:
            attachments = [await self._upload(client, item) for item in attachments_of(command)]
        except ApiError as error:
            # Nobody was asked yet: an upload whose answer was lost is only a delay.
            raise map_error(error, now, reads_only=True) from None
        jobid = await client.moments.add_moment_task(
            words if isinstance(words, str) else "", attachments, post.members, tags
        )
        return Done({"jobid": jobid})

    async def _upload(self, client: WecomClient, item: Mapping[str, JsonValue]) -> Attachment:
        file_id = item.get("file_id")
        if not isinstance(file_id, int):
            raise BodyError("the attachment has no file")
        file = await self._media.content(file_id)
        part = FilePart(file.name, file.mime, file.content)
        media_id = (await client.media.upload_attachment("image", part)).media_id
        if item.get("type") == "link":
            return moment_link(str(item.get("url")), media_id, str(item.get("title") or "") or None)
        return image(media_id)


class FetchMomentJobSender(_MomentSender):
    """Whether the task was made."""

    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        job = await client.moments.get_moment_task_result(text(command, "jobid"))
        told: JsonObject = {
            "done": job.status == FINISHED,
            "moment_id": job.moment_id,
            "errcode": job.errcode,
            "reason": job.errmsg if job.errcode else "",
            "invalid": list(job.invalid_userids),
        }
        return Done(told)


class FetchMomentTaskSender(_MomentSender):
    """Who has published it."""

    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        moment_id = text(command, "moment_id")
        rows = await _all_pages(lambda cursor: client.moments.list_moment_task(moment_id, cursor))
        return Done({"members": [{"staff": each.userid, "published": each.published} for each in rows]})


class FetchMomentResultSender(_MomentSender):
    """What it brought one member. Colleagues like it too: customers alone are counted."""

    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        moment_id, staff = text(command, "moment_id"), text(command, "staff")
        visible = await _all_pages(lambda cursor: client.moments.list_moment_visible(moment_id, staff, cursor))
        below = await client.moments.get_moment_comments(moment_id, staff)
        told: JsonObject = {
            "staff": staff,
            "visible": len(set(visible)),
            "likes": sum(map(_by_customer, below.likes)),
            "comments": sum(map(_by_customer, below.comments)),
        }
        return Done(told)


class CancelMomentTaskSender(_MomentSender):
    """Stops those who have not published it."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        await client.moments.cancel_moment_task(text(command, "moment_id"))
        return Done()


async def _all_pages(read: Callable[[str], Awaitable[tuple[tuple[RowT, ...], str]]]) -> list[RowT]:
    rows: list[RowT] = []
    cursor = ""
    for _ in range(load_manifest("wecom").limits["moment_pages"]):
        page, cursor = await read(cursor)
        rows += page
        if not cursor:
            break
    return rows


def _by_customer(reaction: MomentReaction) -> bool:
    return bool(reaction.external_userid)
