"""CreateContactWay, UpdateContactWay, DeleteContactWay: 渠道活码 at the platform."""

from datetime import datetime

from weloop.connectors.attempts import text, texts
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.errors import Rejected
from wxapi.errors import CallRejected
from wxapi.wecom import WecomClient

GONE = 41044
"""The platform knows no such config id."""


class _ContactWaySender(OneByOneSender[WecomClient]):
    bucket = "wecom_contact_way"


class CreateContactWaySender(_ContactWaySender):
    """Always of the type for several members: the type can never be changed, the list of members can."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
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

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        await client.contact_ways.update(
            text(command, "config_id"),
            users=texts(command, "users"),
            remark=str(command.body.get("remark") or ""),
            skip_verify=bool(command.body.get("skip_verify", True)),
        )
        return Done()


class DeleteContactWaySender(_ContactWaySender):
    """Deletes; what is gone already counts as deleted."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        try:
            await client.contact_ways.delete(text(command, "config_id"))
        except CallRejected as error:
            if error.errcode != GONE:
                raise
        return Done()
