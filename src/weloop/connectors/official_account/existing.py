"""FetchExisting of an official account: a page of its followers, with their union ids."""

from datetime import datetime

from weloop.connectors.attempts import text
from weloop.connectors.existing import as_existing
from weloop.connectors.manifests import load_manifest
from weloop.connectors.official_account.profiles import tell_profile
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.identities import IdentityKind, IdentityRef
from wxapi.official_account import OfficialAccountClient


class FetchExistingSender(OneByOneSender[OfficialAccountClient]):
    """Reads only; a page is asked for again when its answer was lost."""

    bucket = "official_account_user"
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        """The platform gives 10,000 openids; the page ends earlier, so that its profiles fit into one command."""
        limits, scope = load_manifest("official_account").limits, text(command, "scope")
        users = client.users
        page = await users.list(str(command.body.get("place") or ""))
        openids, size = page.openids[: limits["existing_followers"]], limits["profile_batch"]
        events = []
        for start in range(0, len(openids), size):
            for profile in await users.batch_get(openids[start : start + size]):
                subject = IdentityRef(IdentityKind.FOLLOWER, scope, profile.openid)
                events.append(as_existing(tell_profile(command.account_id, command, subject, profile, now)))
        # Whether a page is the last one is told by the next one alone, which is empty.
        place = openids[-1] if openids else ""
        done = not openids
        return Done(
            {"place": place, "cursor": "", "done": done, "seen": len(openids), "total": page.total}, tuple(events)
        )
