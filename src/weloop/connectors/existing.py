"""Events of people who were there before: told once, however often they are fetched."""

from dataclasses import asdict, replace
from hashlib import sha256

import orjson

from weloop.contracts.events import Lane, NewEvent


def as_existing(event: NewEvent) -> NewEvent:
    """A fetched profile whose occurrence is what it says: the same again writes nothing."""
    told = [event.data, [asdict(alias) for alias in event.aliases], asdict(event.profile) if event.profile else None]
    value = event.subject.value if event.subject is not None else ""
    digest = sha256(orjson.dumps([value, told], option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    return replace(event, dedupe=f"existing:{digest}", lane=Lane.BULK)
