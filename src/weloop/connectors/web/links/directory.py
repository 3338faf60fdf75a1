"""All short links by slug, kept in the process: an opening asks the database nothing."""

from collections.abc import Mapping

from weloop.accounts.api import list_accounts
from weloop.connectors.web.links import repository
from weloop.connectors.web.links.rules import LinkEntry
from weloop.kit.directory import Directory
from weloop.kit.unit import Units

TOPIC = "short_links"
"""Told when links change; pages hear of openings under ``links``."""


class ShortLinks(Directory[str, LinkEntry]):
    """All short links, ended ones too. Those of a removed site have ended with it."""

    def __init__(self, units: Units) -> None:
        super().__init__([TOPIC, "accounts"], self._load_links)
        self._units = units

    async def _load_links(self) -> Mapping[str, LinkEntry]:
        async with self._units.begin() as unit:
            scopes = {ref.id: ref.app_id for ref in await list_accounts(unit)}
            rows = await repository.all_links(unit.session)
        return {
            row.slug: LinkEntry(
                slug=row.slug,
                account_id=row.account_id,
                scope=scopes.get(row.account_id, ""),
                target=row.target,
                state_code=row.state_code,
                carries_visitor=row.carries_visitor,
                ended=row.deleted_at is not None or row.account_id not in scopes,
            )
            for row in rows
        }
