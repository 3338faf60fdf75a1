"""Pure rules of short links: where they may lead, what their names may be, who is a person and who a program."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from weloop.connectors.web.rules import STATE_PARAMETER
from weloop.contracts.errors import InvalidInput

PREFIX = "/l/"
"""Of the address; the slug follows."""
VISITOR_PARAMETER = "ajs_aid"
"""Query parameter that analytics.js takes as the ``anonymousId`` of the page's visitor."""
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
MAX_TARGET = 2_000
_VISITOR = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_SAFE = "!$&'()*+,;=:@/?%-._~[]"


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """A short link as whoever opens it meets it. ``scope``: app id of its site. ``ended``: it was deleted."""

    slug: str
    account_id: int
    scope: str
    target: str
    state_code: str
    carries_visitor: bool
    ended: bool


def clean_target(given: str, own_address: str) -> str:
    """The address in the form in which it is sent; InvalidInput when no browser shall be led there.

    Only http and https: ``javascript:`` and the like run in our name. No user names, which make an address look like
    another's. No short link of our own, which could lead in a circle.
    """
    text = given.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        ascii_host = host if ":" in host else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise _refused("address") from None
    if len(text) > MAX_TARGET or _UNSAFE.search(text) or parts.scheme.lower() not in ("http", "https"):
        raise _refused("address")
    if not ascii_host or parts.username is not None or port == 0:
        raise _refused("host")
    shown = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    netloc = f"{shown}:{port}" if port else shown
    own = urlsplit(own_address)
    if netloc == own.netloc.lower() and parts.path.startswith(PREFIX):
        raise _refused("circle")
    path, query, fragment = (quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme.lower(), netloc, path or "/", query, fragment))


def clean_slug(given: str) -> str:
    """Small letters, digits and hyphens, 3 to 40; InvalidInput."""
    slug = given.strip().lower()
    if not SLUG.fullmatch(slug):
        raise InvalidInput("small letters, digits and -, 3 to 40 of them", code="link_slug")
    return slug


def address_for(link: LinkEntry, visitor: str) -> str:
    """Where the browser goes: the target with the state code, and with the visitor where the link carries it on."""
    parts = urlsplit(link.target)
    ours = {STATE_PARAMETER: link.state_code, **({VISITOR_PARAMETER: visitor} if link.carries_visitor and visitor else {})}
    kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] not in ours]
    return urlunsplit(parts._replace(query="&".join([*kept, urlencode(ours)])))


def read_visitor(cookie: str, name: str) -> str:
    """The visitor that a Cookie header names; empty when there is none of our form."""
    for part in cookie.split(";"):
        found, _, value = part.strip().partition("=")
        if found == name and _VISITOR.fullmatch(value):
            return value
    return ""


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Whether somebody opens the link: no program, and no browser that fetches in advance."""
    agent = headers.get("user-agent", "").lower()
    ahead = " ".join(headers.get(name, "") for name in ("purpose", "sec-purpose", "x-moz", "x-purpose")).lower()
    return method == "GET" and bool(agent) and "pre" not in ahead and not any(word in agent for word in _robots())


@cache
def _robots() -> tuple[str, ...]:
    """From ``robots.toml`` beside this file."""
    text = resources.files(__package__).joinpath("robots.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["words"])


def _refused(part: str) -> InvalidInput:
    return InvalidInput(f"a short link cannot lead there: {part}", code="link_target", part=part)
