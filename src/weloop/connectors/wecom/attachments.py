"""Attachments of welcomes and mass messages: links as they are, files as temporary media of the platform."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from weloop.connectors.attempts import BodyError
from weloop.connectors.manifests import load_manifest
from weloop.contracts.commands import Command
from weloop.contracts.group_chats import JoinCodes
from weloop.contracts.json import JsonValue
from weloop.contracts.media import FileContent, MediaCache, MediaTicket
from wxapi.multipart import FilePart
from wxapi.wecom import WecomClient
from wxapi.wecom.kf import link as kf_link
from wxapi.wecom.welcome import Attachment, file, image, link

MEDIA_GONE = 40007
"""A media id that died early, or belongs to another corp."""
_MAKERS = {"image": image, "file": file}


async def make_attachment(
    account_id: int, client: WecomClient, media: MediaCache, item: Mapping[str, JsonValue]
) -> Attachment:
    """One attachment as the platform takes it. A file is uploaded unless its id is known: ApiError may come out.

    A link with a file is one of customer service, whose picture it is.
    """
    kind = str(item.get("type"))
    if kind == "link" and "file_id" not in item:
        return link(
            _words(item, "title"), _words(item, "url"), _words(item, "desc") or None, _words(item, "picurl") or None
        )
    if kind not in ("link", *_MAKERS):
        raise BodyError(f"there is no attachment of type {kind[:20]}")
    file_id = item.get("file_id")
    if not isinstance(file_id, int):
        raise BodyError("the attachment has no file")
    name = _words(item, "name")

    async def upload(content: FileContent) -> MediaTicket:
        return await upload_file(client, "image" if kind == "link" else kind, content, name)

    media_id = await media.media_id(account_id, file_id, upload)
    if kind == "link":
        return kf_link(_words(item, "title"), _words(item, "url"), media_id, _words(item, "desc") or None)
    return _MAKERS[kind](media_id)


async def with_codes(command: Command, join_codes: JoinCodes) -> JsonValue:
    """The attachments, with the picture of its code for each join way; one that works no more is left out.

    A picture and no link: WeChat recognizes a code in a picture by a long press within the chat, while a link would
    need a public page of ours, and one tap more. It is looked up now and not when the message was written, since group
    chats are changed and deleted meanwhile.
    """
    listed = command.body.get("attachments") or []
    if not isinstance(listed, list | tuple):
        return listed
    states = {str(item["code"]) for item in listed if isinstance(item, Mapping) and is_code(item)}
    if not states:
        return list(listed)
    pictures = await join_codes.pictures(states)
    return [
        {"type": "image", "file_id": pictures[str(item["code"])]} if is_code(item) else item
        for item in listed
        if isinstance(item, Mapping) and (not is_code(item) or item["code"] in pictures)
    ]


def is_code(item: Mapping[str, JsonValue]) -> bool:
    """Whether an attachment is the code of a join way."""
    return item.get("type") == "join_way" and isinstance(item.get("code"), str)


def files_of(command: Command) -> set[int]:
    """The files among the attachments: a link has none that could be gone."""
    wanted = [item.get("file_id") for item in attachments_of(command)]
    return {file_id for file_id in wanted if isinstance(file_id, int)}


async def upload_file(client: WecomClient, kind: str, content: FileContent, name: str) -> MediaTicket:
    """Upload a file as temporary media; under ``name`` when the customer shall see another than the stored one."""
    part = FilePart(name or content.name, content.mime, content.content)
    uploaded = await client.media.upload(kind, part)
    life = timedelta(seconds=load_manifest("wecom").limits["media_seconds"])
    return MediaTicket(uploaded.media_id, datetime.fromtimestamp(uploaded.created_at, UTC) + life)


def attachments_of(command: Command) -> list[Mapping[str, JsonValue]]:
    """What the body lists; BodyError when it is of another form or too long."""
    listed = command.body.get("attachments") or ()
    if not isinstance(listed, list | tuple) or not all(isinstance(item, Mapping) for item in listed):
        raise BodyError("the attachments are no list of objects")
    if len(listed) > load_manifest("wecom").limits["attachments"]:
        raise BodyError("there are too many attachments")
    return [item for item in listed if isinstance(item, Mapping)]


def _words(item: Mapping[str, JsonValue], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
