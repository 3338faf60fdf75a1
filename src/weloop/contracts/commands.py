"""Commands: what shall be done on a platform, already rendered, with how sure we may be about doing it once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import uuid4

from weloop.contracts.errors import PlatformError
from weloop.contracts.events import Lane, NewEvent
from weloop.contracts.json import JsonObject


class CommandName(StrEnum):
    """Commands, imperative. ``body`` and ``result`` of each are given below it."""

    SEND_WELCOME = "SendWelcome"
    """WeCom welcome message. body: welcome_code, text?, attachments [..]. idempotent by its once-only code."""
    FETCH_PROFILE = "FetchProfile"
    """body: kind, value of the identity. Appends ProfileFetched."""
    FETCH_EXISTING = "FetchExisting"
    """A page of the people who were there before. body: scope, place, cursor (both empty at first). result: place,
    cursor, done (bool), seen, total (or null). Appends ProfileFetched, once however often it says the same. Reads
    only."""
    CREATE_CONTACT_WAY = "CreateContactWay"
    """body: source_id, state, remark, users [..], skip_verify. result: config_id, qr_code. at_most_once."""
    UPDATE_CONTACT_WAY = "UpdateContactWay"
    """body: source_id, config_id, remark, users [..], skip_verify."""
    DELETE_CONTACT_WAY = "DeleteContactWay"
    """body: source_id, config_id."""
    CREATE_JOIN_WAY = "CreateJoinWay"
    """Group join way. body: join_way_id, remark, chats [..], auto_create, base_name, base_id, state. result:
    config_id, qr_code, file_id (its stored picture; both empty when the platform did not tell yet). at_most_once."""
    UPDATE_JOIN_WAY = "UpdateJoinWay"
    """body: the same with config_id. result: the same."""
    DELETE_JOIN_WAY = "DeleteJoinWay"
    """body: join_way_id, config_id."""
    FETCH_GROUP_CHAT = "FetchGroupChat"
    """body: chat_id, scope (corp id). result: chat_id, gone, fetched_at (Unix s), name?, owner?, created_at?, version?,
    staff?, customers?. Appends GroupJoined for external contacts new to us, GroupLeft for those who are gone."""
    LIST_GROUP_CHATS = "ListGroupChats"
    """body: {}. Appends GroupChatChanged (found) for every group chat of the account."""
    FETCH_KF_MESSAGES = "FetchKfMessages"
    """A page of what was said in WeChat customer service. body: open_kfid, scope (corp id), token?, told_at? (Unix s,
    when the token was given). result: open_kfid, errcode (0, or why the account may not be read), cursor (where the
    page began), next_cursor, more (bool). Appends KfSessionEntered, KfMessageReceived, KfMessageAnswered. Reads
    only."""
    LIST_KF_ACCOUNTS = "ListKfAccounts"
    """body: {}. result: errcode (0, or why customer service may not be read), accounts [{open_kfid, name}]. Reads
    only."""
    CHECK_ARCHIVE_CONSENT = "CheckArchiveConsent"
    """Whether a customer let what a member and they say be archived. body: lead_id, staff, external_userid, at (Unix
    s, of the message), message_id. result: the same without external_userid, errcode (0, or why the platform does not
    say), status (Agree, Disagree, Default_Agree; empty: it knows of nothing), changed_at (Unix s). Reads only."""
    FETCH_ARTICLES = "FetchArticles"
    """Drafts and published articles of an official account. body: {}. result: whole (bool: no page was left out),
    fetched_at (Unix s), drafts [{id, index, title, url, at}], published [{id, index, title, url, at, deleted}] (at in
    Unix s). Reads only."""
    FETCH_ARTICLE_READS = "FetchArticleReads"
    """Official figures of one Beijing day. body: day (YYYY-MM-DD). result: day, delayed (bool: ask again later),
    published [{msgid, title, url}] on that day, reads [{msgid, readers}]. Reads only."""
    SEND_STAFF_CARD = "SendStaffCard"
    """App message to members. body: users [..], msgtype, content. subject: whom it names, if anybody. result:
    message_id, response_code, unreached [..]. at_most_once."""
    UPDATE_STAFF_CARD = "UpdateStaffCard"
    """body: users [..], response_code, replace_name. Replaces the buttons of a card that was answered.
    idempotent by its once-only code."""
    CREATE_SCENE_QR = "CreateSceneQr"
    """A code with a scene of an official account. body: scene, expire_seconds (0: permanent). result: url (what the
    code says), expires_at (Unix s; 0: never). A second one of the same scene does no harm."""
    SEND_SERVICE_MESSAGE = "SendServiceMessage"
    """A customer-service message (客服消息) to a follower. body: openid, and link {title, desc, url, picurl}, or text
    and perhaps join_way (a state code, whose address is put behind it). ref: the state code that caused a reply, if
    any. at_most_once."""
    SEND_TEMPLATE = "SendTemplate"
    """A template message (模板消息) to a follower. body: openid, template_id, values {place: text}, url?. result:
    message_id; whether it arrived is told by NoticeEnded. at_most_once, and once within ten minutes by its key."""
    SEND_NOTICE = "SendNotice"
    """A subscription notice (订阅通知) to a follower who accepted it. body: openid, template_id, values {place: text},
    url?. ref: the template's id. Whether it arrived is told by NoticeEnded. at_most_once."""
    FETCH_TEMPLATES = "FetchTemplates"
    """Templates of an official account. body: {}. result: errcode (0, or why the account may not use them), fetched_at
    (Unix s, with fractions), templates [{id, title, content, example, kind (template; once, long: of subscription
    notices)}]. Reads only."""
    SEND_KF_MESSAGE = "SendKfMessage"
    """A text in WeChat customer service (微信客服), while the customer's last message allows it. body: open_kfid,
    external_userid, text. result: message_id; if it fails later, NoticeEnded tells. at_most_once, by an id of ours."""
    CREATE_MASS_TASK = "CreateMassTask"
    """A mass message (企业群发) of one member, who must confirm it. body: staff, customers [external_userid ..], text?,
    attachments [..]. ref: the task's id. result: msgid, failed [places in customers of those who are nobody's friend].
    at_most_once."""
    SEND_MASS_MESSAGE = "SendMassMessage"
    """What one customer gets of a mass task. Never enqueued: it is judged as every message is, before the task is made.
    """
    FETCH_MASS_TASK = "FetchMassTask"
    """Whether the member has confirmed, and a page of what became of the customers. body: msgid, staff, scope (corp
    id), cursor (empty at first). ref: the task's id. result: confirmed (bool), sent_at (Unix s, 0: not yet),
    next_cursor. Appends MassMessageEnded. Reads only."""
    REMIND_MASS_TASK = "RemindMassTask"
    """body: msgid. ref: the task's id."""
    CANCEL_MASS_TASK = "CancelMassTask"
    """Whoever has not confirmed cannot any more. body: msgid. ref: the task's id. A second time does no harm."""
    CREATE_MOMENT_TASK = "CreateMomentTask"
    """A post in customers' Moments (客户朋友圈), which each member of its occasion must confirm. body: tags [the
    platform's tag ids; none: all customers], text?, attachments [images, or one link]. ref: the post's id. result:
    jobid. at_most_once. It leaves for those members who may publish it; the rest waits as a command of its own."""
    FETCH_MOMENT_JOB = "FetchMomentJob"
    """What became of making it. body: jobid. ref: the post's id. result: done (bool), moment_id, errcode (0, or why
    there is none), reason, invalid [userids]. Reads only."""
    FETCH_MOMENT_TASK = "FetchMomentTask"
    """Who has published it. body: moment_id. ref: the post's id. result: members [{staff, published}]. Reads only."""
    FETCH_MOMENT_RESULT = "FetchMomentResult"
    """What it brought one member who has published it. body: moment_id, staff. ref: the post's id. result: staff,
    visible (customers who could see it), likes, comments (of customers). Reads only."""
    CANCEL_MOMENT_TASK = "CancelMomentTask"
    """Whoever has not published it cannot any more. body: moment_id. ref: the post's id. A second time does no harm.
    """
    SEND_ACCOUNT_MASS = "SendAccountMass"
    """A mass message (群发) of an official account. body: client_id, msgtype, content, and one of all (true), tag_id,
    openids [..]. result: msg_id. idempotent by its client id, for a day."""
    SEND_ACCOUNT_MASS_MESSAGE = "SendAccountMassMessage"
    """What one follower gets of a list of it. Never enqueued: it is judged as every message is, before the job is made.
    """
    FETCH_ACCOUNT_MASS = "FetchAccountMass"
    """How a job of it ended, where its callback was lost. body: msg_id. ref: broadcast:job. result: status
    (SEND_SUCCESS, SENDING, SEND_FAIL, DELETE); counts come with the callback alone. Reads only."""
    PREVIEW_ACCOUNT_MASS = "PreviewAccountMass"
    """The same to one follower, as a test. body: openid, msgtype, content. at_most_once."""
    PUBLISH_MENU = "PublishMenu"
    """Replace the menu of an official account. body: buttons [{name, type, key?, url?, sub_button? [..]}]. A second
    time does no harm."""
    FETCH_MENU = "FetchMenu"
    """The menu that is live, whoever made it. body: {}. result: open (bool), buttons [{name, type, value, sub [..]}],
    fetched_at (Unix s). Reads only."""
    FETCH_TAGS = "FetchTags"
    """All tags of a WeCom corp or an official account. body: {}. result: tags [{id, name, group}], fetched_at (Unix s,
    with fractions). Reads only."""
    CREATE_TAG = "CreateTag"
    """body: tag_id, name, group (of WeCom; a new one is made with it). result: tag_id, id (the platform's), name. A
    tag of that name that is there already is taken for the one that was made."""
    RENAME_TAG = "RenameTag"
    """body: tag_id, id, name. result: the same."""
    MARK_CUSTOMER = "MarkCustomer"
    """Tags of one member's customer. body: staff, external_userid, add [platform ids], remove [..]."""
    MARK_FOLLOWERS = "MarkFollowers"
    """One tag of up to fifty followers. body: id (the platform's), on (bool), openids [..], identities [their ids].
    result: refused [identity ids]."""
    DELIVER_WEBHOOK = "DeliverWebhook"
    """A signed POST to another system. body: webhook_id, made_at (Unix s), type, timestamp, event_id, of_account, data.
    result: status (HTTP), or skipped (off: the webhook was switched off meanwhile). at_least_once."""


