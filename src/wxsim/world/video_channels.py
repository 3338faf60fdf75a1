"""Channels accounts (视频号). The platform offers no interface for their works, so the world knows their names only."""

from dataclasses import dataclass


@dataclass(slots=True)
class VideoChannel:
    """One account. ``finder_id``: its id, which begins with ``sph``."""

    finder_id: str
    name: str
