"""Where the platform sends callbacks, as an administrator saves it."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True, slots=True)
class CallbackSettings:
    """``aes_key`` has 43 letters and digits; it may be empty in plain mode. WeCom knows only safe mode."""

    url: str
    token: str
    aes_key: str
    mode: Mode = "safe"
