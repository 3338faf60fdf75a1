"""CheckArchiveConsent: whether a customer lets what they and a member say to each other be archived (会话内容存档)."""

from datetime import datetime

from weloop.connectors.attempts import text
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.json import JsonValue
from wxapi.errors import CallRejected
from wxapi.wecom import WecomClient


class CheckArchiveConsentSender(OneByOneSender[WecomClient]):
    """One pair a call. That the platform does not answer is an answer: the contact is not proved by it."""

    bucket = "wecom_archive"
    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        staff, external = text(command, "staff"), text(command, "external_userid")
        asked = {name: value for name, value in command.body.items() if name != "external_userid"}
        said: dict[str, JsonValue] = {"errcode": 0, "status": "", "changed_at": 0}
        try:
            found = await client.archive.check_single_agree([(staff, external)])
        except CallRejected as error:
            return Done({**asked, **said, "errcode": error.errcode})
        for each in found:
            if each.userid.lower() == staff.lower() and each.external_userid == external:
                said |= {"status": each.status, "changed_at": each.changed_at}
        return Done({**asked, **said})
