"""Events: what was received and what we did, in the words of this product."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from weloop.contracts.identities import Alias, IdentityRef, Profile
from weloop.contracts.json import JsonObject


class Lane(IntEnum):
    """Order of urgency; lower goes first."""

    REALTIME = 0
    NORMAL = 1
    BULK = 2


class EventKind(StrEnum):
    """Kinds of events, past tense. ``data`` and ``personal`` of each are given below it."""

    CONTACT_ADDED = "ContactAdded"
    """WeCom friendship. data: staff, state?, half (bool: the member has not confirmed). personal: welcome_code?"""
    CONTACT_EDITED = "ContactEdited"
    """Remark or tags changed in a WeCom client. data: staff, state?"""
    CONTACT_REMOVED = "ContactRemoved"
    """A member deleted the customer. data: staff, source?"""
    CONTACT_LOST = "ContactLost"
    """The customer deleted the member. data: staff"""
    CONTACT_TRANSFER_FAILED = "ContactTransferFailed"
    """data: staff, reason"""
    ARCHIVE_AGREED = "ArchiveAgreed"
    """The customer agreed to message archive. data: staff. personal: welcome_code?"""
    STAFF_MESSAGE_RECEIVED = "StaffMessageReceived"
    """A member wrote to the WeCom app. data: staff, type. personal: text?. No subject."""
    FOLLOWER_SUBSCRIBED = "FollowerSubscribed"
    """data: scene?"""
    FOLLOWER_UNSUBSCRIBED = "FollowerUnsubscribed"
    FOLLOWER_SCANNED = "FollowerScanned"
    """A follower scanned a scene QR code. data: scene"""
    FOLLOWER_MESSAGE_RECEIVED = "FollowerMessageReceived"
    """data: type, message_id. personal: text?"""
    KF_NOTIFIED = "KfNotified"
    """There is something new in WeChat customer service (微信客服). data: open_kfid. personal: token. No subject."""
    KF_SESSION_ENTERED = "KfSessionEntered"
    """A customer opened the chat of a customer-service account. data: open_kfid, scene? (of the link)"""
    KF_MESSAGE_RECEIVED = "KfMessageReceived"
    """A customer wrote to customer service. data: open_kfid, type, message_id. personal: text?"""
    KF_MESSAGE_ANSWERED = "KfMessageAnswered"
    """A servicer wrote to the customer, by hand in the client. data: open_kfid, type, message_id, staff.
    personal: text?"""
    STAFF_MESSAGE_ARCHIVED = "StaffMessageArchived"
    """A service of the company read in its message archive that a member wrote to a customer. data: corp_id, staff,
    message_id. What was written is told to nobody"""
    PROFILE_FETCHED = "ProfileFetched"
    """A profile came back, with aliases. data: found (bool), friends? [{staff, since (Unix s), state?, add_way?,
    tags? [the platform's ids]}]"""
    COMMAND_SENT = "CommandSent"
    """data: command, key, ref, result. The subject is the command's."""
    COMMAND_FAILED = "CommandFailed"
    """data: command, key, ref, code, errcode, reason"""
    COMMAND_UNCERTAIN = "CommandUncertain"
    """data: command, key, ref"""
    MASS_MESSAGE_ENDED = "MassMessageEnded"
    """A member confirmed a mass message, and this is what became of it for the subject. data: task_id, msgid, staff,
    outcome (sent, no_friend, quota, left_out)"""
    MASS_JOB_FINISHED = "MassJobFinished"
    """A mass message of an official account was sent, or was not. data: msg_id, status (the platform's words), total,
    chosen (after the platform's filters), sent, failed. No subject."""
    NOTICE_ENDED = "NoticeEnded"
    """A notice (模板消息) arrived at the subject, or did not; a message in customer service did not. data: message_id
    (of the command's result), template_id? (of a 订阅通知), outcome (delivered, undelivered), status (the platform's
    words)"""
    NOTICE_ANSWERED = "NoticeAnswered"
    """A follower let subscription notices (订阅通知) of a template come, or not. data: template_id, answer (accepted,
    declined; withdrawn: none of those accepted before may come)"""
    COMMAND_REFUSED = "CommandRefused"
    """Policy let a message not go. data: command, key, ref, code (of the first reason), errcode (0), reason (all codes,
    with blanks between)"""
    CONSENT_WITHDRAWN = "ConsentWithdrawn"
    """The person wants no more marketing. data: word? (what they wrote), open_kfid? (to customer
    service), by? (id of the user who noted it)"""
    CONSENT_GIVEN = "ConsentGiven"
    """The person wants marketing again. data: as above"""
    WELCOME_SKIPPED = "WelcomeSkipped"
    """The platform gave no code for a welcome. data: ref (state code), reason (no_welcome_code)"""
    MENU_CLICKED = "MenuClicked"
    """A follower used the account's menu. data: type (click, view, view_miniprogram), key (menu key or address)"""
    GROUP_CHAT_CHANGED = "GroupChatChanged"
    """data: chat_id, change (create, update, dismiss, found), detail?, join_scene?, quit_scene?, last_version?,
    version?, members? [identity ids of external contacts], status? (as the platform lists it, with found). No subject.
    """
    GROUP_JOINED = "GroupJoined"
    """An external contact is in a group chat. data: chat_id, name?, state?, join_scene?, invitor?. aliases: unionid.
    profile: name, which a fetched profile replaces"""
    GROUP_LEFT = "GroupLeft"
    """data: chat_id, joined (when that member had come, Unix s), quit_scene? (0 left, 1 removed)"""
    STAFF_CARD_ANSWERED = "StaffCardAnswered"
    """A member pressed a button of a card. data: staff, key, task_id, response_code. No subject."""
    PAGE_VIEWED = "PageViewed"
    """Track API ``page`` and ``screen``. data: name?, category?, path?, state?, properties {..}. personal: properties?
    {what may name somebody}, page?, user_agent?, user_id? (claimed with a public key)"""
    TRACKED = "Tracked"
    """Track API ``track``. data: name (the event's own name), state?, properties {..}. personal: as above"""
    IDENTIFIED = "Identified"
    """Track API ``identify``, ``alias`` and ``group``. data: method, group?. personal: traits {..}, page?, user_agent?,
    user_id?, group? (one that may name somebody). aliases: with a server key only"""
    PERSON_IMPORTED = "PersonImported"
    """A row of a file says who somebody is; nobody did anything. data: import_id, row, lead (bool), owner?, state?.
    personal: title?, need?, note?. aliases: the other names of the row. profile: name, company, where none is told"""
    LINK_OPENED = "LinkOpened"
    """A first-party short link was opened by a person's browser. data: state, link (its slug). personal: user_agent"""
    SIDEBAR_SENT = "SidebarSent"
    """A member sent something to the subject from the chat sidebar, as their page reports. data: staff, type (text,
    link, image, file), script?, article?, lead_id? (the open lead). personal: text?, title?, url?"""
    LEAD_CREATED = "LeadCreated"
    """data: lead_id, origin (contact, form, import, manual), state?, staff?. personal: note?. profile and
    aliases where the lead is the first we hear of somebody"""
    LEAD_ASSIGNED = "LeadAssigned"
    """data: lead_id, staff, reason (friend, sticky, pool, next, manual, imported, claimed, returned), from?.
    staff is empty in the open pool"""
    LEAD_ACCEPTED = "LeadAccepted"
    """已接单. data: lead_id, staff, by (card, h5, console, or the evidence of a first contact)"""
    LEAD_CONTACTED = "LeadContacted"
    """First contact. data: lead_id, staff, evidence (marked, sidebar, kf, archive), seconds (of shift), by? (another
    member, who made it)"""
    LEAD_ADVANCED = "LeadAdvanced"
    """data: lead_id, from, to (lead, mql, accepted, sql, opportunity, won, lost), staff?, reason?, amount? (CNY, 元)"""
    LEAD_WITHDRAWN = "LeadWithdrawn"
    """The import that made a lead was undone before anybody touched it. data: lead_id, import_id"""
    LEAD_CLOCK_EXPIRED = "LeadClockExpired"
    """data: lead_id, clock (accept, contact), staff"""
    FOLLOW_UP_WRITTEN = "FollowUpWritten"
    """data: lead_id, staff, next_at?"""
    TASK_DONE = "TaskDone"
    """A staff task ended. data: task_id, kind (follow_up, add_friend: of a lead; staff_task), staff, outcome (of a
    staff_task: done, declined, expired, nobody: no member could do it, and there is no task_id), lead_id?, ref? (what
    asked for it)"""
    JOURNEY_ASKED = "JourneyAsked"
    """A step of a journey has something done inside the product. data: act (the type of the node), node, its fields,
    from_journey, run_id, seq, hops? (of journeys that led here). personal: title?, note? (of a task)"""
    ATTRIBUTE_CHANGED = "AttributeChanged"
    """An attribute of a person is another one. data: attribute (its key). personal: value (null: none any more)"""
    PERSON_TAGGED = "PersonTagged"
    """A person carries a tag that they did not carry. data: tag_id, tag (its name)"""
    PERSON_UNTAGGED = "PersonUntagged"
    """A person does not carry a tag any more. data: tag_id, tag"""
    PLATFORM_TAGS_CHANGED = "PlatformTagsChanged"
    """Tags of a WeCom corp were made, changed, deleted or ordered. data: change. No subject."""
    SEGMENT_ENTERED = "SegmentEntered"
    """Somebody became a member of a segment. data: segment_id. The subject is one identity of the person."""
    SEGMENT_LEFT = "SegmentLeft"
    """Somebody is a member no more. data: segment_id"""
    UNKNOWN = "Unknown"
    """An event type this version has no name for; stored, marked and shown. data: type. personal: fields"""


UNSOURCED: frozenset[EventKind] = frozenset()
"""Kinds that are named already and that nothing in this version appends: a screen says 无数据源, not zero."""

SCENE_PREFIX = "qrscene_"
"""What the platform puts before the scene of a code when somebody follows through it; not when a follower scans it."""


def state_of(data: JsonObject) -> str:
    """The state code that an event's ``data`` carries; empty without one. The scene of a scene code is its state."""
    return str(data.get("state") or data.get("scene") or "").removeprefix(SCENE_PREFIX)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event on its way into the log.

    ``dedupe`` names the occurrence within its account: the same text twice is one event.
    ``data`` holds nothing personal and stays for ever; ``personal`` is sealed with the subject's key and dies with it.
    ``identity_id`` names the subject where only its id is at hand, as with the outcomes of commands.
    """

    account_id: int
    kind: EventKind
    dedupe: str
    occurred_at: datetime
    subject: IdentityRef | None = None
    data: JsonObject = field(default_factory=dict)
    personal: JsonObject = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    profile: Profile | None = None
    lane: Lane = Lane.NORMAL
    trace_id: str = ""
    identity_id: int | None = None

    @property
    def subject_id(self) -> int | None:
        """The id of the subject, if it has one."""
        return self.subject.id if self.subject is not None else self.identity_id


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log as handlers see it. ``personal`` is empty once the subject's key was deleted."""

    id: int
    account_id: int
    kind: EventKind
    occurred_at: datetime
    recorded_at: datetime
    subject: IdentityRef | None
    identity_id: int | None
    data: JsonObject
    personal: JsonObject
    aliases: tuple[Alias, ...]
    profile: Profile | None
    trace_id: str
