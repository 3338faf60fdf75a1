"""Templates of messages (模板消息, 订阅通知) that an official account has in use: copied in one piece."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from weloop.accounts.api import list_accounts
from weloop.content.models import TemplateListRow
from weloop.content.template_rules import TemplatePlace, places_of
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import CommandName, read_all
from weloop.contracts.errors import NotFound
from weloop.contracts.events import Event, EventKind
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork, Units

TOPIC = "message_templates"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A template. ``content`` holds ``label:{{thing2.DATA}}``, a line for each place. ``kind``: ``template``;
    ``once`` and ``long`` of subscription notices (订阅通知), by what an acceptance is good for.
    """

    id: str
    title: str
    content: str
    example: str
    kind: Literal["template", "once", "long"] = "template"

    @property
    def places(self) -> Sequence[TemplatePlace]:
        """Its places in their order."""
        return places_of(self.content)


@dataclass(frozen=True, slots=True)
class TemplateList:
    """What an account has in use. ``errcode``: why the platform does not tell; 0: it told."""

    account_id: int
    fetched_at: datetime
    errcode: int
    templates: Sequence[MessageTemplate]


async def list_templates(unit: UnitOfWork, accounts: Collection[int] | None = None) -> list[TemplateList]:
    """The lists of these accounts, or of all; of accounts that were never asked there is none."""
    query = select(TemplateListRow).order_by(TemplateListRow.account_id)
    if accounts is not None:
        query = query.where(TemplateListRow.account_id.in_(sorted(accounts)))
    return [
        TemplateList(
            row.account_id, row.fetched_at, row.errcode, [MessageTemplate(**template) for template in row.templates]
        )
        for row in await unit.session.scalars(query)
    ]


async def find_templates(unit: UnitOfWork, accounts: Collection[int]) -> Mapping[tuple[int, str], MessageTemplate]:
    """The templates of these accounts by (account, id)."""
    lists = await list_templates(unit, accounts) if accounts else []
    return {(each.account_id, template.id): template for each in lists for template in each.templates}


async def look_at_templates(unit: UnitOfWork, account_id: int) -> None:
    """Copy the templates of an account, as somebody asked; NotFound for what is no official account."""
    kinds = {ref.id: ref.kind for ref in await list_accounts(unit)}
    if kinds.get(account_id) is not AccountKind.OFFICIAL_ACCOUNT:
        raise NotFound
    fetch_templates(unit, account_id)


def fetch_templates(unit: UnitOfWork, account_id: int) -> None:
    """Copy the templates of an account; once, however many ask while it waits."""
    unit.enqueue(read_all(CommandName.FETCH_TEMPLATES, account_id))


async def refresh_templates(units: Units, now: datetime) -> None:
    """Copy the templates of every official account that works. Run daily, in machine time."""
    async with units.begin() as unit:
        for ref in await list_accounts(unit):
            if ref.kind is AccountKind.OFFICIAL_ACCOUNT and ref.state == "ready":
                fetch_templates(unit, ref.id)


async def take_templates(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what FetchTemplates brought; the newest answer of an account counts."""
    rows = [
        {
            "account_id": event.account_id,
            "fetched_at": datetime.fromtimestamp(float(str(told["fetched_at"])), UTC),
            "errcode": told["errcode"],
            "templates": told["templates"],
        }
        for event in events
        if event.data.get("command") == CommandName.FETCH_TEMPLATES
        and isinstance(told := event.data.get("result"), Mapping)
    ]
    for row in rows:
        put = insert(TemplateListRow).values(row)
        others = {name: put.excluded[name] for name in ("fetched_at", "errcode", "templates")}
        newer = TemplateListRow.fetched_at < put.excluded.fetched_at
        await unit.session.execute(put.on_conflict_do_update(index_elements=["account_id"], set_=others, where=newer))
    if rows:
        unit.publish(TOPIC)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (((EventKind.COMMAND_SENT,), take_templates),)
"""To be registered with the inbox."""
