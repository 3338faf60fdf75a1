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
    PROFILE_FETCHED = "ProfileFetched"
    """A profile came back, with aliases. data: found (bool), friends? [{staff, since (Unix s), state?, add_way?}]"""
    COMMAND_SENT = "CommandSent"
    """data: command, key, ref, result. The subject is the command's."""
    COMMAND_FAILED = "CommandFailed"
    """data: command, key, ref, code, errcode, reason"""
    COMMAND_UNCERTAIN = "CommandUncertain"
    """data: command, key, ref"""
    WELCOME_SKIPPED = "WelcomeSkipped"
    """The platform gave no code for a welcome. data: ref (state code), reason (no_welcome_code)"""
    UNKNOWN = "Unknown"
    """An event type this version has no name for; stored, marked and shown. data: type. personal: fields"""


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
