"""The composition root: the only place where modules, connectors and registries meet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.accounts.api import list_accounts, load_handle
from weloop.accounts.tokens import SharedToken, TokenKind
from weloop.audience import api as audience
from weloop.audience.api import Terms
from weloop.audience.company_terms import OFFER as COMPANY_TERMS
from weloop.audience.noted_terms import OFFER as NOTED_TERMS
from weloop.audience.terms import OFFER as EVENT_TERMS
from weloop.connectors.checks import AccountCheck
from weloop.connectors.clients import Fetch, official_account_clients, wecom_clients
from weloop.connectors.official_account import inbound as official_account_inbound
from weloop.connectors.official_account.outbound import make_senders as official_account_senders
from weloop.connectors.official_account.setup import probe as probe_official_account
from weloop.connectors.server_clock import PlatformClock
from weloop.connectors.web.api import WebhookSender
from weloop.connectors.web.handlers import HANDLERS as SITE_HANDLERS
from weloop.connectors.wecom import inbound as wecom_inbound
from weloop.connectors.wecom.chat_media import ChatMedia
from weloop.connectors.wecom.outbound import Shelves
from weloop.connectors.wecom.outbound import make_senders as wecom_senders
from weloop.connectors.wecom.page_door import WecomPageDoor
from weloop.connectors.wecom.page_signer import WecomPageSigner, page_scripts
from weloop.connectors.wecom.setup import probe as probe_wecom
from weloop.connectors.wecom.setup import probe_kf
from weloop.connectors.wecom.sync import StaffFetch
from weloop.consent import api as consent
from weloop.consent.terms import OFFER as CONSENT_TERMS
from weloop.content.api import CodePictureShelf, FileStore, MediaShelf, Pictures
from weloop.content.api import look_at_new_account as look_at_articles
from weloop.content.feeds import HANDLERS as CONTENT_HANDLERS
from weloop.content.message_templates import HANDLERS as TEMPLATE_HANDLERS
from weloop.contracts.accounts import (
    AccountChecker,
    AccountConnected,
    AccountHandle,
    AccountKind,
    AccountRecovered,
    PageDoor,
    PageSigner,
    ServerClock,
    StaffFetcher,
)
from weloop.contracts.callbacks import CallbackReader
from weloop.contracts.commands import Command, CommandName, ManyReplayed, ManyReturned
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import ConsentNoted, HoldsBegun, IdentitiesForgotten, IdentitiesSeen, PersonsMoved
from weloop.contracts.labels import Labels, SourceLabel
from weloop.contracts.mass_tasks import WishesEnded
from weloop.contracts.media import PageMedia
from weloop.contracts.terms import ManyChanged
from weloop.entrypoints.settings import Settings
from weloop.features.broadcasts import api as broadcasts
from weloop.features.broadcasts.terms import OFFER as BROADCAST_TERMS
from weloop.features.existing.service import HANDLERS as EXISTING_HANDLERS
from weloop.features.group_chats.api import GroupChatShelf, look_at_new_account
from weloop.features.group_chats.handlers import HANDLERS as GROUP_CHAT_HANDLERS
from weloop.features.imports.handlers import HANDLERS as IMPORT_HANDLERS
from weloop.features.kf.api import KfShelf
from weloop.features.kf.api import look_at_new_account as look_at_kf
from weloop.features.kf.handlers import HANDLERS as KF_HANDLERS
from weloop.features.moments import api as moments
from weloop.features.official_accounts.api import find_scene_names
from weloop.features.official_accounts.handlers import HANDLERS as OFFICIAL_ACCOUNT_HANDLERS
from weloop.features.sources.api import find_by_states
from weloop.features.sources.handlers import HANDLERS as SOURCE_HANDLERS
from weloop.identity import api as identity
from weloop.identity.terms import make_offer as make_person_terms
from weloop.inbox.api import EventHandlers, SubjectKeys, write_events
from weloop.journeys import api as journeys
from weloop.journeys.terms import OFFER as JOURNEY_TERMS
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.live import Listener
from weloop.kit.seal import Vault, load_vault
from weloop.kit.unit import UnitOfWork, Units, Writers
from weloop.leads import api as leads
from weloop.leads.terms import OFFER as LEAD_TERMS
from weloop.mass_tasks import api as mass_tasks
from weloop.mass_tasks.api import forget_wishes
from weloop.outbox.api import Senders, follow_recoveries, forget_commands, forget_counts, write_commands
from weloop.paths import api as paths
from weloop.paths.terms import OFFER as PATH_TERMS
from weloop.staff.api import find_names_of_all, staff_choices
from weloop.tasks import api as tasks
from wxapi.transport import AiohttpTransport

log = structlog.get_logger(__name__)

CLOCK_SECONDS = 1.0
"""Until the world clock is read again where that failed."""
READERS: Mapping[AccountKind, CallbackReader] = {
    AccountKind.WECOM: wecom_inbound,
    AccountKind.OFFICIAL_ACCOUNT: official_account_inbound,
}


@dataclass(slots=True)
class Core:
    """What every process needs: database, keys, clock, and units of work that write commands and events."""

    settings: Settings
    engine: AsyncEngine
    vault: Vault
    keys: SubjectKeys
    clock: WorldClock
    units: Units
    listener: Listener


def build_core(settings: Settings) -> Core:
    """Put the core together. Nothing is opened yet but the key file."""
    engine = create_engine(settings.dsn)
    vault = load_vault(settings.key_file)
    keys = SubjectKeys(vault)
    clock = WorldClock()
    units = Units(engine, clock, build_writers(keys))
    listener = Listener(settings.dsn)
    listener.on_details("clock", clock.adopt)
    listener.subscribe(keys.on_topic)
    return Core(settings, engine, vault, keys, clock, units, listener)


MOVES: tuple[Callable[[UnitOfWork, frozenset[int]], Awaitable[None]], ...] = (
    consent.fold_moves,
    audience.fold_moves,
    audience.follow_moves,
    paths.fold_moves,
    leads.fold_moves,
    journeys.fold_moves,
    broadcasts.fold_moves,
)
"""Who keeps something per person and folds it anew when identities move between persons, in the order of the layers."""


async def follow_moves(unit: UnitOfWork, moves: Sequence[PersonsMoved]) -> None:
    """Tell all who keep something per person, once for all moves of a unit of work."""
    persons = frozenset().union(*(move.persons for move in moves))
    for fold in MOVES:
        await fold(unit, persons)


ERASURES: tuple[Callable[[UnitOfWork, Sequence[IdentitiesForgotten]], Awaitable[None]], ...] = (
    consent.forget_consent,
    forget_commands,
    forget_wishes,
    audience.forget_notes,
    journeys.end_forgotten,
    tasks.forget_tasks,
    audience.follow_forgotten,
    broadcasts.forget_recipients,
    forget_counts,
)
"""Who keeps something of identities and lets go of it when they are erased; the numbers of what others prune last."""


async def follow_erasures(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Tell all who keep something of erased identities."""
    for forget in ERASURES:
        await forget(unit, forgotten)


