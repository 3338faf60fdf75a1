"""FetchProfile: what WeChat tells of a follower. Names and pictures are not told; the union id is what matters."""

from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.attempts import BodyError, attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.manifests import load_manifest
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import Rejected
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonValue
from wxapi.errors import CallRejected
from wxapi.official_account import FollowerProfile, OfficialAccountClient

MALFORMED_OPENID = 40003


class ProfileSender:
    """Fetches up to a hundred profiles by one call."""

    bucket = "official_account_user"

    def __init__(self, clients: ClientProvider[OfficialAccountClient]) -> None:
        self._clients = clients
        self.batch = load_manifest("official_account").limits["profile_batch"]

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``. One malformed openid fails a whole call, so then each is asked alone."""
        if len(commands) > 1:
            found: dict[str, FollowerProfile] = {}
            tried = await attempt(commands[0], self._fetch_all(account_id, commands, found), now, reads_only=True)
            if isinstance(tried, Done):
                return [_finish(account_id, command, found, now) for command in commands]
            if tried.errcode != MALFORMED_OPENID:
                return [tried] * len(commands)
        return [await self._send_one(account_id, command, now) for command in commands]

    async def _fetch_all(self, account_id: int, commands: Sequence[Command], found: dict[str, FollowerProfile]) -> Done:
        client = await self._clients.client(account_id)
        openids = dict.fromkeys(value for command in commands if (value := str(command.body.get("value") or "")))
        for profile in await client.users.batch_get(list(openids)):
            found[profile.openid] = profile
        return Done()

    async def _send_one(self, account_id: int, command: Command, now: datetime) -> Outcome:
        return await attempt(command, self._fetch_one(account_id, command, now), now, reads_only=True)

    async def _fetch_one(self, account_id: int, command: Command, now: datetime) -> Done:
        client = await self._clients.client(account_id)
        try:
            profile = await client.users.get(text(command, "value"))
        except CallRejected as error:
            if error.errcode != MALFORMED_OPENID:
                raise
            return _done(account_id, command, None, now)
        return _done(account_id, command, profile, now)


def _finish(account_id: int, command: Command, found: dict[str, FollowerProfile], now: datetime) -> Outcome:
    try:
        return _done(account_id, command, found.get(text(command, "value")), now)
    except BodyError as error:
        return Rejected(str(error))


def _done(account_id: int, command: Command, profile: FollowerProfile | None, now: datetime) -> Done:
    subject = IdentityRef(IdentityKind.FOLLOWER, text(command, "scope"), text(command, "value"))
    return Done(events=(tell_profile(account_id, command, subject, profile, now),))


def tell_profile(
    account_id: int, command: Command, subject: IdentityRef, profile: FollowerProfile | None, now: datetime
) -> NewEvent:
    """The event. ``found`` is false for who does not follow; even then a union id may come."""
    data: dict[str, JsonValue] = {"found": profile is not None and profile.subscribed}
    if profile is not None and profile.subscribed and profile.subscribed_at:
        friend: dict[str, JsonValue] = {"staff": "", "since": profile.subscribed_at}
        friend["tags"] = [str(tag) for tag in profile.tag_ids]
        data["friends"] = [friend | ({"state": profile.scene} if profile.scene else {})]
    unionid = profile.unionid if profile is not None else ""
    return NewEvent(
        account_id=account_id,
        kind=EventKind.PROFILE_FETCHED,
        dedupe=f"fetched:{command.key}",
        occurred_at=now,
        subject=subject,
        data=data,
        aliases=(Alias(IdentityRef(IdentityKind.UNIONID, "", unionid), Strength.STRONG),) if unionid else (),
        profile=Profile(remark=profile.remark or None) if profile is not None else None,
        trace_id=command.trace_id,
    )
