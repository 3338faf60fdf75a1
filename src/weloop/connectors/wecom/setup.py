"""The harmless call that shows whether an account works."""

from wxapi.wecom import WecomClient


async def probe(client: WecomClient) -> None:
    """Token, trusted address and the right to customer contact, by one call that changes nothing."""
    await client.customers.list_follow_users()