async def follow_holds(unit: UnitOfWork, begun: Sequence[HoldsBegun]) -> None:
    """Have what reaches many of these and has not left made anew: the rest is judged when it leaves."""
    siblings = await identity.find_siblings(unit, frozenset().union(*(each.identities for each in begun)))
    identities = {row.id for row in siblings}
    await mass_tasks.make_anew(unit, identities)
    await broadcasts.make_anew(unit, identities)


async def follow_replays(unit: UnitOfWork, replayed: Sequence[ManyReplayed]) -> None:
    """Tell all who make commands that reach many."""
    keys = frozenset().union(*(each.keys for each in replayed))
    origins = await mass_tasks.remake(unit, keys)
    await broadcasts.take_back_revived(unit, origins)
    await broadcasts.remake(unit, keys)


async def follow_returns(unit: UnitOfWork, returned: Sequence[ManyReturned]) -> None:
    """Tell the same of what comes back."""
    await mass_tasks.follow_returns(unit, returned)
    await broadcasts.follow_returns(unit, returned)


CONNECTIONS: tuple[Callable[[UnitOfWork, AccountConnected], Awaitable[None]], ...] = (
    look_at_articles,
    look_at_new_account,
    look_at_kf,
    audience.look_at_new_account,
)
"""Who keeps a copy of what is at an account and looks at it once it is connected."""


async def follow_connections(unit: UnitOfWork, connected: Sequence[AccountConnected]) -> None:
    """Tell all who look at new accounts."""
    for account in connected:
        for look in CONNECTIONS:
            await look(unit, account)


async def follow_wishes(unit: UnitOfWork, ended: Sequence[WishesEnded]) -> None:
    """Tell all who wish that members send something."""
    for follow in (journeys.follow_wishes, broadcasts.follow_wishes):
        await follow(unit, ended)


