"""Which article is which: a draft, the published message, a row of the figures and a link may be one. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

NAMING = ("__biz", "mid", "idx", "sn")
"""Parameters of a long address that name the article; the others name whoever shared it."""


def url_key(url: str) -> str:
    """What of an address names the article: the same for http and https, with and without marks of sharing."""
    parts = urlsplit(url.strip())
    if not parts.netloc:
        return ""
    given = dict(parse_qsl(parts.query))
    named = {name: given[name] for name in NAMING if name in given}
    query = urlencode(named) if named else parts.query
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article of ours. ``waits``: nobody has said yet where it came out."""

    id: int
    title: str
    url_key: str
    keys: Collection[str]
    waits: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the platform tells of one article under one key."""

    key: str
    title: str
    url_key: str


def match(known: Iterable[Known], found: Sequence[Found]) -> list[int | None]:
    """The article of ours that each of ``found`` is, None for a new one; none is matched twice.

    By key first, then by address, and by title last, which alone joins a draft to what became of it: the platform
    gives both other ids. Of drafts of one title the oldest comes out first.
    """
    ours = sorted(known, key=lambda each: each.id)
    matched: list[int | None] = [None] * len(found)
    taken: set[int] = set()
    tests = (
        lambda one, other: other.key in one.keys,
        lambda one, other: bool(other.url_key) and one.url_key == other.url_key,
        lambda one, other: one.waits and one.title == other.title,
    )
    for test in tests:
        for place, other in enumerate(found):
            if matched[place] is None:
                hit = next((one.id for one in ours if one.id not in taken and test(one, other)), None)
                if hit is not None:
                    matched[place] = hit
                    taken.add(hit)
    return matched
