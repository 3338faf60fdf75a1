"""CheckArchiveConsent: whether a customer lets what they and a member say to each other be archived (会话内容存档)."""

from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.json import JsonValue
from wxapi.errors import CallRejected
from wxapi.wecom import WecomClient


class CheckArchiveConsentSender:
    """One pair a call. That the platform does not answer is an answer: the contact is not proved by it."""

    batch = 1
    bucket = "wecom_archive"

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(each, self._check(account_id, each), now, reads_only=True) for each in commands]

    async def _check(self, account_id: int, command: Command) -> Done:
        staff, external = text(command, "staff"), text(command, "external_userid")
        asked = {name: value for name, value in command.body.items() if name != "external_userid"}
        said: dict[str, JsonValue] = {"errcode": 0, "status": "", "changed_at": 0}
        client = await self._clients.client(account_id)
        try:
            found = await client.archive.check_single_agree([(staff, external)])
        except CallRejected as error:
            return Done({**asked, **said, "errcode": error.errcode})
        for each in found:
            if each.userid.lower() == staff.lower() and each.external_userid == external:
                said |= {"status": each.status, "changed_at": each.changed_at}
        return Done({**asked, **said})
