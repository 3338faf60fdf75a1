"""Files that somebody uploaded to the platform."""

from dataclasses import dataclass

ANYWHERE, MOMENTS, ALBUM = 0, 1, 2
"""Where a file may be used; the latter two count as ``attachment_type``."""


@dataclass(frozen=True, slots=True)
class Medium:
    """An uploaded file. ``owner`` is the corpid or appid; ``expires_at`` None = permanent; ``scene``: its use."""

    media_id: str
    owner: str
    kind: str
    name: str
    mime: str
    content: bytes
    created_at: int
    expires_at: float | None
    scene: int = ANYWHERE
