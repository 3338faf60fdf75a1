"""What the phone's pages are told."""

from datetime import datetime

from weloop.kit.http import Schema


class WorldNow(Schema):
    """World time and its pace, for clocks that count down on the page: 1 = real time, 0 = it stands still."""

    now: datetime
    rate: float


class PhoneSession(Schema):
    """Who opened the page."""

    userid: str
    name: str
    csrf: str
    clock: WorldNow
