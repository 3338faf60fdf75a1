"""SendServiceMessage: a text or a link to a follower within the window that the follower's last act opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from wxapi.official_account import OfficialAccountClient


class ServiceMessageSender:
    """One message a call; the relay runs as many calls as it likes."""

    batch = 1
    bucket = "official_account_message"

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(command, self._send(account_id, command), now) for command in commands]

    async def _send(self, account_id: int, command: Command) -> Done:
        openid, link = text(command, "openid"), command.body.get("link")
        client = await self._clients.client(account_id)
        if isinstance(link, Mapping):
            names = {"title": "title", "description": "desc", "url": "url", "picurl": "picurl"}
            article = {name: str(link.get(ours) or "") for name, ours in names.items()}
            await client.service_messages.send(openid, "news", {"articles": [article]})
        else:
            await client.service_messages.send_text(openid, text(command, "text"))
        return Done()
