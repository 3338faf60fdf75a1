"""What WeCom calls back about."""

from wxsim.wire.deliveries import Deliveries, make_delivery
from wxsim.wire.xml import write_xml
from wxsim.world.cards import StaffCard
from wxsim.world.corps import Corp, CorpTag, Friendship, WecomApp
from wxsim.world.group_chats import GroupChat
from wxsim.world.kf import KfAccount, issue_token
from wxsim.world.world import World

Fields = dict[str, str | int | list[str]]


class WecomEvents:
    """Turns happenings of a corp into callbacks to its apps."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries

    def contact_added(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """``add_external_contact``, or the half event while the member has not confirmed."""
        kind = "add_half_external_contact" if friendship.half else "add_external_contact"
        extra: Fields = {"State": friendship.state} if friendship.state else {}
        welcome = friendship.welcome
        if welcome and welcome.used_at is None and not friendship.chatted:
            extra["WelcomeCode"] = welcome.code
            self._world.clock.hold_for(self._world.limits.welcome_patience_seconds)
        self._contact_event(corp, friendship, kind, cause, extra)

    def contact_edited(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """``edit_external_contact``."""
        self._contact_event(corp, friendship, "edit_external_contact", cause, {})

    def tag_changed(self, corp: Corp, tag: CorpTag, change: str, cause: int) -> None:
        """``change_external_tag``, to every app that may call the interface."""
        fields: Fields = {
            "ToUserName": corp.corpid,
            "FromUserName": "sys",
            "CreateTime": self._world.clock.unix(),
            "MsgType": "event",
            "Event": "change_external_tag",
            "Id": tag.id,
            "TagType": "tag",
            "ChangeType": change,
        }
        for app in corp.apps.values():
            if app.contact_api:
                self._send(corp, app, f"change_external_tag/{change}", cause, fields)

    def contact_removed(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """``del_external_contact``."""
        self._contact_event(corp, friendship, "del_external_contact", cause, {})

    def contact_lost(self, corp: Corp, friendship: Friendship, cause: int) -> None:
        """``del_follow_user``."""
        self._contact_event(corp, friendship, "del_follow_user", cause, {})

    def app_message(self, corp: Corp, agentid: int, userid: str, text: str, cause: int) -> None:
        """A text that a member wrote to the app."""
        fields: Fields = {
            "ToUserName": corp.corpid,
            "FromUserName": userid,
            "CreateTime": self._world.clock.unix(),
            "MsgType": "text",
            "Content": text,
            "MsgId": 7_000_000_000_000_000_000 + self._world.ids.count("wecom message"),
            "AgentID": agentid,
        }
        self._send(corp, corp.apps[agentid], "text", cause, fields)

    def card_pressed(
        self, corp: Corp, agentid: int, userid: str, card: StaffCard, key: str, code: str, cause: int
    ) -> None:
        """``template_card_event``."""
        fields: Fields = {
            "ToUserName": corp.corpid,
            "FromUserName": userid,
            "CreateTime": self._world.clock.unix(),
            "MsgType": "event",
            "Event": "template_card_event",
            "EventKey": key,
            "TaskId": card.task_id,
            "CardType": card.card_type,
            "ResponseCode": code,
            "AgentID": agentid,
        }
        self._send(corp, corp.apps[agentid], "template_card_event", cause, fields)

    def group_created(self, corp: Corp, chat: GroupChat, cause: int) -> None:
        """``create``."""
        self._chat_event(corp, chat, "create", cause, {})

    def group_dismissed(self, corp: Corp, chat: GroupChat, cause: int) -> None:
        """``dismiss``."""
        self._chat_event(corp, chat, "dismiss", cause, {})

    def group_changed(self, corp: Corp, chat: GroupChat, detail: str, cause: int) -> None:
        """``update`` without members: the app must read the group chat for what is new."""
        self._chat_event(corp, chat, "update", cause, {"UpdateDetail": detail})

    def group_members_changed(
        self, corp: Corp, chat: GroupChat, detail: str, userids: list[str], before: str, cause: int, **scene: int
    ) -> None:
        """``update`` with who came or went, and both versions of the member list."""
        names = {"join_scene": "JoinScene", "quit_scene": "QuitScene"}
        extra: Fields = {"UpdateDetail": detail, **{names[name]: value for name, value in scene.items()}}
        extra |= {"MemChangeCnt": len(userids), "MemChangeList": userids}
        self._chat_event(corp, chat, "update", cause, {**extra, "LastMemVer": before, "CurMemVer": chat.version})

    def kf_happened(self, corp: Corp, account: KfAccount, cause: int) -> None:
        """``kf_msg_or_event``: no word of what, only a token with which to ask."""
        for app in corp.apps.values():
            if app.kf_api and account.managed and app.callback is not None:
                fields: Fields = {
                    "ToUserName": corp.corpid,
                    "CreateTime": self._world.clock.unix(),
                    "MsgType": "event",
                    "Event": "kf_msg_or_event",
                    "Token": issue_token(self._world, account),
                    "OpenKfId": account.open_kfid,
                }
                self._send(corp, app, "kf_msg_or_event", cause, fields)

    def _chat_event(self, corp: Corp, chat: GroupChat, kind: str, cause: int, extra: Fields) -> None:
        fields: Fields = {
            "ToUserName": corp.corpid,
            "FromUserName": "sys",
            "CreateTime": self._world.clock.unix(),
            "MsgType": "event",
            "Event": "change_external_chat",
            "ChatId": chat.chat_id,
            "ChangeType": kind,
            **extra,
        }
        for app in corp.apps.values():
            if app.contact_api and (app.visible is None or chat.owner in app.visible):
                self._send(corp, app, f"change_external_chat/{kind}", cause, fields)

    def _contact_event(self, corp: Corp, friendship: Friendship, kind: str, cause: int, extra: Fields) -> None:
        fields: Fields = {
            "ToUserName": corp.corpid,
            "FromUserName": "sys",
            "CreateTime": self._world.clock.unix(),
            "MsgType": "event",
            "Event": "change_external_contact",
            "ChangeType": kind,
            "UserID": friendship.userid,
            "ExternalUserID": friendship.external_userid,
            **extra,
        }
        for app in corp.apps.values():
            if app.contact_api and (app.visible is None or friendship.userid in app.visible):
                self._send(corp, app, kind, cause, fields)

    def _send(self, corp: Corp, app: WecomApp, event: str, cause: int, fields: Fields) -> None:
        if app.callback is None:
            return
        account = f"{corp.corpid}/{app.agentid}"
        plain = write_xml(fields)
        delivery = make_delivery(self._world, account, corp.corpid, str(app.agentid), app.callback, event, cause, plain)
        self._deliveries.push(delivery)
