"""CreateSceneQr: codes with a scene (带参数二维码) at the platform."""

from datetime import datetime

from weloop.connectors.attempts import BodyError, text
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.errors import Rejected
from wxapi.official_account import OfficialAccountClient


class CreateSceneQrSender(OneByOneSender[OfficialAccountClient]):
    """One call a command."""

    bucket = "official_account_code"

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        scene, seconds = text(command, "scene"), command.body.get("expire_seconds")
        if not isinstance(seconds, int) or seconds < 0:
            raise BodyError("the command's expire_seconds is no number of seconds")
        codes = client.scene_qrs
        made = await (codes.create(scene, seconds) if seconds else codes.create_permanent(scene))
        if not made.url:
            raise Rejected("the platform gave no address of the code")
        # The platform may grant a shorter life than was asked for, and a permanent code has none.
        ends = int(now.timestamp()) + made.expire_seconds if made.expire_seconds else 0
        return Done({"url": made.url, "expires_at": ends})