class Delivery(StrEnum):
    """What happens to an attempt whose outcome is not known (the process died, the answer was lost)."""

    IDEMPOTENT = "idempotent"
    """Try again: the platform knows a repeat by its key or once-only code."""
    AT_LEAST_ONCE = "at_least_once"
    """Try again: a repeat does no harm."""
    AT_MOST_ONCE = "at_most_once"
    """Do not try again: it becomes uncertain and goes to a person."""


MESSAGES = frozenset(
    {
        CommandName.SEND_WELCOME,
        CommandName.SEND_SERVICE_MESSAGE,
        CommandName.SEND_TEMPLATE,
        CommandName.SEND_NOTICE,
        CommandName.SEND_KF_MESSAGE,
        CommandName.SEND_MASS_MESSAGE,
        CommandName.SEND_ACCOUNT_MASS_MESSAGE,
    }
)
"""Commands that reach a person: policy judges each when it is about to leave."""
CLASSED = MESSAGES | {CommandName.CREATE_MOMENT_TASK}
"""Commands that have a class."""


MANY = frozenset({CommandName.CREATE_MASS_TASK, CommandName.SEND_ACCOUNT_MASS})
"""Commands that reach many: whoever makes one has asked policy about each before."""
PARTS = frozenset({CommandName.SEND_MASS_MESSAGE, CommandName.SEND_ACCOUNT_MASS_MESSAGE})
"""What one person gets of these: whether the account sends is asked of the command for all."""


