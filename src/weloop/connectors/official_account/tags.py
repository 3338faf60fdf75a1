"""FetchTags, CreateTag, RenameTag, MarkFollowers: 用户标签 at the platform."""

from datetime import datetime

from weloop.connectors.attempts import text, texts
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from wxapi.errors import CallRejected
from wxapi.official_account import OfficialAccountClient

NAME_EXISTS = 45157
REFUSED = frozenset({40003, 45059, 45171, 49003})
"""Of single followers: an openid that means nothing here, 20 tags on one already, some of a batch."""


class _TagSender(OneByOneSender[OfficialAccountClient]):
    bucket = "official_account_tag"


class FetchTagsSender(_TagSender):
    """All tags by one call."""

    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        tags = [{"id": str(tag.id), "name": tag.name, "group": ""} for tag in await client.tags.list()]
        return Done(result={"tags": tags, "fetched_at": now.timestamp()})


class CreateTagSender(_TagSender):
    """A tag; one of this name that is there already is taken as it is."""

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
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

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        name = text(command, "name")
        await client.tags.rename(int(text(command, "id")), name)
        return Done(result={"tag_id": command.body.get("tag_id"), "id": text(command, "id"), "name": name})


class MarkFollowersSender(_TagSender):
    """Fifty followers by one call; when one of them spoils it, each is asked for alone."""

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
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
