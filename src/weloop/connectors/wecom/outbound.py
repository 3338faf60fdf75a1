"""What goes out to WeCom: one sender per command."""

from collections.abc import Mapping
from dataclasses import dataclass

from weloop.connectors.clients import ClientProvider
from weloop.connectors.wecom.archive import CheckArchiveConsentSender
from weloop.connectors.wecom.contact_ways import (
    CreateContactWaySender,
    DeleteContactWaySender,
    UpdateContactWaySender,
)
from weloop.connectors.wecom.corp_tags import (
    CreateTagSender,
    FetchTagsSender,
    MarkCustomerSender,
    RenameTagSender,
)
from weloop.connectors.wecom.existing import FetchExistingSender
from weloop.connectors.wecom.group_chats import FetchGroupChatSender, ListGroupChatsSender
from weloop.connectors.wecom.join_ways import CreateJoinWaySender, DeleteJoinWaySender, UpdateJoinWaySender
from weloop.connectors.wecom.kf import FetchKfMessagesSender, ListKfAccountsSender, SendKfMessageSender
from weloop.connectors.wecom.mass_tasks import (
    CancelMassTaskSender,
    CreateMassTaskSender,
    FetchMassTaskSender,
    RemindMassTaskSender,
)
from weloop.connectors.wecom.moments import (
    CancelMomentTaskSender,
    CreateMomentTaskSender,
    FetchMomentJobSender,
    FetchMomentResultSender,
    FetchMomentTaskSender,
)
from weloop.connectors.wecom.profiles import ProfileSender
from weloop.connectors.wecom.staff_cards import SendStaffCardSender, UpdateStaffCardSender
from weloop.connectors.wecom.welcome import WelcomeSender
from weloop.contracts.commands import CommandName, Sender
from weloop.contracts.group_chats import GroupChatMemory, JoinCodes
from weloop.contracts.kf import KfMemory
from weloop.contracts.media import MediaCache, PictureKeeper
from wxapi.wecom import WecomClient


@dataclass(frozen=True, slots=True)
class Shelves:
    """What senders need of the product besides the platform."""

    media: MediaCache
    pictures: PictureKeeper
    join_codes: JoinCodes
    group_chats: GroupChatMemory
    kf: KfMemory


def make_senders(
    clients: ClientProvider[WecomClient], shelves: Shelves, public_url: str
) -> Mapping[CommandName, Sender]:
    """All senders of this connector, by command; ``public_url``: where members' phones reach our pages."""
    return {
        CommandName.SEND_WELCOME: WelcomeSender(clients, shelves.media, shelves.join_codes),
        CommandName.FETCH_PROFILE: ProfileSender(clients),
        CommandName.FETCH_EXISTING: FetchExistingSender(clients),
        CommandName.CREATE_CONTACT_WAY: CreateContactWaySender(clients),
        CommandName.UPDATE_CONTACT_WAY: UpdateContactWaySender(clients),
        CommandName.DELETE_CONTACT_WAY: DeleteContactWaySender(clients),
        CommandName.CREATE_JOIN_WAY: CreateJoinWaySender(clients, shelves.pictures),
        CommandName.UPDATE_JOIN_WAY: UpdateJoinWaySender(clients, shelves.pictures),
        CommandName.DELETE_JOIN_WAY: DeleteJoinWaySender(clients, shelves.pictures),
        CommandName.FETCH_GROUP_CHAT: FetchGroupChatSender(clients, shelves.group_chats),
        CommandName.LIST_GROUP_CHATS: ListGroupChatsSender(clients),
        CommandName.FETCH_KF_MESSAGES: FetchKfMessagesSender(clients, shelves.kf),
        CommandName.CHECK_ARCHIVE_CONSENT: CheckArchiveConsentSender(clients),
        CommandName.LIST_KF_ACCOUNTS: ListKfAccountsSender(clients),
        CommandName.SEND_KF_MESSAGE: SendKfMessageSender(clients, shelves.media),
        CommandName.CREATE_MASS_TASK: CreateMassTaskSender(clients, shelves.media, shelves.join_codes),
        CommandName.FETCH_MASS_TASK: FetchMassTaskSender(clients),
        CommandName.REMIND_MASS_TASK: RemindMassTaskSender(clients),
        CommandName.CANCEL_MASS_TASK: CancelMassTaskSender(clients),
        CommandName.CREATE_MOMENT_TASK: CreateMomentTaskSender(clients, shelves.media),
        CommandName.FETCH_MOMENT_JOB: FetchMomentJobSender(clients),
        CommandName.FETCH_MOMENT_TASK: FetchMomentTaskSender(clients),
        CommandName.FETCH_MOMENT_RESULT: FetchMomentResultSender(clients),
        CommandName.CANCEL_MOMENT_TASK: CancelMomentTaskSender(clients),
        CommandName.FETCH_TAGS: FetchTagsSender(clients),
        CommandName.CREATE_TAG: CreateTagSender(clients),
        CommandName.RENAME_TAG: RenameTagSender(clients),
        CommandName.MARK_CUSTOMER: MarkCustomerSender(clients),
        CommandName.SEND_STAFF_CARD: SendStaffCardSender(clients, public_url),
        CommandName.UPDATE_STAFF_CARD: UpdateStaffCardSender(clients),
    }
