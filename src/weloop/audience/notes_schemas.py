"""Forms of attributes, tags and companies. Ids of persons travel as text: JavaScript would round them."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from weloop.audience.attributes_rules import KEY, MOST_CHOICES, AttributeType
from weloop.kit.http import MAX_ID, Label, PlainText, Schema, TextId

ShownId: TypeAlias = Annotated[str, BeforeValidator(str)]
Choice: TypeAlias = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
GroupName: TypeAlias = Annotated[PlainText, StringConstraints(strip_whitespace=True, max_length=100)]


class AttributeChange(Schema):
    """What may change of an attribute: its name, and the choices of a choice."""

    name: Label
    choices: Annotated[list[Choice], Field(default_factory=list, max_length=MOST_CHOICES)]


class AttributeInput(AttributeChange):
    """A new attribute; ``key`` names it in files, traits and rules."""

    key: Annotated[str, StringConstraints(pattern=f"^{KEY.pattern}$")]
    type: AttributeType


class AttributeInfo(Schema):
    """An attribute and of how many persons it is known."""

    id: int
    key: str
    name: str
    type: AttributeType
    choices: list[str]
    archived_at: datetime | None
    persons: int


class Archiving(Schema):
    """Put away, or taken back."""

    archived: bool


class TagRename(Schema):
    """Another name; ``group`` may be empty."""

    name: Label
    group: GroupName = ""


class TagInput(TagRename):
    """A new tag: of our own without an account, else made at it. Tags of WeCom have a group."""

    account_id: Annotated[int | None, Field(ge=1, le=MAX_ID)] = None


class MarkFailure(Schema):
    """Why the platform did not do it; ``code`` is the translation key ``error.<code>``."""

    code: str
    params: dict[str, Any]


class TagInfo(Schema):
    """A tag. ``persons`` carry it; ``waiting`` marks are on their way to the platform, ``failed`` ones did not go."""

    id: int
    account_id: int | None
    account_name: str | None
    kind: str
    """``local``, ``wecom`` or ``official_account``."""
    group: str
    name: str
    platform_id: str
    """Empty: our own, or the platform has none yet."""
    state: str
    is_pending: bool
    failure: MarkFailure | None
    archived_at: datetime | None
    persons: int
    waiting: int
    failed: int


class Refreshed(Schema):
    """How many accounts were asked."""

    accounts: int


class Marking(Schema):
    """Tags to put on persons (``on``) or to take off."""

    tags: Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Field(min_length=1, max_length=50)]
    persons: Annotated[list[TextId], Field(min_length=1, max_length=1000)]
    on: bool


class MarkingResult(Schema):
    """Of how many persons it is so now, whose platform was asked, and who has no relation with the account."""

    done: int
    waiting: int
    unreached: int


class NotedValue(Schema):
    """An attribute of a person; ``value`` null: not known."""

    id: int
    key: str
    name: str
    type: AttributeType
    choices: list[str]
    value: str | float | bool | None
    at: datetime | None
    origin: str | None


class NotedMark(Schema):
    """A mark under way: ``on`` is what shall become of it. ``staff``: the member it belongs to, empty where none."""

    staff: str
    on: bool
    failure: MarkFailure | None


class NotedTag(Schema):
    """A tag that a person carries (``since``), or that is under way to them."""

    id: int
    name: str
    group: str
    kind: str
    account_name: str | None
    since: datetime | None
    staff: list[str]
    marks: list[NotedMark]


class CompanyRef(Schema):
    """A company by name."""

    id: int
    name: str


class PersonNotes(Schema):
    """What we note of a person."""

    attributes: list[NotedValue]
    tags: list[NotedTag]
    company: CompanyRef | None


class ValuesInput(Schema):
    """Values by key of their attribute, as somebody wrote them; null takes one away."""

    values: Annotated[dict[str, str | float | bool | None], Field(min_length=1, max_length=100)]


class CompanyInfo(CompanyRef):
    """A company and how many persons belong to it."""

    created_at: datetime
    persons: int


class CompanyPage(Schema):
    """One page of companies, most persons first."""

    items: list[CompanyInfo]
    total: int
    page: int
    size: int


class CompanyName(Schema):
    """Another spelling."""

    name: Label


class CompanyJoin(Schema):
    """Into which company another goes."""

    into: Annotated[int, Field(ge=1, le=MAX_ID)]
