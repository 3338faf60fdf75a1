"""Files that somebody uploaded to the platform."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medium:
    """An uploaded file. ``owner`` is the corpid or appid; ``expires_at`` None = permanent."""

    media_id: str
    owner: str
    kind: str
    name: str
    mime: str
    content: bytes
    created_at: int
    expires_at: float | None
