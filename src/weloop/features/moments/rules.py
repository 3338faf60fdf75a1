"""Pure rules of posts in Moments: what the platform takes, what makes two the same, when they are looked at."""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from weloop.contracts.adverts import check_label
from weloop.contracts.contact_rules import HoursOfDay
from weloop.contracts.errors import InvalidInput

FEW = 20
"""Of fewer customers no rate is told."""


class Kind(StrEnum):
    """What a post is for. ``ad`` carries an advertisement."""

    AD = "ad"
    PERSONA = "persona"
    VALUE = "value"
    PROOF = "proof"
    INTERACTION = "interaction"


class State(StrEnum):
    """See ``models.MomentRow``."""

    DRAFT = "draft"
    PLANNED = "planned"
    ASKED = "asked"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class MemberState(StrEnum):
    """See ``models.MomentMemberRow``."""

    ASKED = "asked"
    PUBLISHED = "published"
    INVALID = "invalid"


@cache
def load_limits() -> Mapping[str, Mapping[str, int]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def check_content(kind: Kind, text: str, attachments: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what the platform would not take, and an advertisement that does not say so."""
    limits = load_limits()["post"]
    if len(text) > limits["characters"] or len(text.encode()) > limits["bytes"]:
        raise InvalidInput("the text is too long", code="text_long", field="text", max=limits["bytes"])
    if not text.strip() and not attachments:
        raise InvalidInput("a post needs a text, pictures or a link", code="moment_empty")
    links = [each for each in attachments if each["type"] == "link"]
    if links and len(attachments) > 1:
        raise InvalidInput("a post has pictures or one link", code="moment_attachments", max=limits["images"])
    for link in links:
        if len(link["title"].encode()) > limits["link_title_bytes"]:
            most = limits["link_title_bytes"]
            raise InvalidInput("the title of the link is too long", code="text_long", field="title", max=most)
    if kind is Kind.AD:
        check_label({"text": text, "link.title": "".join(link["title"] for link in links)})


def creative_of(text: str, attachments: Sequence[Mapping[str, Any]]) -> str:
    """The same words, pictures and link are the same creative."""
    shown = [(each["type"], each["file_id"], each.get("url")) for each in attachments]
    return hashlib.sha256(json.dumps([text.strip(), shown]).encode()).hexdigest()


def is_outside(windows: Sequence[HoursOfDay], moment: datetime) -> bool:
    """Whether few look into Moments then."""
    return bool(windows) and all(window.ends_after(moment) is None for window in windows)


def expires_at(leaves: datetime) -> datetime:
    """What policy holds back for longer than that is not posted any more."""
    return leaves + timedelta(days=load_limits()["look"]["keep_days"])


def next_job_look(asked_at: datetime, now: datetime) -> datetime | None:
    """When it is asked again whether the task is made: ever more seldom; None once the platform has forgotten."""
    look = load_limits()["look"]
    age = now - asked_at
    if age >= timedelta(hours=look["job_hours"]):
        return None
    return now + max(age, timedelta(seconds=look["job_seconds"]))


def per_thousand(interactions: int, visible: int) -> float | None:
    """Likes and comments for 1,000 customers who could see it; None of too few."""
    return round(1000 * interactions / visible, 1) if visible >= FEW else None
