"""CreateContactWay, UpdateContactWay, DeleteContactWay: 渠道活码 at the platform."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.attempts import attempt, text, texts
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import Rejected
from wxapi.errors import CallRejected
from wxapi.wecom import WecomClient

GONE = 41044
"""The platform knows no such config id."""


class _ContactWaySender(ABC):
    """One call a command, one after the other: they are few."""

    batch = 1
    bucket = "wecom_contact_way"

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(command, self._carry_out(account_id, command), now) for command in commands]

    @abstractmethod
    async def _carry_out(self, account_id: int, command: Command) -> Done:
        """Make the one call."""


class CreateContactWaySender(_ContactWaySender):
    """Always of the type for several members: the type can never be changed, the list of members can."""

    async def _carry_out(self, account_id: int, command: Command) -> Done:
        client = await self._clients.client(account_id)
        made = await client.contact_ways.add(
            users=texts(command, "users"),
            state=text(command, "state"),
            remark=str(command.body.get("remark") or ""),
            skip_verify=bool(command.body.get("skip_verify", True)),
        )
        if not made.config_id:
            raise Rejected("the platform gave no config id")
        return Done(result={"config_id": made.config_id, "qr_code": made.qr_code})


class UpdateContactWaySender(_ContactWaySender):
    """Changes members, remark and verification; a repeat does no harm."""

    async def _carry_out(self, account_id: int, command: Command) -> Done:
        client = await self._clients.client(account_id)
        await client.contact_ways.update(
            text(command, "config_id"),
            users=texts(command, "users"),
            remark=str(command.body.get("remark") or ""),
            skip_verify=bool(command.body.get("skip_verify", True)),
        )
        return Done()


class DeleteContactWaySender(_ContactWaySender):
    """Deletes; what is gone already counts as deleted."""

    async def _carry_out(self, account_id: int, command: Command) -> Done:
        client = await self._clients.client(account_id)
        try:
            await client.contact_ways.delete(text(command, "config_id"))
        except CallRejected as error:
            if error.errcode != GONE:
                raise
        return Done()
