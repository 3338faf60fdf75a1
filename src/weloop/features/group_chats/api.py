"""The face of the group chats feature."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from weloop.contracts.group_chats import KnownMember
from weloop.features.group_chats import join_ways, repository
from weloop.features.group_chats.service import look_at_new_account
from weloop.identity.api import find_siblings
from weloop.kit.unit import UnitOfWork, Units

__all__ = ["GroupChatRef", "GroupChatShelf", "find_group_chats", "find_insiders", "look_at_new_account"]


@dataclass(frozen=True, slots=True)
class GroupChatRef:
    """A group chat as other modules know it."""

    id: int
    chat_id: str
    name: str
    account_id: int


async def find_group_chats(unit: UnitOfWork, chat_ids: Collection[str]) -> dict[str, GroupChatRef]:
    """Group chats by the platform's id, dismissed ones too."""
    rows = await repository.find_chats(unit.session, chat_ids)
    return {key: GroupChatRef(row.id, row.chat_id, row.name, row.account_id) for key, row in rows.items()}


async def find_insiders(unit: UnitOfWork, asked: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of (identity, state code of a join way) those whose person is in one of its group chats, whichever way they came,
    or in one that it made."""
    siblings = await find_siblings(unit, {identity for identity, _ in asked})
    inside = await join_ways.find_inside(unit.connection, {row.id for row in siblings}, {code for _, code in asked})
    found = {(row.asked, code) for row in siblings for code in inside.get(row.id, ())}
    return found & set(asked)


class GroupChatShelf:
    """``GroupChatMemory`` and ``JoinCodes`` for the connector: each question is a short transaction of its own."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def known(self, chat_id: str) -> Mapping[int, KnownMember]:
        """See ``contracts.group_chats.GroupChatMemory``."""
        async with self._units.begin() as unit:
            rows = await repository.load_known(unit.connection, chat_id)
        return {
            row.identity_id: KnownMember(int(row.joined_at.timestamp()), row.quit_at, row.quit_scene) for row in rows
        }

    async def pictures(self, states: Collection[str]) -> Mapping[str, int]:
        """See ``contracts.group_chats.JoinCodes``."""
        async with self._units.begin() as unit:
            return await join_ways.find_pictures(unit.session, states)

    async def addresses(self, states: Collection[str]) -> Mapping[str, str]:
        """See ``contracts.group_chats.JoinCodes``."""
        async with self._units.begin() as unit:
            return await join_ways.find_addresses(unit.session, states)
