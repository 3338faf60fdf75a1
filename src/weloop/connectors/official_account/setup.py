"""The harmless call that shows whether an account works."""

from wxapi.official_account import OfficialAccountClient


async def probe(client: OfficialAccountClient) -> None:
    """Token and allowed address, by one call that changes nothing."""
    await client.maintenance.list_api_addresses()
