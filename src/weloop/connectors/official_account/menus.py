"""PublishMenu and FetchMenu: the menu of an official account at the platform."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from weloop.connectors.attempts import BodyError, attempt
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.json import JsonValue
from wxapi.official_account import LiveButton, OfficialAccountClient

BUCKET = "official_account_code"


class PublishMenuSender:
    """Replaces the menu by one call."""

    batch = 1
    bucket = BUCKET

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(command, self._publish(account_id, command), now) for command in commands]

    async def _publish(self, account_id: int, command: Command) -> Done:
        buttons = command.body.get("buttons")
        if not isinstance(buttons, list | tuple) or not buttons:
            raise BodyError("the command has no buttons")
        given = [dict(button) for button in buttons if isinstance(button, Mapping)]
        await (await self._clients.client(account_id)).menus.create(given)
        return Done()


class FetchMenuSender:
    """Reads the menu that is live."""

    batch = 1
    bucket = BUCKET

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(command, self._fetch(account_id, now), now, reads_only=True) for command in commands]

    async def _fetch(self, account_id: int, now: datetime) -> Done:
        menu = await (await self._clients.client(account_id)).menus.current()
        buttons: list[JsonValue] = [_row(button) for button in menu.buttons]
        return Done({"open": menu.is_open, "buttons": buttons, "fetched_at": int(now.timestamp())})


def _row(button: LiveButton) -> dict[str, JsonValue]:
    sub: list[JsonValue] = [_row(each) for each in button.sub]
    return {"name": button.name, "type": button.type, "value": button.value, "sub": sub}
