"""Pure rules of broadcasts: what a platform takes, what words are filled in, who is held back, when it goes on."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from weloop.contracts.chance import bucket
from weloop.contracts.errors import InvalidInput
from weloop.contracts.json import JsonObject

VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
VARIABLES = ("name", "company")
STEP = timedelta(seconds=10)
"""What a throttled broadcast sends in so long is handed on at once."""
SOON, WATCH = timedelta(seconds=1), timedelta(seconds=5)
"""Until there is room again in the outbox; until it is looked at whether all have ended."""
SLOW_WATCH = timedelta(minutes=1)
"""The same where members must confirm."""


class Kind(StrEnum):
    """``mass_task``: members confirm (企业群发). ``service``: by itself (客服消息). ``account_mass``: 公众号群发."""

    MASS_TASK = "mass_task"
    SERVICE = "service"
    ACCOUNT_MASS = "account_mass"


class State(StrEnum):
    """See ``models.BroadcastRow``."""

    DRAFT = "draft"
    PENDING = "pending"
    SCHEDULED = "scheduled"
    FREEZING = "freezing"
    SENDING = "sending"
    DONE = "done"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ENDED = "ended"
    FAILED = "failed"


RUNNING = (State.SCHEDULED, State.FREEZING, State.SENDING)


class Step(StrEnum):
    """Of a recipient; see ``models.RecipientRow``."""

    HELD = "held"
    SKIPPED = "skipped"
    WAITING = "waiting"
    QUEUED = "queued"
    ASKED = "asked"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


OPEN_STEPS = (Step.WAITING, Step.QUEUED, Step.ASKED)


class Why(StrEnum):
    """Why somebody was skipped here; policy and platforms have codes of their own."""

    UNREACHABLE = "unreachable"
    VARIABLE_MISSING = "variable_missing"
    TEXT_TOO_LONG = "text_too_long"
    TOO_FEW = "too_few"
    ONE_JOB = "one_job"
    """An article goes out with one job: its draft is gone then."""
    MERGED = "merged"
    ERASED = "erased"


@cache
def load_limits() -> Mapping[str, Mapping[str, Any]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def check_content(kind: Kind, content: Mapping[str, Any], most_bytes: int) -> None:
    """Refuse what the platform would not take, before anybody is chosen."""
    text, link, article = content.get("text", ""), content.get("link"), content.get("article_id")
    if len(text.encode()) > most_bytes:
        raise InvalidInput("the text is too long", code="text_long", field="text", max=most_bytes)
    wanted = {
        Kind.MASS_TASK: bool(text or content.get("attachments")) and not (link or article),
        Kind.SERVICE: bool(text) != bool(link) and not (content.get("attachments") or article),
        Kind.ACCOUNT_MASS: bool(text) != bool(article) and not (content.get("attachments") or link),
    }
    if not wanted[kind]:
        raise InvalidInput("the content does not fit this kind", code="broadcast_content")
    names = find_variables(content)
    if names and kind is not Kind.SERVICE:
        raise InvalidInput("everybody gets the same words", code="broadcast_no_variables")
    unknown = sorted(names - set(VARIABLES))
    if unknown:
        raise InvalidInput("there is no such variable", code="broadcast_variable", name=unknown[0][:40])


def words_of(content: Mapping[str, Any]) -> dict[str, str]:
    """By field of the form what is read at once: the text, and titles of links."""
    links = [content.get("link"), *(each for each in content.get("attachments") or [] if each["type"] == "link")]
    titles = [link["title"] for link in links if link]
    words = {"text": content.get("text") or "", "link.title": "\n".join(titles)}
    return {field: text for field, text in words.items() if text} or {"text": ""}


def check_audience(kind: Kind, audience: Mapping[str, Any]) -> None:
    """Followers and tags are chosen by the platform, for 群发 of an official account alone."""
    if audience["kind"] in ("followers", "tag") and kind is not Kind.ACCOUNT_MASS:
        raise InvalidInput("the audience does not fit this kind", code="broadcast_audience")


def is_chosen_by_platform(audience: Mapping[str, Any]) -> bool:
    """Whether we know nobody of the audience."""
    return audience["kind"] in ("followers", "tag")


def find_variables(content: Mapping[str, Any]) -> set[str]:
    """Names of what is filled in."""
    link = content.get("link") or {}
    texts = (content.get("text", ""), link.get("title", ""), link.get("desc") or "")
    return {name for text in texts for name in VARIABLE.findall(text)}


def render(text: str, values: Mapping[str, str | None]) -> str | None:
    """The text with its variables filled in; None where one is missing for this person."""
    missing = [name for name in VARIABLE.findall(text) if not values.get(name)]
    return None if missing else VARIABLE.sub(lambda found: values[found.group(1)] or "", text)


def fill_in(content: Mapping[str, Any], values: Mapping[str, str | None]) -> JsonObject | Why:
    """The body of a service message to one person, or why there is none: it goes out whole or not at all."""
    link = content.get("link")
    texts = {"text": content.get("text", "")} if not link else {"title": link["title"], "desc": link["desc"]}
    filled = {name: render(text, values) for name, text in texts.items()}
    if None in filled.values():
        return Why.VARIABLE_MISSING
    if link:
        return {"link": {**link, **filled}}
    too_long = len((filled["text"] or "").encode()) > load_limits()[Kind.SERVICE]["text"]
    return Why.TEXT_TOO_LONG if too_long else {"text": filled["text"]}


def is_held(broadcast_id: int, person_id: int, holdout: int) -> bool:
    """Whether a person gets nothing: always the same for a person and a broadcast, and in the wanted share."""
    return holdout > 0 and bucket(f"broadcast:{broadcast_id}", person_id) < holdout / 100


def chunk_of(per_minute: int | None, ahead: int) -> int:
    """How many recipients are handed on in one go, when so many are ahead of them in the outbox."""
    sender = load_limits()["sender"]
    most: int = min(sender["hand_on"], max(0, sender["ahead"] - ahead))
    return most if per_minute is None else min(most, max(1, per_minute * STEP.seconds // 60))


def next_step(now: datetime, per_minute: int | None, room: int, handed_on: int) -> datetime:
    """When a broadcast goes on after a chunk of so many, where there was ``room`` for so many."""
    if not handed_on:
        return now + (WATCH if room else SOON)
    return now if per_minute is None else now + timedelta(minutes=1) * handed_on / per_minute


def split_list(count: int) -> list[int]:
    """Sizes of the jobs for a list of followers: none of one person alone, which the platform refuses."""
    limits = load_limits()["account_mass"]
    most, fewest = limits["recipients"], limits["fewest"]
    sizes = [most] * (count // most) + ([count % most] if count % most else [])
    if len(sizes) > 1 and sizes[-1] < fewest:
        sizes[-2:] = [most - fewest + sizes[-1], fewest]
    return sizes


def client_id(broadcast_id: int, n: int, created_at: datetime) -> str:
    """The dedupe id of a job, at most 32 bytes: the same job for ever, another for every other broadcast."""
    return f"wl{broadcast_id}-{n}-{int(created_at.timestamp())}"[:32]


JOB = "broadcast_job"
"""How keys of the commands begin that hand in jobs."""


def key_of(broadcast_id: int, person_id: int) -> str:
    """Of the command or the wish for one person."""
    return f"broadcast:{broadcast_id}:{person_id}"


def read_keys(keys: Iterable[str]) -> list[tuple[int, int, str]]:
    """(broadcast, person, key) of those that are ours."""
    found = [(key.split(":"), key) for key in keys]
    return [(int(parts[1]), int(parts[2]), key) for parts, key in found if len(parts) == 3 and parts[0] == "broadcast"]
