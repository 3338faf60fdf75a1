"""FetchProfile: what WeCom tells of a customer, and which members are friends with them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from weloop.connectors.attempts import attempt, text
from weloop.connectors.clients import ClientProvider
from weloop.connectors.manifests import load_manifest
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.contracts.json import JsonValue
from weloop.contracts.phones import clean_phone
from wxapi.errors import CallRejected
from wxapi.wecom import Customer, Follow, WecomClient

NOT_FOUND = frozenset({84061, 40003, 40096})
"""No relation any more, or an id that means nothing."""
_STRATEGY = "st"
"""How ids of strategy tags begin, which are not of the whole corp and not listed with its tags."""
_GENDERS = {1: "male", 2: "female"}
_Found: TypeAlias = tuple[Customer, list[Follow]]


class ProfileSender:
    """Fetches profiles, a few at once over all calls: the platform refuses too many at a time."""

    bucket = "wecom_contact"

    def __init__(self, clients: ClientProvider[WecomClient]) -> None:
        self._clients = clients
        self.batch = load_manifest("wecom").limits["profile_concurrency"]
        self._room = asyncio.Semaphore(self.batch)

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return await asyncio.gather(*(self._send(account_id, command, now) for command in commands))

    async def _send(self, account_id: int, command: Command, now: datetime) -> Outcome:
        async with self._room:
            return await attempt(command, self._fetch(account_id, command, now), now, reads_only=True)

    async def _fetch(self, account_id: int, command: Command, now: datetime) -> Done:
        external_userid, scope = text(command, "value"), text(command, "scope")
        client = await self._clients.client(account_id)
        subject = IdentityRef(IdentityKind.EXTERNAL_CONTACT, scope, external_userid)
        found = await _read_customer(client, external_userid)
        return Done(events=(tell_profile(account_id, command, subject, found, now),))


async def _read_customer(client: WecomClient, external_userid: str) -> _Found | None:
    """The customer with the members of all pages; None when there is no such customer."""
    follows: list[Follow] = []
    cursor = ""
    try:
        for _ in range(load_manifest("wecom").limits["profile_pages"]):
            page = await client.customers.get(external_userid, cursor)
            follows += page.follows
            cursor = page.next_cursor
            if not cursor:
                break
    except CallRejected as error:
        if error.errcode in NOT_FOUND:
            return None
        raise
    return page.customer, follows


def tell_profile(
    account_id: int, command: Command, subject: IdentityRef, found: _Found | None, now: datetime
) -> NewEvent:
    """The event of what was found, or of nothing."""
    data: dict[str, JsonValue] = {"found": found is not None}
    aliases: tuple[Alias, ...] = ()
    profile = None
    if found is not None:
        customer, follows = found
        data["friends"] = [_friend(follow) for follow in follows if follow.created_at]
        aliases = _aliases(customer, follows)
        profile = _profile(customer, follows)
    return NewEvent(
        account_id=account_id,
        kind=EventKind.PROFILE_FETCHED,
        dedupe=f"fetched:{command.key}",
        occurred_at=now,
        subject=subject,
        data=data,
        aliases=aliases,
        profile=profile,
        trace_id=command.trace_id,
    )


def _friend(follow: Follow) -> dict[str, JsonValue]:
    """``since`` in Unix seconds."""
    friend: dict[str, JsonValue] = {"staff": follow.userid, "since": follow.created_at, "add_way": follow.add_way}
    friend["tags"] = [tag for tag in follow.tag_ids if not tag.startswith(_STRATEGY)]
    return friend | ({"state": follow.state} if follow.state else {})


def _aliases(customer: Customer, follows: Sequence[Follow]) -> tuple[Alias, ...]:
    """The union id is the platform's word; phone numbers were typed by members."""
    phones = {digits for follow in follows for number in follow.remark_mobiles if (digits := clean_phone(number))}
    weak = (Alias(IdentityRef(IdentityKind.PHONE, "", digits), Strength.WEAK) for digits in sorted(phones))
    if not customer.unionid:
        return tuple(weak)
    return (Alias(IdentityRef(IdentityKind.UNIONID, "", customer.unionid), Strength.STRONG), *weak)


def _profile(customer: Customer, follows: Sequence[Follow]) -> Profile:
    remarks = [follow.remark for follow in follows if follow.remark]
    companies = [follow.remark_company for follow in follows if follow.remark_company]
    return Profile(
        name=customer.name or None,
        avatar_url=customer.avatar or None,
        gender=_GENDERS.get(customer.gender),
        company=customer.corp_full_name or customer.corp_name or next(iter(companies), None),
        remark=next(iter(remarks), None),
    )
