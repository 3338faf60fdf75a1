"""WeChat customer service (微信客服): how far its messages are read."""

from typing import Protocol


class KfMemory(Protocol):
    """What is known of accounts before their messages are read on."""

    async def cursor(self, open_kfid: str) -> str:
        """Where the last page ended; empty: nothing was read yet. In a short transaction of its own."""
