"""SendWelcome: text and attachments, once, before the code dies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from weloop.connectors.attempts import BodyError, attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.manifests import load_manifest
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import AlreadyDone, Rejected, Retryable
from weloop.contracts.group_chats import JoinCodes
from weloop.contracts.json import JsonValue
from weloop.contracts.media import FileContent, MediaCache, MediaTicket
from wxapi.errors import ApiError
from wxapi.multipart import FilePart
from wxapi.wecom import WecomClient
from wxapi.wecom.welcome import Attachment, file, image, link

ALREADY_SENT = 41051
"""The welcome was sent before, or the two already chat."""
MEDIA_GONE = 40007
"""A media id that died early, or belongs to another corp."""
_MAKERS = {"image": image, "file": file}


class WelcomeSender:
    """Sends one welcome message a call; the relay runs as many calls as it likes."""

    batch = 1
    bucket = "wecom_welcome"

    def __init__(self, clients: ClientProvider[WecomClient], media: MediaCache, join_codes: JoinCodes) -> None:
        self._clients = clients
        self._media = media
        self._join_codes = join_codes

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await self._send(account_id, command, now) for command in commands]

    async def _send(self, account_id: int, command: Command, now: datetime) -> Outcome:
        command = replace(command, body={**command.body, "attachments": await self._with_codes(command)})
        outcome = await attempt(command, self._carry_out(account_id, command, now), now)
        if isinstance(outcome, Rejected) and outcome.errcode == ALREADY_SENT:
            return AlreadyDone(outcome.reason, outcome.errcode)
        if isinstance(outcome, Rejected) and outcome.errcode == MEDIA_GONE:
            return await self._without_media(account_id, command, outcome)
        return outcome

    async def _with_codes(self, command: Command) -> JsonValue:
        """The attachments, with the picture of its code for each join way; one that works no more is left out.

        A picture and no link: WeChat recognizes a code in a picture by a long press within the chat, while a link would
        need a public page of ours, and one tap more. It is looked up now and not when the welcome was written, since
        group chats are changed and deleted meanwhile.
        """
        listed = command.body.get("attachments") or []
        if not isinstance(listed, list | tuple):
            return listed
        states = {str(item["code"]) for item in listed if isinstance(item, Mapping) and _is_code(item)}
        if not states:
            return list(listed)
        pictures = await self._join_codes.pictures(states)
        return [
            {"type": "image", "file_id": pictures[str(item["code"])]} if _is_code(item) else item
            for item in listed
            if isinstance(item, Mapping) and (not _is_code(item) or item["code"] in pictures)
        ]

    async def _without_media(self, account_id: int, command: Command, refused: Rejected) -> Outcome:
        """Nothing was said yet: the next attempt uploads the files again. A link has no file that could be gone."""
        wanted = [item.get("file_id") for item in _attachments(command)]
        files = {file_id for file_id in wanted if isinstance(file_id, int)}
        if not files:
            return refused
        await self._media.forget(account_id, files)
        return Retryable(refused.reason, refused.errcode)

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        code = text(command, "welcome_code")
        client = await self._clients.client(account_id)
        try:
            attachments = [await self._attach(account_id, client, item) for item in _attachments(command)]
        except ApiError as error:
            # Nothing was said to the customer yet: an upload whose answer was lost is only a delay.
            raise map_error(error, now, reads_only=True) from None
        words = command.body.get("text")
        await client.welcome_messages.send(code, words if isinstance(words, str) else None, attachments)
        return Done()

    async def _attach(self, account_id: int, client: WecomClient, item: Mapping[str, JsonValue]) -> Attachment:
        kind = str(item.get("type"))
        if kind == "link":
            return link(
                _words(item, "title"), _words(item, "url"), _words(item, "desc") or None, _words(item, "picurl") or None
            )
        if kind not in _MAKERS:
            raise BodyError(f"there is no attachment of type {kind[:20]}")
        file_id = item.get("file_id")
        if not isinstance(file_id, int):
            raise BodyError("the attachment has no file")
        name = _words(item, "name")

        async def upload(content: FileContent) -> MediaTicket:
            return await upload_file(client, kind, content, name)

        return _MAKERS[kind](await self._media.media_id(account_id, file_id, upload))


async def upload_file(client: WecomClient, kind: str, content: FileContent, name: str) -> MediaTicket:
    """Upload a file as temporary media; under ``name`` when the customer shall see another than the stored one."""
    part = FilePart(name or content.name, content.mime, content.content)
    uploaded = await client.media.upload(kind, part)
    life = timedelta(seconds=load_manifest("wecom").limits["media_seconds"])
    return MediaTicket(uploaded.media_id, datetime.fromtimestamp(uploaded.created_at, UTC) + life)


def _attachments(command: Command) -> list[Mapping[str, JsonValue]]:
    listed = command.body.get("attachments") or ()
    if not isinstance(listed, list | tuple) or not all(isinstance(item, Mapping) for item in listed):
        raise BodyError("the attachments are no list of objects")
    if len(listed) > load_manifest("wecom").limits["welcome_attachments"]:
        raise BodyError("there are too many attachments")
    return [item for item in listed if isinstance(item, Mapping)]


def _is_code(item: Mapping[str, JsonValue]) -> bool:
    return item.get("type") == "join_way" and isinstance(item.get("code"), str)


def _words(item: Mapping[str, JsonValue], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
