"""FetchExisting of a WeCom corp: a page of the customers of one member after the other."""

from datetime import datetime

from weloop.connectors.attempts import text
from weloop.connectors.existing import as_existing
from weloop.connectors.one_by_one import OneByOneSender
from weloop.connectors.wecom.profiles import tell_profile
from weloop.contracts.commands import Command, Done
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from wxapi.wecom import WecomClient


class FetchExistingSender(OneByOneSender[WecomClient]):
    """``place`` is the member under way: with a ``cursor`` its next page, without one the member after it."""

    bucket = "wecom_contact"
    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        place, cursor = (str(command.body.get(name) or "") for name in ("place", "cursor"))
        scope = text(command, "scope")
        customers = client.customers
        if not cursor:
            later = sorted(userid for userid in await customers.list_follow_users() if userid > place)
            if not later:
                return Done({"place": place, "cursor": "", "done": True, "seen": 0, "total": None})
            place = later[0]
        page = await customers.batch_get([place], cursor)
        events = []
        for each in page.relations:
            subject = IdentityRef(IdentityKind.EXTERNAL_CONTACT, scope, each.customer.external_userid)
            events.append(
                as_existing(tell_profile(command.account_id, command, subject, (each.customer, [each.follow]), now))
            )
        seen = len(page.relations)
        result: JsonObject = {"place": place, "cursor": page.next_cursor, "done": False, "seen": seen, "total": None}
        return Done(result, tuple(events))
