"""SendTemplate, FetchTemplates: notices (模板消息) in the templates of a service account."""

from collections.abc import Mapping
from datetime import datetime

from weloop.connectors.attempts import BodyError, text
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from wxapi.errors import CallRejected
from wxapi.official_account import OfficialAccountClient

NOT_ALLOWED = frozenset({48001})
"""The account may not use templates."""


class SendTemplateSender(OneByOneSender[OfficialAccountClient]):
    """One message a call. Its key goes with it: within ten minutes the platform takes it once."""

    bucket = "official_account_template"

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        values, url = command.body.get("values"), command.body.get("url")
        if not isinstance(values, Mapping):
            raise BodyError("the command has no values")
        sent = await client.template_messages.send(
            text(command, "openid"),
            text(command, "template_id"),
            {str(place): str(value) for place, value in values.items()},
            url=str(url) if url else None,
            client_id=command.key,
        )
        return Done({"message_id": sent})


class FetchTemplatesSender(OneByOneSender[OfficialAccountClient]):
    """Reads all templates in use. That the account has none to tell of is an answer, not a failure."""

    bucket = "official_account_tag"
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        try:
            found, errcode = await client.template_messages.list(), 0
        except CallRejected as error:
            if error.errcode not in NOT_ALLOWED:
                raise
            found, errcode = (), error.errcode
        templates = [
            {"id": each.template_id, "title": each.title, "content": each.content, "example": each.example}
            for each in found
        ]
        return Done({"errcode": errcode, "fetched_at": now.timestamp(), "templates": templates})
