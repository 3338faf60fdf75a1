"""Looking for group chats every day: what callbacks did not tell is found then."""

from datetime import datetime

from weloop.features.group_chats.service import look_for_chats
from weloop.kit.unit import Units


async def refresh_group_chats(units: Units, now: datetime) -> None:
    """List the group chats of every WeCom account, and read each of them anew. Run daily, in machine time."""
    async with units.begin() as unit:
        await look_for_chats(unit)
