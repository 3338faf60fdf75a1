"""What broadcasts tell of the segments they are to reach. They offer no term: what somebody got is an event."""

from collections.abc import Sequence

from weloop.contracts.terms import Offer, Words
from weloop.features.broadcasts.repository import list_waiting_for
from weloop.kit.unit import UnitOfWork


async def find_users(unit: UnitOfWork, segment_id: int) -> Sequence[str]:
    """Broadcasts that wait for a segment; of drafts nobody has said that they shall go out."""
    return await list_waiting_for(unit.connection, segment_id)


OFFER = Offer(Words("群发", "Broadcasts"), find_users=find_users)
