"""What goes out to an official account: one sender per command."""

from collections.abc import Mapping

from weloop.connectors.clients import ClientProvider
from weloop.connectors.official_account.articles import FetchArticleReadsSender, FetchArticlesSender
from weloop.connectors.official_account.existing import FetchExistingSender
from weloop.connectors.official_account.mass_messages import (
    FetchAccountMassSender,
    PreviewAccountMassSender,
    SendAccountMassSender,
)
from weloop.connectors.official_account.menus import FetchMenuSender, PublishMenuSender
from weloop.connectors.official_account.messages import ServiceMessageSender
from weloop.connectors.official_account.profiles import ProfileSender
from weloop.connectors.official_account.scene_qrs import CreateSceneQrSender
from weloop.connectors.official_account.tags import (
    CreateTagSender,
    FetchTagsSender,
    MarkFollowersSender,
    RenameTagSender,
)
from weloop.connectors.official_account.template_messages import (
    FetchTemplatesSender,
    SendNoticeSender,
    SendTemplateSender,
)
from weloop.contracts.commands import CommandName, Sender
from weloop.contracts.group_chats import JoinCodes
from wxapi.official_account import OfficialAccountClient


def make_senders(clients: ClientProvider[OfficialAccountClient], join_codes: JoinCodes) -> Mapping[CommandName, Sender]:
    """All senders of this connector, by command."""
    return {
        CommandName.FETCH_PROFILE: ProfileSender(clients),
        CommandName.FETCH_EXISTING: FetchExistingSender(clients),
        CommandName.FETCH_ARTICLES: FetchArticlesSender(clients),
        CommandName.FETCH_ARTICLE_READS: FetchArticleReadsSender(clients),
        CommandName.CREATE_SCENE_QR: CreateSceneQrSender(clients),
        CommandName.PUBLISH_MENU: PublishMenuSender(clients),
        CommandName.FETCH_MENU: FetchMenuSender(clients),
        CommandName.SEND_ACCOUNT_MASS: SendAccountMassSender(clients),
        CommandName.FETCH_ACCOUNT_MASS: FetchAccountMassSender(clients),
        CommandName.PREVIEW_ACCOUNT_MASS: PreviewAccountMassSender(clients),
        CommandName.FETCH_TAGS: FetchTagsSender(clients),
        CommandName.CREATE_TAG: CreateTagSender(clients),
        CommandName.RENAME_TAG: RenameTagSender(clients),
        CommandName.MARK_FOLLOWERS: MarkFollowersSender(clients),
        CommandName.FETCH_TEMPLATES: FetchTemplatesSender(clients),
        CommandName.SEND_TEMPLATE: SendTemplateSender(clients),
        CommandName.SEND_NOTICE: SendNoticeSender(clients),
        CommandName.SEND_SERVICE_MESSAGE: ServiceMessageSender(clients, join_codes),
    }
