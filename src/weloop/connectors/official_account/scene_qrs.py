"""CreateSceneQr: codes with a scene (带参数二维码) at the platform."""

from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.attempts import BodyError, attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import Rejected
from wxapi.official_account import OfficialAccountClient


class CreateSceneQrSender:
    """One call a command; they are few."""

    batch = 1
    bucket = "official_account_code"

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(command, self._create(account_id, command, now), now) for command in commands]

    async def _create(self, account_id: int, command: Command, now: datetime) -> Done:
        scene, seconds = text(command, "scene"), command.body.get("expire_seconds")
        if not isinstance(seconds, int) or seconds < 0:
            raise BodyError("the command's expire_seconds is no number of seconds")
        codes = (await self._clients.client(account_id)).scene_qrs
        made = await (codes.create(scene, seconds) if seconds else codes.create_permanent(scene))
        if not made.url:
            raise Rejected("the platform gave no address of the code")
        # The platform may grant a shorter life than was asked for, and a permanent code has none.
        ends = int(now.timestamp()) + made.expire_seconds if made.expire_seconds else 0
        return Done({"url": made.url, "expires_at": ends})
