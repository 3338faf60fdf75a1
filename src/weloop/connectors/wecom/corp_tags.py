"""FetchTags, CreateTag, RenameTag, MarkCustomer: 企业客户标签 at the platform."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import Rejected
from wxapi.errors import CallRejected
from wxapi.wecom import WecomClient

NAME_EXISTS = 40071
NO_RELATION = 84061


class _TagSender(ABC):
    """One call a command, one after the other."""

    batch = 1
    bucket = "wecom_tag"
    reads_only: ClassVar[bool] = False

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [
            await attempt(each, self._carry_out(account_id, each, now), now, reads_only=self.reads_only)
            for each in commands
        ]

    @abstractmethod
    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        """Make the call."""


class FetchTagsSender(_TagSender):
    """All groups with their tags by one call; deleted ones do not come."""

    reads_only = True

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        groups = await client.corp_tags.list()
        tags = [{"id": tag.id, "name": tag.name, "group": group.name} for group in groups for tag in group.tags]
        return Done(result={"tags": tags, "fetched_at": now.timestamp()})


class CreateTagSender(_TagSender):
    """A tag in a group of this name, which is made with it. One that is there already is taken as it is."""

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        name, group = text(command, "name"), text(command, "group")
        try:
            made = (await client.corp_tags.add([name], group_name=group)).tags
        except CallRejected as error:
            if error.errcode != NAME_EXISTS:
                raise
            made = ()
        # Whether a known name is refused or passed over in silence differs between texts of the documentation.
        id = made[0].id if made else await _find(client, group, name)
        return Done(result={"tag_id": command.body.get("tag_id"), "id": id, "name": name})


async def _find(client: WecomClient, group: str, name: str) -> str:
    for each in await client.corp_tags.list():
        for tag in each.tags:
            if (each.name, tag.name) == (group, name):
                return tag.id
    raise Rejected("the platform made no tag")


class RenameTagSender(_TagSender):
    """Only tags that this app made can be renamed (81011)."""

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        name = text(command, "name")
        await client.corp_tags.edit(text(command, "id"), name=name)
        return Done(result={"tag_id": command.body.get("tag_id"), "id": text(command, "id"), "name": name})


class MarkCustomerSender(_TagSender):
    """All tags of one member's customer at once. Who is no customer any more carries none."""

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        add, remove = (_ids(command, name) for name in ("add", "remove"))
        try:
            await client.corp_tags.mark(
                text(command, "staff"), text(command, "external_userid"), add=add, remove=remove
            )
        except CallRejected as error:
            if add or error.errcode != NO_RELATION:
                raise
        return Done()


def _ids(command: Command, name: str) -> list[str]:
    value = command.body.get(name)
    return [str(each) for each in value] if isinstance(value, list) else []
