"""SHA-1 signatures of callbacks."""

import hashlib
import hmac

from wxapi.callback.errors import BadSignature


def sign(*parts: str) -> str:
    """Lower-case hex SHA-1 of the parts, sorted by bytes and joined.

    Order by code points is order by UTF-8 bytes, so strings can be sorted as they are.
    """
    joined = "".join(sorted(parts)).encode("utf-8", "replace")
    # The platforms define SHA-1 here; the message is authenticated by the secret token among the parts.
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def check_signature(given: str | None, *parts: str) -> None:
    """Compare in constant time; BadSignature when it is missing or another."""
    if given is None or not hmac.compare_digest(sign(*parts).encode(), given.encode("utf-8", "replace")):
        raise BadSignature("the signature is missing or wrong")