@dataclass(frozen=True, slots=True)
class ManyReplayed:
    """Dead commands that reach many shall be tried again. They are gone: whoever made them judges everybody anew."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class ManyReturned:
    """A command that reaches many, of which surely nothing left, may not go now, or its platform did not take it. It is
    gone: whoever made it judges everybody anew, not before ``due``, and not after ``expires_at``. ``why``: codes with
    blanks between, the weightiest first."""

    key: str
    due: datetime
    why: str
    expires_at: datetime | None


HELD = MESSAGES | {
    CommandName.SEND_ACCOUNT_MASS,
    CommandName.CREATE_MASS_TASK,
    CommandName.CREATE_MOMENT_TASK,
    CommandName.SEND_STAFF_CARD,
}
"""Commands that wait while their account does not work, rather than fail."""
WINDOWED = frozenset({CommandName.SEND_SERVICE_MESSAGE, CommandName.SEND_KF_MESSAGE})
"""Messages that the platform lets go while something the person did allows it."""


class MessageClass(StrEnum):
    """What a message is to the person who gets it. It follows from what is on record, never from who writes it."""

    MARKETING = "marketing"
    """Whatever nobody asked for, and everything with an advertisement in it."""
    SERVICE = "service"
    """About a campaign that the person signed up for: reminders, links, files, replay."""
    CONVERSATION = "conversation"
    """An answer to what the person has just done."""
    MOMENT = "moment"
    """A post in Moments: it is pushed to nobody, so it is judged by what its members have posted."""


@dataclass(frozen=True, slots=True)
class Post:
    """Of a post in Moments: the members who publish it, and what tells its words and pictures from others."""

    members: tuple[str, ...]
    creative: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a message goes to somebody: what its class follows from.

    ``answers``: when the person did what it answers (an event of the log). ``by_hand``: somebody wrote it for this
    person. ``campaign_id``: what it is about; whether the person signed up for that is looked up when it leaves.
    ``advert``: it carries an advertisement (广告). ``post``: of a post in Moments. Without any of them it is marketing.
    """

    answers: datetime | None = None
    by_hand: bool = False
    campaign_id: int | None = None
    advert: bool = False
    post: Post | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``key`` is unique for ever; ``coalesce`` is unique among those still waiting.

    ``ref`` says what it is about (a source's id, a state code) and comes back in the events of its outcome.
    Due times and expiry are world time. After ``expires_at`` it is refused, not sent. ``occasion``: of a message.
    ``queue``: whose it is (``journey:7``); in the bulk lane every queue gets the same share.
    """

    key: str
    name: CommandName
    account_id: int
    body: JsonObject
    delivery: Delivery
    lane: Lane = Lane.NORMAL
    subject_id: int | None = None
    ref: str = ""
    due: datetime | None = None
    expires_at: datetime | None = None
    coalesce: str | None = None
    trace_id: str = ""
    occasion: Occasion | None = None
    queue: str = ""


def read_all(name: CommandName, account_id: int, lane: Lane = Lane.NORMAL) -> Command:
    """Read all of something from an account; once, however many ask while it waits, and again for who asks later."""
    what = f"{name}:{account_id}"
    return Command(
        key=f"{what}:{uuid4().hex}",
        name=name,
        account_id=account_id,
        body={},
        delivery=Delivery.AT_LEAST_ONCE,
        lane=lane,
        ref=str(account_id),
        coalesce=what,
    )


@dataclass(frozen=True, slots=True)
class Done:
    """The platform took it. ``events`` go into the log together with the outcome."""

    result: JsonObject = field(default_factory=dict)
    events: tuple[NewEvent, ...] = ()


Outcome: TypeAlias = Done | PlatformError


class Sender(Protocol):
    """Carries out commands of one name for one account; answers one outcome each, in order; never raises."""

    @property
    def batch(self) -> int:
        """How many commands one call takes at most."""

    @property
    def bucket(self) -> str:
        """Name of the rate limit it draws from."""

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """Send to the platform. No database transaction is open meanwhile."""
