"""FetchExisting of a WeCom corp: a page of the customers of one member after the other."""

from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.existing import as_existing
from weloop.connectors.wecom.profiles import tell_profile
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from wxapi.wecom import WecomClient


class FetchExistingSender:
    """``place`` is the member under way: with a ``cursor`` its next page, without one the member after it."""

    batch = 1
    bucket = "wecom_contact"

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(each, self._fetch(account_id, each, now), now, reads_only=True) for each in commands]

    async def _fetch(self, account_id: int, command: Command, now: datetime) -> Done:
        place, cursor = (str(command.body.get(name) or "") for name in ("place", "cursor"))
        scope = text(command, "scope")
        customers = (await self._clients.client(account_id)).customers
        if not cursor:
            later = sorted(userid for userid in await customers.list_follow_users() if userid > place)
            if not later:
                return Done({"place": place, "cursor": "", "done": True, "seen": 0, "total": None})
            place = later[0]
        page = await customers.batch_get([place], cursor)
        events = []
        for each in page.relations:
            subject = IdentityRef(IdentityKind.EXTERNAL_CONTACT, scope, each.customer.external_userid)
            events.append(as_existing(tell_profile(account_id, command, subject, (each.customer, [each.follow]), now)))
        seen = len(page.relations)
        result: JsonObject = {"place": place, "cursor": page.next_cursor, "done": False, "seen": seen, "total": None}
        return Done(result, tuple(events))
