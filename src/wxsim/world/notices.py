"""What the world tells the platform, so that it may call back. ``cause`` is a ledger number."""

from typing import TYPE_CHECKING, Protocol

from wxsim.world.corps import Corp, CorpTag, Friendship
from wxsim.world.official_accounts import Follower, OfficialAccount, SceneCode

if TYPE_CHECKING:
    from wxsim.world.account_mass import MassJob
    from wxsim.world.cards import StaffCard
    from wxsim.world.group_chats import GroupChat
    from wxsim.world.kf import KfAccount


class Notices(Protocol):
    """The platform's ear; one method per thing that can be called back about."""

    def contact_added(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """Both sides are friends now (or half, as the friendship says)."""

    def contact_edited(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """A member changed remark or tags in the client."""

    def tag_changed(self, corp: Corp, tag: CorpTag, change: str, cause: int) -> None:
        """An administrator made, changed or deleted a corp tag: ``create``, ``update``, ``delete``."""

    def contact_removed(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """A member deleted the customer."""

    def contact_lost(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """The customer deleted the member."""

    def app_message(self, corp: Corp, agentid: int, userid: str, text: str, cause: int) -> None:
        """A member wrote to an app."""

    def card_pressed(
        self, corp: Corp, agentid: int, userid: str, card: "StaffCard", key: str, code: str, cause: int
    ) -> None:
        """A member pressed a button of a card; ``code`` lets the app change it once."""

    def followed(self, account: OfficialAccount, follower: Follower, code: SceneCode | None, cause: int) -> None:
        """A person followed, perhaps by a scene code."""

    def unfollowed(self, account: OfficialAccount, follower: Follower, cause: int) -> None:
        """A person left."""

    def scanned(self, account: OfficialAccount, follower: Follower, code: SceneCode, cause: int) -> None:
        """A follower scanned a scene code."""

    def menu_used(self, account: OfficialAccount, follower: Follower, kind: str, key: str, cause: int) -> None:
        """A follower tapped a button of the menu: ``click``, ``view`` or ``miniprogram``."""

    def mass_finished(self, account: OfficialAccount, job: "MassJob", cause: int) -> None:
        """A mass message was sent, or was not."""

    def template_finished(
        self, account: OfficialAccount, follower: Follower, msgid: int, status: str, cause: int
    ) -> None:
        """A template message arrived, or did not."""

    def popup_answered(
        self, account: OfficialAccount, follower: Follower, template_id: str, accept: bool, cause: int
    ) -> None:
        """A popup for subscription notices was answered."""

    def notices_withdrawn(self, account: OfficialAccount, follower: Follower, template_id: str, cause: int) -> None:
        """Somebody wants no more notices of a template."""

    def notice_finished(
        self, account: OfficialAccount, follower: Follower, template_id: str, msgid: int, cause: int
    ) -> None:
        """A subscription notice arrived."""

    def account_message(
        self, account: OfficialAccount, follower: Follower, text: str, menu_id: str, cause: int
    ) -> None:
        """A follower wrote; ``menu_id`` when it was a tap on a menu message."""

    def group_created(self, corp: Corp, chat: "GroupChat", cause: int) -> None:
        """A member started a group chat."""

    def group_dismissed(self, corp: Corp, chat: "GroupChat", cause: int) -> None:
        """The owner dissolved it."""

    def group_changed(self, corp: Corp, chat: "GroupChat", detail: str, cause: int) -> None:
        """Name, owner or notice is another one."""

    def group_members_changed(
        self, corp: Corp, chat: "GroupChat", detail: str, userids: list[str], before: str, cause: int, **scene: int
    ) -> None:
        """Somebody came or went: ``before`` is the version of the member list until now, ``scene`` how."""

    def kf_happened(self, corp: Corp, account: "KfAccount", cause: int) -> None:
        """Something was said or happened at a customer-service account."""


class NoNotices:
    """A world on its own: nobody listens."""

    def contact_added(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """Nothing to tell."""

    def contact_edited(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """Nothing to tell."""

    def tag_changed(self, corp: Corp, tag: CorpTag, change: str, cause: int) -> None:
        """Nothing to tell."""

    def contact_removed(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """Nothing to tell."""

    def contact_lost(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """Nothing to tell."""

    def app_message(self, corp: Corp, agentid: int, userid: str, text: str, cause: int) -> None:
        """Nothing to tell."""

    def card_pressed(
        self, corp: Corp, agentid: int, userid: str, card: "StaffCard", key: str, code: str, cause: int
    ) -> None:
        """Nothing to tell."""

    def followed(self, account: OfficialAccount, follower: Follower, code: SceneCode | None, cause: int) -> None:
        """Nothing to tell."""

    def unfollowed(self, account: OfficialAccount, follower: Follower, cause: int) -> None:
        """Nothing to tell."""

    def scanned(self, account: OfficialAccount, follower: Follower, code: SceneCode, cause: int) -> None:
        """Nothing to tell."""

    def menu_used(self, account: OfficialAccount, follower: Follower, kind: str, key: str, cause: int) -> None:
        """Nothing to tell."""

    def mass_finished(self, account: OfficialAccount, job: "MassJob", cause: int) -> None:
        """Nothing to tell."""

    def template_finished(
        self, account: OfficialAccount, follower: Follower, msgid: int, status: str, cause: int
    ) -> None:
        """Nothing to tell."""

    def popup_answered(
        self, account: OfficialAccount, follower: Follower, template_id: str, accept: bool, cause: int
    ) -> None:
        """Nothing to tell."""

    def notices_withdrawn(self, account: OfficialAccount, follower: Follower, template_id: str, cause: int) -> None:
        """Nothing to tell."""

    def notice_finished(
        self, account: OfficialAccount, follower: Follower, template_id: str, msgid: int, cause: int
    ) -> None:
        """Nothing to tell."""

    def account_message(
        self, account: OfficialAccount, follower: Follower, text: str, menu_id: str, cause: int
    ) -> None:
        """Nothing to tell."""

    def group_created(self, corp: Corp, chat: "GroupChat", cause: int) -> None:
        """Nothing to tell."""

    def group_dismissed(self, corp: Corp, chat: "GroupChat", cause: int) -> None:
        """Nothing to tell."""

    def group_changed(self, corp: Corp, chat: "GroupChat", detail: str, cause: int) -> None:
        """Nothing to tell."""

    def group_members_changed(
        self, corp: Corp, chat: "GroupChat", detail: str, userids: list[str], before: str, cause: int, **scene: int
    ) -> None:
        """Nothing to tell."""

    def kf_happened(self, corp: Corp, account: "KfAccount", cause: int) -> None:
        """Nothing to tell."""
