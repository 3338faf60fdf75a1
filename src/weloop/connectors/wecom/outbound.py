"""What goes out to WeCom: one sender per command."""

from collections.abc import Mapping

from weloop.connectors.clients import ClientProvider
from weloop.connectors.wecom.contact_ways import (
    CreateContactWaySender,
    DeleteContactWaySender,
    UpdateContactWaySender,
)
from weloop.connectors.wecom.profiles import ProfileSender
from weloop.connectors.wecom.staff_cards import SendStaffCardSender, UpdateStaffCardSender
from weloop.connectors.wecom.welcome import WelcomeSender
from weloop.contracts.commands import CommandName, Sender
from weloop.contracts.media import MediaCache
from wxapi.wecom import WecomClient


def make_senders(
    clients: ClientProvider[WecomClient], media: MediaCache, public_url: str
) -> Mapping[CommandName, Sender]:
    """All senders of this connector, by command; ``public_url``: where members' phones reach our pages."""
    return {
        CommandName.SEND_WELCOME: WelcomeSender(clients, media),
        CommandName.FETCH_PROFILE: ProfileSender(clients),
        CommandName.CREATE_CONTACT_WAY: CreateContactWaySender(clients),
        CommandName.UPDATE_CONTACT_WAY: UpdateContactWaySender(clients),
        CommandName.DELETE_CONTACT_WAY: DeleteContactWaySender(clients),
        CommandName.SEND_STAFF_CARD: SendStaffCardSender(clients, public_url),
        CommandName.UPDATE_STAFF_CARD: UpdateStaffCardSender(clients),
    }
