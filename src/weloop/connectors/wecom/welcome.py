"""SendWelcome: text and attachments, once, before the code dies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.wecom.attachments import MEDIA_GONE, attachments_of, files_of, make_attachment, with_codes
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import AlreadyDone, Rejected, Retryable
from weloop.contracts.group_chats import JoinCodes
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
        command = replace(command, body={**command.body, "attachments": await with_codes(command, self._join_codes)})
        outcome = await attempt(command, self._carry_out(account_id, command, now), now)
        if isinstance(outcome, Rejected) and outcome.errcode == ALREADY_SENT:
            return AlreadyDone(outcome.reason, outcome.errcode)
        if isinstance(outcome, Rejected) and outcome.errcode == MEDIA_GONE:
            return await self._without_media(account_id, command, outcome)
        return outcome

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
