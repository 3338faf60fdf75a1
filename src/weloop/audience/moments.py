"""Moments as authors of rules write them."""

from datetime import UTC, date, datetime

from weloop.kit.clock import midnight


def moment_of(value: object) -> datetime | None:
    """A moment in ISO 8601, or the beginning of a Beijing day, ``YYYY-MM-DD``; None for all else."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == 10:
            return midnight(date.fromisoformat(value))
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
