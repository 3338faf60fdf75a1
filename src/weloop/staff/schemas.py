"""Schemas of the staff routes."""

from datetime import datetime

from weloop.kit.http import Schema


class StaffInfo(Schema):
    """A member. ``status``: 1 active, 2 disabled, 4 not activated, 5 left, 0 not told."""

    account_id: int
    userid: str
    name: str
    department: str | None
    status: int
    contact_enabled: bool
    synced_at: datetime


class SyncResult(Schema):
    """How many members the platform listed."""

    synced: int
