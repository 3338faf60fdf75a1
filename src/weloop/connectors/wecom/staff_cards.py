"""SendStaffCard, UpdateStaffCard: app messages to members, and what becomes of their buttons."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from weloop.connectors.attempts import BodyError, attempt, text, texts
from weloop.connectors.clients import ClientProvider
from weloop.connectors.manifests import load_manifest
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import AlreadyDone, CredentialExpired, Rejected
from weloop.contracts.json import JsonValue
from wxapi.wecom import WecomClient

CODE_OVER = 60140
"""The response code was used before, or is too old."""


class _StaffCardSender(ABC):
    """One call a command; the relay runs as many as the rate limit allows."""

    batch = 1
    bucket = "wecom_app_message"

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [self._read(await attempt(each, self._prepare(account_id, each), now)) for each in commands]

    async def _prepare(self, account_id: int, command: Command) -> Done:
        client = await self._clients.client(account_id)
        if client.agent_id is None:
            raise CredentialExpired("the account has no agent id")
        return await self._carry_out(client, client.agent_id, command)

    def _read(self, outcome: Outcome) -> Outcome:
        return outcome

    @abstractmethod
    async def _carry_out(self, client: WecomClient, agent_id: int, command: Command) -> Done:
        """Make the one call."""


class SendStaffCardSender(_StaffCardSender):
    """Sends one message. Members who could not be reached are named; when nobody could be it is refused."""

    def __init__(self, clients: ClientProvider[WecomClient], public_url: str) -> None:
        super().__init__(clients)
        self._public_url = public_url

    async def _carry_out(self, client: WecomClient, agent_id: int, command: Command) -> Done:
        content = command.body.get("content")
        if not isinstance(content, Mapping):
            raise BodyError("the command has no content")
        kind, whole = text(command, "msgtype"), _with_whole_addresses(content, self._public_url)
        sent = await client.messages.send(agent_id, texts(command, "users"), kind, _fit(kind, whole))
        result = {"message_id": sent.message_id, "response_code": sent.response_code}
        return Done(result={**result, "unreached": list(sent.invalid_users)})


class UpdateStaffCardSender(_StaffCardSender):
    """Takes the buttons off a card. After a lost answer a code that is used up says that it was done."""

    async def _carry_out(self, client: WecomClient, agent_id: int, command: Command) -> Done:
        await client.messages.update_template_card(
            agent_id, texts(command, "users"), text(command, "response_code"), text(command, "replace_name")
        )
        return Done()

    def _read(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Rejected) and outcome.errcode == CODE_OVER:
            return AlreadyDone(outcome.reason, outcome.errcode)
        return outcome


def _with_whole_addresses(value: JsonValue, public_url: str) -> Any:
    """The content with our own relative addresses made whole: only this process knows its public name."""
    if isinstance(value, Mapping):
        return {
            name: public_url + item
            if name == "url" and isinstance(item, str) and item.startswith("/")
            else _with_whole_addresses(item, public_url)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_with_whole_addresses(item, public_url) for item in value]
    return value


def _fit(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """A plain card is refused when its texts are too long (45002); cut them. Other cards are cut by the clients."""
    if kind != "textcard":
        return content
    limits = load_manifest("wecom").limits
    return {
        **content,
        "title": cut(str(content.get("title", "")), limits["textcard_title_bytes"]),
        "description": cut(str(content.get("description", "")), limits["textcard_description_bytes"]),
    }


def cut(words: str, size: int) -> str:
    """As many whole characters as fit into ``size`` bytes of UTF-8, with ``…`` where some are left out."""
    if len(words.encode()) <= size:
        return words
    return words.encode()[: size - len("…".encode())].decode(errors="ignore") + "…"
