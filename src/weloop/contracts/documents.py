"""Documents that users write: drafts of journeys, rules of segments."""

from collections.abc import Mapping
from typing import Any

import orjson

from weloop.contracts.errors import InvalidInput


def plain_document(given: Mapping[str, Any], most_bytes: int) -> dict[str, Any]:
    """A document as it can be stored: InvalidInput for what no JSON column holds, and what is too large."""
    try:
        text = orjson.dumps(given)
    except (orjson.JSONEncodeError, RecursionError):
        raise InvalidInput("it is no plain JSON") from None
    if b"\\u0000" in text or len(text) > most_bytes:
        raise InvalidInput("it is too large, or holds characters that no text has")
    document: dict[str, Any] = orjson.loads(text)
    return document
