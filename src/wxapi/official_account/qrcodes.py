"""带参数二维码 QR codes with a scene (verified service accounts only)."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from wxapi.caller import Caller
from wxapi.fields import number, text

SHOW_URL = "https://mp.weixin.qq.com"
_PATH = "/cgi-bin/qrcode/create"


@dataclass(frozen=True, slots=True)
class SceneQr:
    """A code. ``url`` is its content, for drawing one's own picture; ``expire_seconds`` 0 means permanent."""

    ticket: str = field(repr=False)
    url: str
    expire_seconds: int


class SceneQrs:
    """``/cgi-bin/qrcode``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(self, scene: str, expire_seconds: int) -> SceneQr:
        """Make a temporary code; ``scene`` has 1 to 64 characters, ``expire_seconds`` at most 2,592,000."""
        return await self._create({"action_name": "QR_STR_SCENE", "expire_seconds": expire_seconds}, scene)

    async def create_permanent(self, scene: str) -> SceneQr:
        """Make a code that never ends; an account has at most 100,000 of them."""
        return await self._create({"action_name": "QR_LIMIT_STR_SCENE"}, scene)

    async def _create(self, action: dict[str, object], scene: str) -> SceneQr:
        reply = await self._caller.post(_PATH, action | {"action_info": {"scene": {"scene_str": scene}}})
        return SceneQr(text(reply, "ticket"), text(reply, "url"), number(reply, "expire_seconds"))


def show_url(ticket: str, base_url: str = SHOW_URL) -> str:
    """Address of the platform's picture of a code; it needs no token."""
    return f"{base_url.rstrip('/')}/cgi-bin/showqrcode?{urlencode({'ticket': ticket})}"
