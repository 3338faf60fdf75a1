"""What goes out to an official account: one sender per command."""

from collections.abc import Mapping

from weloop.connectors.clients import ClientProvider
from weloop.connectors.official_account.profiles import ProfileSender
from weloop.contracts.commands import CommandName, Sender
from wxapi.official_account import OfficialAccountClient


def make_senders(clients: ClientProvider[OfficialAccountClient]) -> Mapping[CommandName, Sender]:
    """All senders of this connector, by command."""
    return {CommandName.FETCH_PROFILE: ProfileSender(clients)}
