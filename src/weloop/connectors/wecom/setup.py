"""Harmless calls that show whether an account works."""

from wxapi.wecom import WecomClient


async def probe(client: WecomClient) -> None:
    """Token, trusted address and the right to customer contact, by one call that changes nothing."""
    await client.customers.list_follow_users()


async def probe_kf(client: WecomClient) -> None:
    """The right to WeChat customer service (微信客服), by one call that changes nothing."""
    await client.kf.list_accounts(limit=1)
