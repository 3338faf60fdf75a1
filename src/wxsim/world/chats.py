"""Chats as a phone shows them."""

from dataclasses import dataclass, field
from typing import Literal

Side = Literal["me", "them", "notice"]
ChatKind = Literal["staff", "account", "app", "customer", "group", "kf"]


@dataclass(slots=True, eq=False)
class Message:
    """One bubble; ``body`` holds what its ``kind`` needs.

    Kinds: text, image, link, file, video, voice, miniprogram, card, menu, template_card.
    """

    n: int
    at: float
    side: Side
    kind: str
    body: dict[str, str]


@dataclass(slots=True, eq=False)
class Chat:
    """One conversation of one phone; ``key`` is stable and names the other party."""

    key: str
    title: str
    kind: ChatKind
    messages: list[Message] = field(default_factory=list)
    unread: int = 0
    active: bool = True
    """False once the friendship or the follow has ended."""


@dataclass(slots=True)
class Phone:
    """All chats of one human; the newest chat is read from its messages."""

    chats: dict[str, Chat] = field(default_factory=dict)

    def open(self, key: str, title: str, kind: ChatKind) -> Chat:
        """The chat of that key, made when new."""
        chat = self.chats.get(key)
        if chat is None:
            chat = self.chats[key] = Chat(key, title, kind)
        chat.title = title
        return chat

    def recent(self) -> list[Chat]:
        """Chats, newest message first."""
        return sorted(self.chats.values(), key=lambda chat: -(chat.messages[-1].n if chat.messages else 0))
