"""SendAccountMass, FetchAccountMass, PreviewAccountMass: mass messages (群发) of an official account."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from weloop.connectors.attempts import BodyError, attempt, text, texts
from weloop.connectors.clients import ClientProvider
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done, Outcome
from wxapi.official_account import OfficialAccountClient


class _MassSender(ABC):
    """One call a command."""

    batch = 1
    bucket = "official_account_mass"

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(each, self._prepare(account_id, each), now) for each in commands]

    async def _prepare(self, account_id: int, command: Command) -> Done:
        content = command.body.get("content")
        if not isinstance(content, Mapping):
            raise BodyError("the command has no content")
        client = await self._clients.client(account_id)
        return await self._carry_out(client, command, text(command, "msgtype"), dict(content))

    @abstractmethod
    async def _carry_out(
        self, client: OfficialAccountClient, command: Command, msgtype: str, content: dict[str, Any]
    ) -> Done:
        """Make the one call."""


class SendAccountMassSender(_MassSender):
    """Gives the platform one job. A repeat with the same client id within a day gives the job that exists."""

    async def _carry_out(
        self, client: OfficialAccountClient, command: Command, msgtype: str, content: dict[str, Any]
    ) -> Done:
        body, client_id = command.body, text(command, "client_id")
        tag_id = body.get("tag_id")
        if body.get("all") is True or isinstance(tag_id, int):
            tag = None if body.get("all") is True else int(str(tag_id))
            job = await client.mass_messages.send_to_tag(tag, msgtype, content, client_id)
        else:
            job = await client.mass_messages.send_to(texts(command, "openids"), msgtype, content, client_id)
        return Done({"msg_id": job.msg_id})


class FetchAccountMassSender(OneByOneSender[OfficialAccountClient]):
    """Asks how a job ended."""

    bucket = "official_account_mass_status"
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        return Done({"status": await client.mass_messages.status(text(command, "msg_id"))})


class PreviewAccountMassSender(_MassSender):
    """Shows one follower what it would be."""

    async def _carry_out(
        self, client: OfficialAccountClient, command: Command, msgtype: str, content: dict[str, Any]
    ) -> Done:
        await client.mass_messages.preview(text(command, "openid"), msgtype, content)
        return Done()
