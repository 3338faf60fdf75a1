"""What an official account's server is called back about."""

from wxsim.wire.deliveries import Deliveries, Reply, make_delivery
from wxsim.wire.official_account.replies import read_reply
from wxsim.wire.xml import Fields, write_xml
from wxsim.world.account_mass import MassJob
from wxsim.world.following import account_chat
from wxsim.world.official_accounts import Follower, OfficialAccount, SceneCode
from wxsim.world.world import World

FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
HELPER = "oMphelper_01"
"""The platform's own account, in whose name results of jobs are told."""
FIRST_MESSAGE_ID = 23_000_000_000_000_000


class AccountEvents:
    """Turns happenings of an official account into callbacks."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries

    def followed(self, account: OfficialAccount, follower: Follower, code: SceneCode | None, cause: int) -> None:
        """``subscribe``; by a scene code with ``qrscene_`` and the ticket."""
        extra: Fields = {"EventKey": ""}
        if code:
            extra = {"EventKey": f"qrscene_{code.scene}", "Ticket": code.ticket}
        self._event(account, follower, "subscribe", cause, extra)

    def unfollowed(self, account: OfficialAccount, follower: Follower, cause: int) -> None:
        """``unsubscribe``."""
        self._event(account, follower, "unsubscribe", cause, {"EventKey": ""})

    def scanned(self, account: OfficialAccount, follower: Follower, code: SceneCode, cause: int) -> None:
        """``SCAN`` of somebody who follows already."""
        self._event(account, follower, "SCAN", cause, {"EventKey": code.scene, "Ticket": code.ticket})

    def menu_used(self, account: OfficialAccount, follower: Follower, kind: str, key: str, cause: int) -> None:
        """``CLICK``, ``VIEW`` or ``view_miniprogram``; ``MenuId`` belongs to individual menus alone."""
        event = {"click": "CLICK", "view": "VIEW"}.get(kind, "view_miniprogram")
        self._event(account, follower, event, cause, {"EventKey": key})

    def mass_finished(self, account: OfficialAccount, job: MassJob, cause: int) -> None:
        """``MASSSENDJOBFINISH``, in the name of the platform's helper."""
        if account.callback is None:
            return
        articles: Fields = {"item": {"ArticleIdx": 1, "ArticleUrl": job.article_url}} if job.article_url else {}
        fields: Fields = {
            "ToUserName": account.original_id,
            "FromUserName": HELPER,
            "CreateTime": self._world.clock.unix(),
            "MsgType": "event",
            "Event": "MASSSENDJOBFINISH",
            "MsgID": job.msg_id,
            "Status": "send success",
            "TotalCount": job.total,
            "FilterCount": job.chosen,
            "SentCount": job.sent,
            "ErrorCount": job.failed,
            "CopyrightCheckResult": {"Count": 0, "ResultList": {}, "CheckState": 1},
            "ArticleUrlResult": {"Count": len(articles), "ResultList": articles},
        }
        self._deliveries.push(
            make_delivery(
                self._world,
                account.appid,
                account.appid,
                "",
                account.callback,
                "MASSSENDJOBFINISH",
                cause,
                write_xml(fields),
                openid=HELPER,
            )
        )

    def template_finished(
        self, account: OfficialAccount, follower: Follower, msgid: int, status: str, cause: int
    ) -> None:
        """``TEMPLATESENDJOBFINISH``, in the name of whom it was for."""
        self._event(account, follower, "TEMPLATESENDJOBFINISH", cause, {"MsgID": msgid, "Status": status})

    def popup_answered(
        self, account: OfficialAccount, follower: Follower, template_id: str, accept: bool, cause: int
    ) -> None:
        """``subscribe_msg_popup_event``."""
        item: Fields = {
            "TemplateId": template_id,
            "SubscribeStatusString": "accept" if accept else "reject",
            "PopupScene": 1,
        }
        self._event(account, follower, "subscribe_msg_popup_event", cause, {"SubscribeMsgPopupEvent": {"List": item}})

    def notices_withdrawn(self, account: OfficialAccount, follower: Follower, template_id: str, cause: int) -> None:
        """``subscribe_msg_change_event``: only ``reject`` is pushed."""
        item: Fields = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
        self._event(account, follower, "subscribe_msg_change_event", cause, {"SubscribeMsgChangeEvent": {"List": item}})

    def notice_finished(
        self, account: OfficialAccount, follower: Follower, template_id: str, msgid: int, cause: int
    ) -> None:
        """``subscribe_msg_sent_event``."""
        item: Fields = {"TemplateId": template_id, "MsgID": str(msgid), "ErrorCode": 0, "ErrorStatus": "success"}
        self._event(account, follower, "subscribe_msg_sent_event", cause, {"SubscribeMsgSentEvent": {"List": item}})

    def account_message(
        self, account: OfficialAccount, follower: Follower, text: str, menu_id: str, cause: int
    ) -> None:
        """A text message; ``bizmsgmenuid`` after a tap on a menu message."""
        extra: dict[str, str | int] = {
            "Content": text,
            "MsgId": FIRST_MESSAGE_ID + self._world.ids.count("account message"),
        }
        if menu_id:
            extra["bizmsgmenuid"] = int(menu_id) if menu_id.isdecimal() else menu_id
        self._tell(account, follower, "text", "text", cause, extra)

    def _event(self, account: OfficialAccount, follower: Follower, event: str, cause: int, extra: Fields) -> None:
        self._tell(account, follower, "event", event, cause, {"Event": event, **extra})

    def _tell(
        self, account: OfficialAccount, follower: Follower, kind: str, event: str, cause: int, extra: Fields
    ) -> None:
        if account.callback is None:
            return
        fields: Fields = {
            "ToUserName": account.original_id,
            "FromUserName": follower.openid,
            "CreateTime": self._world.clock.unix(),
            "MsgType": kind,
            **extra,
        }
        delivery = make_delivery(
            self._world,
            account.appid,
            account.appid,
            "",
            account.callback,
            event,
            cause,
            write_xml(fields),
            openid=follower.openid,
            reply=self._listen(account, follower),
        )
        self._deliveries.push(delivery)

    def _listen(self, account: OfficialAccount, follower: Follower) -> Reply:
        async def reply(answer: bytes) -> str:
            problem = read_reply(self._world, account, follower, answer)
            if problem and self._world.switches.detect_own_replies:
                chat = account_chat(self._world, account, follower.person)
                self._world.show(chat, "notice", "text", text=FAULT_NOTICE)
                self._world.ledger.write(
                    "reply.malformed", appid=account.appid, openid=follower.openid, problem=problem
                )
            return ""

        return reply
