"""Schemas of the file routes."""

from weloop.kit.http import Schema


class FileInfo(Schema):
    """An uploaded file; ``size`` in bytes."""

    id: int
    name: str
    mime: str
    size: int
