"""FetchExisting of an official account: a page of its followers, with their union ids."""

from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.existing import as_existing
from weloop.connectors.manifests import load_manifest
from weloop.connectors.official_account.profiles import tell_profile
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.identities import IdentityKind, IdentityRef
from wxapi.official_account import OfficialAccountClient


class FetchExistingSender:
    """Reads only; a page is asked for again when its answer was lost."""

    batch = 1
    bucket = "official_account_user"

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [await attempt(each, self._fetch(account_id, each, now), now, reads_only=True) for each in commands]

    async def _fetch(self, account_id: int, command: Command, now: datetime) -> Done:
        """The platform gives 10,000 openids; the page ends earlier, so that its profiles fit into one command."""
        limits, scope = load_manifest("official_account").limits, text(command, "scope")
        users = (await self._clients.client(account_id)).users
        page = await users.list(str(command.body.get("place") or ""))
        openids, size = page.openids[: limits["existing_followers"]], limits["profile_batch"]
        events = []
        for start in range(0, len(openids), size):
            for profile in await users.batch_get(openids[start : start + size]):
                subject = IdentityRef(IdentityKind.FOLLOWER, scope, profile.openid)
                events.append(as_existing(tell_profile(account_id, command, subject, profile, now)))
        # Whether a page is the last one is told by the next one alone, which is empty.
        place = openids[-1] if openids else ""
        done = not openids
        return Done(
            {"place": place, "cursor": "", "done": done, "seen": len(openids), "total": page.total}, tuple(events)
        )
