"""SendTemplate, SendNotice, FetchTemplates: messages in the templates of a service account (模板消息, 订阅通知)."""

from collections.abc import Mapping
from datetime import datetime

from weloop.connectors.attempts import BodyError, text
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.json import JsonObject
from wxapi.errors import CallRejected
from wxapi.official_account import MessageTemplate, NoticeTemplate, OfficialAccountClient

NOT_ALLOWED = frozenset({48001})
"""The account may not use templates."""


class SendTemplateSender(OneByOneSender[OfficialAccountClient]):
    """One message a call. Its key goes with it: within ten minutes the platform takes it once."""

    bucket = "official_account_template"

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        openid, template_id = text(command, "openid"), text(command, "template_id")
        sent = await client.template_messages.send(
            openid, template_id, _values(command), url=_url(command), client_id=command.key
        )
        return Done({"message_id": sent})


class SendNoticeSender(OneByOneSender[OfficialAccountClient]):
    """One subscription notice a call. The platform gives it no id that could be known here."""

    bucket = "official_account_template"

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        openid, template_id = text(command, "openid"), text(command, "template_id")
        await client.subscription_notices.send(openid, template_id, _values(command), page=_url(command))
        return Done()


def _values(command: Command) -> dict[str, str]:
    values = command.body.get("values")
    if not isinstance(values, Mapping):
        raise BodyError("the command has no values")
    return {str(place): str(value) for place, value in values.items()}


def _url(command: Command) -> str | None:
    return str(command.body.get("url") or "") or None


class FetchTemplatesSender(OneByOneSender[OfficialAccountClient]):
    """Reads all templates in use. That the account has none to tell of is an answer, not a failure."""

    bucket = "official_account_tag"
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        try:
            found, errcode = await client.template_messages.list(), 0
            notices = await client.subscription_notices.list()
        except CallRejected as error:
            if error.errcode not in NOT_ALLOWED:
                raise
            found, notices, errcode = (), (), error.errcode
        templates = [_shown(each, "template") for each in found]
        templates += [_shown(each, "long" if each.long else "once") for each in notices]
        return Done({"errcode": errcode, "fetched_at": now.timestamp(), "templates": templates})


def _shown(each: MessageTemplate | NoticeTemplate, kind: str) -> JsonObject:
    return {"id": each.template_id, "title": each.title, "content": each.content, "example": each.example, "kind": kind}
