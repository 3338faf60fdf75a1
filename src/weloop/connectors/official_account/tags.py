"""FetchTags, CreateTag, RenameTag, MarkFollowers: 用户标签 at the platform."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from weloop.connectors.attempts import attempt, text, texts
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from wxapi.errors import CallRejected
from wxapi.official_account import OfficialAccountClient

NAME_EXISTS = 45157
REFUSED = frozenset({40003, 45059, 45171, 49003})
"""Of single followers: an openid that means nothing here, 20 tags on one already, some of a batch."""


class _TagSender(ABC):
    """One call a command, one after the other."""

    batch = 1
    bucket = "official_account_tag"
    reads_only: ClassVar[bool] = False

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
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
    """All tags by one call."""

    reads_only = True

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        tags = [{"id": str(tag.id), "name": tag.name, "group": ""} for tag in await client.tags.list()]
        return Done(result={"tags": tags, "fetched_at": now.timestamp()})


class CreateTagSender(_TagSender):
    """A tag; one of this name that is there already is taken as it is."""

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        name = text(command, "name")
        try:
            id = (await client.tags.create(name)).id
        except CallRejected as error:
            found = [tag.id for tag in await client.tags.list() if tag.name == name]
            if error.errcode != NAME_EXISTS or not found:
                raise
            id = found[0]
        return Done(result={"tag_id": command.body.get("tag_id"), "id": str(id), "name": name})


class RenameTagSender(_TagSender):
    """Another name."""

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        name = text(command, "name")
        await client.tags.rename(int(text(command, "id")), name)
        return Done(result={"tag_id": command.body.get("tag_id"), "id": text(command, "id"), "name": name})


class MarkFollowersSender(_TagSender):
    """Fifty followers by one call; when one of them spoils it, each is asked for alone."""

    async def _carry_out(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        tag, openids = int(text(command, "id")), texts(command, "openids")
        mark = client.tags.mark if command.body.get("on") else client.tags.unmark
        try:
            await mark(tag, openids)
            return Done()
        except CallRejected as error:
            if error.errcode not in REFUSED:
                raise
        identities = command.body.get("identities")
        refused = []
        for openid, identity in zip(openids, identities if isinstance(identities, list) else [], strict=True):
            try:
                await mark(tag, [openid])
            except CallRejected as error:
                if error.errcode not in REFUSED:
                    raise
                refused.append(identity)
        return Done(result={"refused": refused})
