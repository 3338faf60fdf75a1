"""Who sends: write keys by their hash, kept in the process."""

from collections.abc import Mapping

from weloop.accounts.api import list_accounts
from weloop.connectors.web import repository
from weloop.connectors.web.errors import OriginRefused, WriteKeyRefused
from weloop.connectors.web.rules import KeyKind, WriteKeyEntry, hash_key, read_basic
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import NotAllowed
from weloop.kit.directory import Directory
from weloop.kit.unit import UnitOfWork, Units

TOPIC = "write_keys"
"""Apart from that of the pages, which hear of every arrival: a key is read again only when keys change."""


class WriteKeys(Directory[bytes, WriteKeyEntry]):
    """All live write keys, by hash."""

    def __init__(self, units: Units) -> None:
        super().__init__([TOPIC, "accounts"], self._load_keys)
        self._units = units

    async def _load_keys(self) -> Mapping[bytes, WriteKeyEntry]:
        async with self._units.begin() as unit:
            sites = {ref.id: ref.app_id for ref in await list_accounts(unit) if ref.kind is AccountKind.WEB}
            rows = await repository.list_live_keys(unit.session)
        return {
            row.key_hash: WriteKeyEntry(
                row.id, row.account_id, sites[row.account_id], KeyKind(row.kind), frozenset(row.origins)
            )
            for row in rows
            if row.account_id in sites
        }

    async def authenticate(self, authorization: str | None, in_body: object, origin: str | None) -> WriteKeyEntry:
        """The key of a request, as the user name of HTTP Basic or in the body.

        WriteKeyRefused without a live one; OriginRefused when the page may not use it.
        """
        given = read_basic(authorization) if authorization else in_body
        entry = await self.find(hash_key(given)) if isinstance(given, str) and given else None
        if entry is None:
            raise WriteKeyRefused
        check_origin(entry, origin)
        return entry

    async def knows_origin(self, origin: str) -> bool:
        """Whether pages of this origin may use any key: a browser asks before it shows its own."""
        return any(origin in entry.origins for entry in (await self.all()).values())


def check_origin(entry: WriteKeyEntry, origin: str | None) -> None:
    """Browsers name the page's origin. A server key that comes with one is out in the open."""
    if origin is None:
        return
    if entry.kind is KeyKind.SERVER:
        raise OriginRefused("a server key must not be used by pages: revoke it", code="write_key_exposed")
    if origin not in entry.origins:
        raise OriginRefused(origin=origin[:100])


async def server_account(unit: UnitOfWork, authorization: str | None) -> int:
    """The account id of the site whose server key is the user name of HTTP Basic.

    WriteKeyRefused without a live key; NotAllowed with a public one.
    """
    given = read_basic(authorization or "")
    row = await repository.find_live_key(unit.session, hash_key(given)) if given else None
    sites = {ref.id for ref in await list_accounts(unit) if ref.kind is AccountKind.WEB}
    if row is None or row.account_id not in sites:
        raise WriteKeyRefused
    if row.kind != KeyKind.SERVER:
        raise NotAllowed("this needs a server key", code="write_key_public")
    return row.account_id
