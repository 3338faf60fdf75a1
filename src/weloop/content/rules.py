"""What a file is, by its first bytes, and whether it may be uploaded."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath

from weloop.contracts.errors import InvalidInput

HEAD_BYTES = 64
"""How much of a file :func:`sniff` looks at."""
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OLD_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes. ``by_mime`` holds what has a stricter limit than ``largest``."""

    smallest: int
    largest: int
    by_mime: Mapping[str, int]


@cache
def load_limits() -> Limits:
    """From ``limits.toml`` beside this file."""
    table = tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))
    by_mime = {mime: entry["bytes"] for entry in table.values() for mime in entry.get("mimes", ())}
    return Limits(table["smallest"]["bytes"], table["file"]["bytes"], by_mime)


def sniff(head: bytes, name: str) -> str:
    """The media type by magic numbers; the name only tells Office files from other archives."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    found = next((mime for at, magic, mime in _MAGIC if head[at : at + len(magic)] == magic), None)
    suffix = PurePosixPath(name).suffix.lower()
    if found == "application/zip":
        return _OFFICE.get(suffix, found)
    if found == "application/x-ole-storage":
        return _OLD_OFFICE.get(suffix, "application/octet-stream")
    return found or "application/octet-stream"


def check_size(size: int, mime: str) -> None:
    """Refuse what no platform would take."""
    limits = load_limits()
    largest = limits.by_mime.get(mime, limits.largest)
    if size < limits.smallest:
        raise InvalidInput("the file is too small", code="file_small", min=limits.smallest)
    if size > largest:
        raise InvalidInput("the file is too large", code="file_large", max=largest)


def clean_name(name: str | None) -> str:
    """The last part of a file name, without control characters, at most 120 characters with its ending kept."""
    bare = re.split(r"[/\\]", name or "")[-1]
    bare = "".join(sign for sign in bare if sign.isprintable()).strip(" .") or "file"
    suffix = PurePosixPath(bare).suffix[:12]
    return bare if len(bare) <= 120 else bare[: 120 - len(suffix)] + suffix
