"""Which sender carries out a command for a kind of account. Filled at start-up."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeAlias

from weloop.contracts.commands import CommandName, Sender

AccountKinds: TypeAlias = Callable[[Collection[int]], Awaitable[Mapping[int, str]]]
"""Answers the kind of each account (``wecom``, ``official_account``); unknown accounts are left out."""


class Senders:
    """Senders by account kind and command name."""

    def __init__(self, account_kinds: AccountKinds) -> None:
        self._account_kinds = account_kinds
        self._senders: dict[tuple[str, CommandName], Sender] = {}

    def on(self, account_kind: str, name: CommandName, sender: Sender) -> None:
        """Say who carries out ``name`` for accounts of this kind."""
        self._senders[account_kind, name] = sender

    async def find(self, wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], Sender]:
        """The sender of each (account_id, command name); those without one are left out."""
        kinds = await self._account_kinds({account_id for account_id, _ in wanted})
        found = {}
        for account_id, name in wanted:
            sender = self._senders.get((kinds.get(account_id, ""), CommandName(name)))
            if sender is not None:
                found[account_id, name] = sender
        return found
