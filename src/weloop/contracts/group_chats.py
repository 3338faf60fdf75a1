"""Group chats: what is known of their members, and the codes that lead into them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KnownMember:
    """An external contact whom we take to be in a group chat since ``joined_at`` (Unix seconds, the platform's).

    ``quit_at``, ``quit_scene``: when a callback said that they have gone; None without one.
    """

    joined_at: int
    quit_at: datetime | None = None
    quit_scene: int | None = None


class GroupChatMemory(Protocol):
    """What we know of group chats before we look again."""

    async def known(self, chat_id: str) -> Mapping[int, KnownMember]:
        """The external contacts in a group chat by identity id. In a short transaction of its own."""


class JoinCodes(Protocol):
    """Codes of join ways as messages carry them."""

    async def pictures(self, states: Collection[str]) -> Mapping[str, int]:
        """Stored pictures (file ids) by state code, of those join ways that work now. In a short transaction."""

    async def addresses(self, states: Collection[str]) -> Mapping[str, str]:
        """Addresses of the platform's pictures, in the same way."""
