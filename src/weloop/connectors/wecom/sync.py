"""Reading the members that the app can see."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.manifests import load_manifest
from weloop.contracts.accounts import StaffRecord
from wxapi.errors import ApiError
from wxapi.wecom import Department, Member, WecomClient


class StaffFetch:
    """A ``StaffFetcher``: errors of the client come out as ours."""

    def __init__(self, clients: ClientProvider[WecomClient], now: Callable[[], datetime]) -> None:
        self._clients = clients
        self._now = now

    async def __call__(self, account_id: int) -> Sequence[StaffRecord]:
        """See ``contracts.accounts.StaffFetcher``."""
        client = await self._clients.client(account_id)
        try:
            return await fetch_staff(client)
        except ApiError as error:
            raise map_error(error, self._now(), reads_only=True) from None


async def fetch_staff(client: WecomClient) -> Sequence[StaffRecord]:
    """All visible members by userid, each once, with whether they may add customers. Raises the client's errors."""
    departments = await client.departments.list()
    enabled = frozenset(userid.casefold() for userid in await client.customers.list_follow_users())
    members = await _read_members(client, departments)
    names = {department.id: department.name for department in departments}
    return [_record(member, names, enabled) for member in members]


async def _read_members(client: WecomClient, departments: Iterable[Department]) -> list[Member]:
    room = asyncio.Semaphore(load_manifest("wecom").limits["staff_concurrency"])

    async def read(department: Department) -> Sequence[Member]:
        async with room:
            return await client.members.list(department.id)

    lists = await asyncio.gather(*(read(department) for department in departments))
    found = {member.userid: member for listed in lists for member in listed if member.userid}
    return [found[userid] for userid in sorted(found)]


def _record(member: Member, names: dict[int, str], enabled: frozenset[str]) -> StaffRecord:
    own = [names[number] for number in (member.main_department, *member.departments) if names.get(number)]
    return StaffRecord(
        userid=member.userid,
        name=member.name or member.userid,
        department=own[0] if own else None,
        status=member.status,
        contact_enabled=member.userid.casefold() in enabled,
    )
