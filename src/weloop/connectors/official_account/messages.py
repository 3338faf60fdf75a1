"""SendServiceMessage: a text, a link or a group's code to a follower, within the window that their last act opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import Rejected
from weloop.contracts.group_chats import JoinCodes
from wxapi.official_account import OfficialAccountClient

INVITATION = "点这里，长按识别二维码进群"


class ServiceMessageSender:
    """One message a call; the relay runs as many calls as it likes."""

    batch = 1
    bucket = "official_account_message"

    def __init__(self, clients: ClientProvider[OfficialAccountClient], join_codes: JoinCodes) -> None:
        self._clients = clients
        self._join_codes = join_codes

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(command, self._send(account_id, command), now) for command in commands]

    async def _send(self, account_id: int, command: Command) -> Done:
        openid, link = text(command, "openid"), command.body.get("link")
        words = text(command, "text") if link is None else ""
        code = command.body.get("join_way")
        if isinstance(code, str):
            words = f"{words}\n{await self._invite(code)}"
        client = await self._clients.client(account_id)
        if isinstance(link, Mapping):
            names = {"title": "title", "description": "desc", "url": "url", "picurl": "picurl"}
            article = {name: str(link.get(ours) or "") for name, ours in names.items()}
            await client.service_messages.send(openid, "news", {"articles": [article]})
        else:
            await client.service_messages.send_text(openid, words)
        return Done()

    async def _invite(self, code: str) -> str:
        """A line that opens the code of a group, where a long press recognizes it."""
        address = (await self._join_codes.addresses({code})).get(code)
        if address is None:
            raise Rejected("the code of the group works no more")
        safe = address.replace('"', "%22")
        return f'<a href="{safe}">{INVITATION}</a>'
