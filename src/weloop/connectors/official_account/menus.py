"""PublishMenu and FetchMenu: the menu of an official account at the platform."""

from collections.abc import Mapping
from datetime import datetime

from weloop.connectors.attempts import BodyError
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.json import JsonValue
from wxapi.official_account import LiveButton, OfficialAccountClient

BUCKET = "official_account_code"


class PublishMenuSender(OneByOneSender[OfficialAccountClient]):
    """Replaces the menu by one call."""

    bucket = BUCKET

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        buttons = command.body.get("buttons")
        if not isinstance(buttons, list | tuple) or not buttons:
            raise BodyError("the command has no buttons")
        given = [dict(button) for button in buttons if isinstance(button, Mapping)]
        await client.menus.create(given)
        return Done()


class FetchMenuSender(OneByOneSender[OfficialAccountClient]):
    """Reads the menu that is live."""

    bucket = BUCKET
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        menu = await client.menus.current()
        buttons: list[JsonValue] = [_row(button) for button in menu.buttons]
        return Done({"open": menu.is_open, "buttons": buttons, "fetched_at": int(now.timestamp())})


def _row(button: LiveButton) -> dict[str, JsonValue]:
    sub: list[JsonValue] = [_row(each) for each in button.sub]
    return {"name": button.name, "type": button.type, "value": button.value, "sub": sub}
