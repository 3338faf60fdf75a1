"""Identities: the names under which a platform knows somebody, and the links between them."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class IdentityKind(StrEnum):
    EXTERNAL_CONTACT = "external_contact"
    """``external_userid`` of WeCom; scope = corp id."""
    FOLLOWER = "follower"
    """``openid`` of an official account; scope = its app id."""
    UNIONID = "unionid"
    """One person across an open-platform entity; scope = "" (one entity per installation)."""
    PHONE = "phone"
    """Mobile number in digits; scope = ""."""
    EMAIL = "email"
    """E-mail address in small letters; scope = ""."""
    VISITOR = "visitor"
    """``anonymousId`` of a site or app; scope = the app id of its account."""
    SITE_USER = "site_user"
    """``userId`` that a site or app declares; scope = the app id of its account."""


class Strength(StrEnum):
    STRONG = "strong"
    """The platform itself says that both are one person."""
    WEAK = "weak"
    """Somebody typed it, or a browser carries it: a phone number in a remark or a form, a visitor who signed in."""


@dataclass(frozen=True, slots=True, order=True)
class IdentityRef:
    """One identity by its platform name. Equal refs have equal ids on every machine and in any order of arrival."""

    kind: IdentityKind
    scope: str
    value: str

    @property
    def digest(self) -> bytes:
        """32 bytes that tell two refs apart."""
        return hashlib.sha256("\0".join((self.kind, self.scope, self.value)).encode()).digest()

    @property
    def id(self) -> int:
        """Signed 64-bit id: the first eight bytes of the digest. It is also the subject that orders its events."""
        return int.from_bytes(self.digest[:8], "big", signed=True)


@dataclass(frozen=True, slots=True)
class Alias:
    """A statement that an event's subject is also known by another identity."""

    ref: IdentityRef
    strength: Strength


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform tells of one identity, whole: it replaces what was told before. None: there is no such thing."""

    name: str | None = None
    avatar_url: str | None = None
    gender: str | None = None
    company: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class PersonsMoved:
    """Identities went from one person to another: whoever keeps something per person folds these persons anew.

    ``persons``: those that identities left and those that they came to, including persons that are gone now.
    """

    persons: frozenset[int]


@dataclass(frozen=True, slots=True)
class IdentitiesSeen:
    """Identities were seen for the first time."""

    identities: frozenset[int]


@dataclass(frozen=True, slots=True)
class ConsentNoted:
    """Something was noted of the wishes of identities of which no event tells."""

    identities: frozenset[int]


@dataclass(frozen=True, slots=True)
class HoldsBegun:
    """Whoever these identities are gets no marketing from now on: an opt-out, a complaint, a sales talk, or somebody of
    whom one of these holds turns out to be the same person. What reaches many and has not left is judged again.
    """

    identities: frozenset[int]


@dataclass(frozen=True, slots=True)
class IdentitiesForgotten:
    """Identities were erased: whoever still does something for them ends it, and forgets what it noted of them.

    ``persons``: to whom they belonged, gone or not. ``events``: what these said of others is taken back, too.
    """

    identities: frozenset[int]
    persons: frozenset[int]
    events: frozenset[int] = frozenset()