def build_writers(keys: SubjectKeys) -> Writers:
    """What a unit of work writes at its end."""
    return {
        Command: write_commands,
        NewEvent: write_events(keys),
        PersonsMoved: follow_moves,
        IdentitiesForgotten: follow_erasures,
        IdentitiesSeen: audience.follow_seen,
        ConsentNoted: audience.follow_consent,
        ManyChanged: audience.follow_many,
        HoldsBegun: follow_holds,
        ManyReplayed: follow_replays,
        ManyReturned: follow_returns,
        AccountConnected: follow_connections,
        AccountRecovered: follow_recoveries,
        WishesEnded: follow_wishes,
    }


@asynccontextmanager
async def running(core: Core, stop: asyncio.Event) -> AsyncIterator[None]:
    """Keep the core alive: the world clock, the listener; closes the pool at the end."""
    due = asyncio.Event()
    # Changes of the clock come with their value; only what was missed must be read.
    core.listener.subscribe(lambda topic: due.set() if topic == "*" else None)
    async with core.engine.connect() as connection:
        await core.clock.refresh(connection)
    tasks = [asyncio.create_task(core.listener.run(stop)), asyncio.create_task(_follow_clock(core, due))]
    try:
        yield
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await core.engine.dispose()


async def _follow_clock(core: Core, due: asyncio.Event) -> None:
    while True:
        await due.wait()
        due.clear()
        try:
            async with core.engine.connect() as connection:
                await core.clock.refresh(connection)
        except (OSError, SQLAlchemyError) as error:
            # The first connections after a restart of the database are broken ones.
            log.warning("clock.not_read", error=type(error).__name__)
            await asyncio.sleep(CLOCK_SECONDS)
            due.set()


@dataclass(slots=True)
class Platforms:
    """The connectors, ready to call."""

    transport: AiohttpTransport
    senders: Senders
    checkers: Mapping[AccountKind, AccountChecker]
    staff_fetchers: Mapping[AccountKind, StaffFetcher]
    kf_checkers: Mapping[AccountKind, AccountChecker]
    server_clock: ServerClock
    page_door: PageDoor
    page_signer: PageSigner
    page_media: PageMedia
    page_scripts: Callable[[], Awaitable[Sequence[str]]]


class _PageScripts:
    """Where the pages of our WeCom accounts load the JS-SDK from, kept until an account changes."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._known: Sequence[str] | None = None

    def on_topic(self, topic: str) -> None:
        """Forget it when accounts changed, or may have."""
        if topic in ("accounts", "*"):
            self._known = None

    async def find(self) -> Sequence[str]:
        """The addresses, each once."""
        if self._known is None:
            async with self._units.begin() as unit:
                found = [each for each in await list_accounts(unit) if each.kind is AccountKind.WECOM]
            in_use = {each.api_base for each in found if each.state != "disabled"}
            self._known = sorted({script for api_base in in_use for script in page_scripts(api_base)})
        return self._known


class _AccountKinds:
    """Kinds of accounts, kept until an account changes: the relay asks at every claim."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._known: dict[int, str] = {}

    def on_topic(self, topic: str) -> None:
        """Forget them when accounts changed, or may have."""
        if topic in ("accounts", "*"):
            self._known = {}

    async def find(self, accounts: Collection[int]) -> Mapping[int, str]:
        """The kinds of these accounts; unknown ones are left out."""
        known = self._known
        if not known.keys() >= set(accounts):
            async with self._units.begin() as unit:
                known.update({ref.id: ref.kind for ref in await list_accounts(unit)})
        return {account: known[account] for account in accounts if account in known}


def _shelves(core: Core, files: FileStore) -> Shelves:
    group_chats = GroupChatShelf(core.units)
    pictures = CodePictureShelf(core.units, files, Pictures(core.settings.proxy))
    return Shelves(MediaShelf(core.units, files), pictures, group_chats, group_chats, KfShelf(core.units))


