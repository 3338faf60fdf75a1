"""Multipart bodies with the one part ``media`` that the upload APIs take."""

import secrets
from dataclasses import dataclass, field

_PART_NAME = "media"


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file to upload: its name, MIME type and bytes."""

    filename: str
    mime: str
    content: bytes = field(repr=False)


def encode_part(part: FilePart) -> tuple[bytes, str]:
    """Give body and content type. ``filelength`` is asked for by WeCom's documentation."""
    boundary = secrets.token_hex(16)
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{_PART_NAME}"; filename="{_quote(part.filename)}";'
        f" filelength={len(part.content)}\r\n"
        f"Content-Type: {_header_safe(part.mime)}\r\n\r\n"
    )
    body = b"".join((head.encode(), part.content, f"\r\n--{boundary}--\r\n".encode()))
    return body, f"multipart/form-data; boundary={boundary}"


def _quote(filename: str) -> str:
    """Percent-escape what would end the quoted name, as browsers do (WHATWG form submission)."""
    return _header_safe(filename.replace('"', "%22"))


def _header_safe(text: str) -> str:
    return text.replace("\r", "%0D").replace("\n", "%0A").encode("utf-8", "replace").decode()
