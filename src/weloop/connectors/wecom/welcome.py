"""SendWelcome: text and attachments, once, before the code dies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.wecom.attachments import MEDIA_GONE, attachments_of, files_of, make_attachment
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import AlreadyDone, Rejected, Retryable
from weloop.contracts.group_chats import JoinCodes
from weloop.contracts.json import JsonValue
from weloop.contracts.media import MediaCache
from wxapi.errors import ApiError
from wxapi.wecom import WecomClient

ALREADY_SENT = 41051
"""The welcome was sent before, or the two already chat."""


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
        files = files_of(command)
        if not files:
            return refused
        await self._media.forget(account_id, files)
        return Retryable(refused.reason, refused.errcode)

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        code = text(command, "welcome_code")
        client = await self._clients.client(account_id)
        try:
            attachments = [
                await make_attachment(account_id, client, self._media, item) for item in attachments_of(command)
            ]
        except ApiError as error:
            # Nothing was said to the customer yet: an upload whose answer was lost is only a delay.
            raise map_error(error, now, reads_only=True) from None
        words = command.body.get("text")
        await client.welcome_messages.send(code, words if isinstance(words, str) else None, attachments)
        return Done()


def _is_code(item: Mapping[str, JsonValue]) -> bool:
    return item.get("type") == "join_way" and isinstance(item.get("code"), str)