def build_platforms(core: Core, files: FileStore) -> Platforms:
    """Put the connectors together."""

    async def load(account_id: int) -> AccountHandle:
        async with core.units.begin() as unit:
            return await load_handle(unit, core.vault, account_id)

    def share(handle: AccountHandle, fetch: Fetch) -> SharedToken:
        return SharedToken(core.engine, core.vault, handle.id, fetch, credentials=handle.credentials)

    def share_tickets(account_id: int, corp: Fetch, app: Fetch) -> tuple[SharedToken, SharedToken]:
        return (
            SharedToken(core.engine, core.vault, account_id, corp, TokenKind.CORP_TICKET),
            SharedToken(core.engine, core.vault, account_id, app, TokenKind.APP_TICKET),
        )

    transport = AiohttpTransport(proxy=core.settings.proxy)
    wecom = wecom_clients(transport, load, share)
    official_account = official_account_clients(transport, load, share)
    core.listener.subscribe(wecom.on_topic)
    core.listener.subscribe(official_account.on_topic)
    kinds = _AccountKinds(core.units)
    core.listener.subscribe(kinds.on_topic)
    senders = Senders(kinds.find)
    signer, scripts = WecomPageSigner(wecom, load, share_tickets, core.clock.now), _PageScripts(core.units)
    core.listener.subscribe(signer.on_topic)
    core.listener.subscribe(scripts.on_topic)
    shelves = _shelves(core, files)
    for name, sender in wecom_senders(wecom, shelves, core.settings.base_url).items():
        senders.on(AccountKind.WECOM, name, sender)
    for name, sender in official_account_senders(official_account, shelves.join_codes).items():
        senders.on(AccountKind.OFFICIAL_ACCOUNT, name, sender)
    webhooks = WebhookSender(core.units, core.vault, private=core.settings.private_webhooks)
    senders.on(AccountKind.WEB, CommandName.DELIVER_WEBHOOK, webhooks)
    return Platforms(
        transport,
        senders,
        {
            AccountKind.WECOM: AccountCheck(wecom, probe_wecom, core.clock.now),
            AccountKind.OFFICIAL_ACCOUNT: AccountCheck(official_account, probe_official_account, core.clock.now),
        },
        {AccountKind.WECOM: StaffFetch(wecom, core.clock.now)},
        {AccountKind.WECOM: AccountCheck(wecom, probe_kf, core.clock.now)},
        PlatformClock(transport, load),
        WecomPageDoor(wecom, load, core.clock.now),
        signer,
        ChatMedia(wecom, shelves.media, core.clock.now),
        scripts.find,
    )


def build_handlers() -> EventHandlers:
    """Who handles which events, in the order of the layers."""
    handlers = EventHandlers()
    handlers.on(set(EventKind) - identity.OUR_DOING, identity.record)
    handlers.on(identity.OUR_DOING | audience.EVENTS | leads.EVENTS | {EventKind.SIDEBAR_SENT}, identity.announce)
    for kinds, handler in consent.HANDLERS:
        handlers.on(kinds, handler)
    for noted, note in audience.HANDLERS:
        handlers.on(noted, note)
    handlers.on(EventKind, paths.follow_events)
    for kinds, handler in journeys.HANDLERS:
        handlers.on(kinds, handler)
    features = (
        *SOURCE_HANDLERS,
        *GROUP_CHAT_HANDLERS,
        *KF_HANDLERS,
        *OFFICIAL_ACCOUNT_HANDLERS,
        *EXISTING_HANDLERS,
        *IMPORT_HANDLERS,
        *broadcasts.HANDLERS,
        *moments.HANDLERS,
    )
    content = (*CONTENT_HANDLERS, *TEMPLATE_HANDLERS)
    for kinds, handler in (*content, *mass_tasks.HANDLERS, *leads.HANDLERS, *SITE_HANDLERS, *features):
        handlers.on(kinds, handler)
    # Last: members are judged by what all others have made of an event.
    handlers.on(set(EventKind) - audience.UNCOUNTED, audience.follow_events)
    return handlers


def build_terms() -> Terms:
    """What rules of segments may ask, in the order in which their builder shows it."""
    person_terms = make_person_terms(staff_choices)
    asked = (
        person_terms,
        NOTED_TERMS,
        COMPANY_TERMS,
        EVENT_TERMS,
        CONSENT_TERMS,
        LEAD_TERMS,
        PATH_TERMS,
        JOURNEY_TERMS,
    )
    return Terms((*asked, BROADCAST_TERMS))


def build_labels() -> Labels:
    """Names that the person pages show and higher modules own."""

    async def sources(unit: UnitOfWork, states: Collection[str]) -> Mapping[str, SourceLabel]:
        found = await find_by_states(unit, states)
        scenes = await find_scene_names(unit, set(states) - found.keys())
        of_scenes = {state: SourceLabel(qr_id, name, "scene_qr") for state, (qr_id, name) in scenes.items()}
        return {state: SourceLabel(source.id, source.name) for state, source in found.items()} | of_scenes

    return Labels(staff=find_names_of_all, sources=sources, tagged=audience.CARRIES, of_company=audience.OF_COMPANY)
