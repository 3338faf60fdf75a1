"""Senders of commands that are few: one after the other, each with the client of its account."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Generic

from weloop.connectors.attempts import attempt
from weloop.connectors.clients import ClientProvider, ClientT
from weloop.contracts.commands import Command, Done, Outcome


class OneByOneSender(ABC, Generic[ClientT]):
    """``bucket``: of the rate limit. ``reads_only``: nothing is changed at the platform, so trying again is safe."""

    batch = 1
    bucket: ClassVar[str]
    reads_only: ClassVar[bool] = False

    def __init__(self, clients: ClientProvider[ClientT]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [
            await attempt(each, self._prepare(account_id, each, now), now, reads_only=self.reads_only)
            for each in commands
        ]

    async def _prepare(self, account_id: int, command: Command, now: datetime) -> Done:
        return await self._carry_out(await self._clients.client(account_id), command, now)

    @abstractmethod
    async def _carry_out(self, client: ClientT, command: Command, now: datetime) -> Done:
        """Make the calls."""
