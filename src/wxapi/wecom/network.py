"""Addresses of the platform."""

from wxapi.caller import Caller
from wxapi.fields import texts


class Network:
    """Address lists; they change, so read them daily."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list_callback_addresses(self) -> tuple[str, ...]:
        """Where callbacks come from; entries may hold ``*``."""
        return texts(await self._caller.get("/cgi-bin/getcallbackip"), "ip_list")

    async def list_api_addresses(self) -> tuple[str, ...]:
        """Where the API stands."""
        return texts(await self._caller.get("/cgi-bin/get_api_domain_ip"), "ip_list")
