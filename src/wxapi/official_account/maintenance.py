"""Addresses and quotas."""

from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import number, object_of, texts


@dataclass(frozen=True, slots=True)
class ApiQuota:
    """Calls per Beijing day of one API."""

    daily_limit: int
    used: int
    remain: int


class Maintenance:
    """Harmless calls, fit for checking a set-up."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list_api_addresses(self) -> tuple[str, ...]:
        """Where the API stands."""
        return texts(await self._caller.get("/cgi-bin/get_api_domain_ip"), "ip_list")

    async def list_callback_addresses(self) -> tuple[str, ...]:
        """Where callbacks come from."""
        return texts(await self._caller.get("/cgi-bin/getcallbackip"), "ip_list")

    async def get_quota(self, api_path: str) -> ApiQuota:
        """The quota of one API, such as ``/cgi-bin/message/custom/send``; 76021 and 76022 for a path not ours."""
        reply = await self._caller.post("/cgi-bin/openapi/quota/get", {"cgi_path": api_path})
        quota = object_of(reply, "quota")
        return ApiQuota(number(quota, "daily_limit"), number(quota, "used"), number(quota, "remain"))
