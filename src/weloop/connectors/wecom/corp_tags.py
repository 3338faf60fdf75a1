"""FetchTags, CreateTag, RenameTag, MarkCustomer: 企业客户标签 at the platform."""

from datetime import datetime

from weloop.connectors.attempts import text
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.errors import Rejected
from wxapi.errors import CallRejected
from wxapi.wecom import WecomClient

NAME_EXISTS = 40071
NO_RELATION = 84061


class _TagSender(OneByOneSender[WecomClient]):
    bucket = "wecom_tag"


class FetchTagsSender(_TagSender):
    """All groups with their tags by one call; deleted ones do not come."""

    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        groups = await client.corp_tags.list()
        tags = [{"id": tag.id, "name": tag.name, "group": group.name} for group in groups for tag in group.tags]
        return Done(result={"tags": tags, "fetched_at": now.timestamp()})


class CreateTagSender(_TagSender):
    """A tag in a group of this name, which is made with it. One that is there already is taken as it is."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
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

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        name = text(command, "name")
        await client.corp_tags.edit(text(command, "id"), name=name)
        return Done(result={"tag_id": command.body.get("tag_id"), "id": text(command, "id"), "name": name})


class MarkCustomerSender(_TagSender):
    """All tags of one member's customer at once. Who is no customer any more carries none."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
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
