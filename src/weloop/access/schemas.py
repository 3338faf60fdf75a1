"""Schemas of the access routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.access.models import Role
from weloop.kit.http import PlainText, Schema


class SessionUser(Schema):
    """The signed-in user."""

    id: int
    login: str
    name: str
    role: Role
    locale: str
    theme: str


class Demo(Schema):
    """Where the simulator's console stands; only in the demo."""

    simulator_url: str


class SessionInfo(Schema):
    """Who is signed in, and the token that every changing request must carry as ``X-CSRF-Token``."""

    user: SessionUser
    csrf: str
    demo: Demo | None
    version: str


class Credentials(Schema):
    """Login and password."""

    login: Annotated[PlainText, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class PasswordChange(Schema):
    """The password as it is and as it shall be."""

    old: Annotated[str, Field(min_length=1, max_length=1024)]
    new: Annotated[str, Field(min_length=1, max_length=1024)]


class Preferences(Schema):
    """How the console looks to this user; what is left out stays."""

    locale: Literal["zh-CN", "en-US"] | None = None
    theme: Literal["light", "dark", "system"] | None = None


class AuditItem(Schema):
    """One act of an operator; ``user_name`` is None for the command line and for removed users.

    ``object_name`` is None where the log knows no name: persons are not named in it.
    """

    id: int
    at: datetime
    user_id: int | None
    user_name: str | None
    act: str
    object: str
    object_name: str | None
    detail: dict[str, Any]


class AuditPage(Schema):
    """A page of the audit log, newest first."""

    items: list[AuditItem]
    total: int
    page: int
    size: int


class AuditUser(Schema):
    """A user of whom there are entries; ``name`` is None for removed users and for 0, the product itself."""

    id: int
    name: str | None


class AuditChoices(Schema):
    """What filters may be set to: what there are entries of."""

    acts: list[str]
    kinds: list[str]
    users: list[AuditUser]
