"""The web application: console API, callbacks, live updates, health and the built pages, on one port."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from weloop import __version__
from weloop.access.api import Access
from weloop.access.routes import enter_router
from weloop.access.routes import router as access_router
from weloop.accounts.routes import router as accounts_router
from weloop.accounts.video_channel_routes import router as video_channels_router
from weloop.analytics.routes import router as reports_router
from weloop.audience.api import Terms
from weloop.audience.notes_routes import router as notes_router
from weloop.audience.routes import router as segments_router
from weloop.connectors.web.links.routes import router as links_router
from weloop.connectors.web.routes import router as sites_router
from weloop.connectors.web.webhooks.routes import router as webhooks_router
from weloop.content.api import FileStore, Pictures
from weloop.content.routes import router as content_router
from weloop.content.script_routes import router as scripts_router
from weloop.content.template_routes import router as templates_router
from weloop.contracts.accounts import AccountChecker, AccountKind, PageDoor, PageSigner, ServerClock, StaffFetcher
from weloop.contracts.labels import Labels
from weloop.contracts.media import PageMedia
from weloop.entrypoints.http.callbacks import PREFIX
from weloop.entrypoints.http.demo import router as demo_router
from weloop.entrypoints.http.errors import install_error_handlers
from weloop.entrypoints.http.guard import Guard
from weloop.entrypoints.http.h5.desk import LeadDesk
from weloop.entrypoints.http.h5.door import ENTER, OPEN
from weloop.entrypoints.http.h5.door import router as door_router
from weloop.entrypoints.http.h5.lead_desk import Desk
from weloop.entrypoints.http.h5.routes import router as h5_router
from weloop.entrypoints.http.h5.sidebar import router as sidebar_router
from weloop.entrypoints.http.h5.sidebar_desk import SendRate
from weloop.entrypoints.http.health import HEALTH_PATHS, health_routes
from weloop.entrypoints.http.lead_stage import router as lead_stage_router
from weloop.entrypoints.http.links import LinkEndpoint
from weloop.entrypoints.http.live import LiveHub
from weloop.entrypoints.http.live import router as live_router
from weloop.entrypoints.http.openapi import describe
from weloop.entrypoints.http.overview import router as overview_router
from weloop.entrypoints.http.static import UI_FOLDER, StaticUi
from weloop.entrypoints.http.track import TrackEndpoint
from weloop.entrypoints.http.verify_files import VerifyFileEndpoint
from weloop.entrypoints.json_caller import JsonCaller
from weloop.features.articles.routes import router as articles_router
from weloop.features.baseline.routes import router as baseline_router
from weloop.features.broadcasts.routes import router as broadcasts_router
from weloop.features.campaigns.routes import router as campaigns_router
from weloop.features.doctor.api import Described
from weloop.features.doctor.routes import router as doctor_router
from weloop.features.existing.routes import router as existing_router
from weloop.features.group_chats.routes import router as group_chats_router
from weloop.features.imports.routes import router as imports_router
from weloop.features.imports.uploads import FileReader
from weloop.features.moments.routes import router as moments_router
from weloop.features.official_accounts.routes import router as official_accounts_router
from weloop.features.sources.routes import router as sources_router
from weloop.features.verify_files.routes import router as verify_files_router
from weloop.features.weekly.routes import router as weekly_router
from weloop.identity.routes import router as persons_router
from weloop.inbox.api import SubjectKeys
from weloop.journeys.api import WebhookAccounts, no_webhooks
from weloop.journeys.dry_run_routes import router as dry_run_router
from weloop.journeys.routes import router as journeys_router
from weloop.journeys.template_routes import router as journey_templates_router
from weloop.kit.seal import Vault
from weloop.kit.unit import Units
from weloop.leads.routes import router as leads_router
from weloop.outbox.contact_routes import router as contact_rules_router
from weloop.outbox.facts import Counted, Windows, no_others, no_windows
from weloop.outbox.quota_routes import router as quota_router
from weloop.outbox.routes import router as dead_letters_router
from weloop.paths.routes import router as paths_router
from weloop.staff.personal_routes import router as personal_router
from weloop.staff.routes import router as staff_router
from weloop.tasks.routes import router as tasks_router

Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]
MAX_BODY_BYTES = 1024 * 1024
_CONSOLE_PATHS = ("/api/", "/v1/", "/enter/", OPEN, ENTER, *HEALTH_PATHS)

API_ROUTERS: tuple[APIRouter, ...] = (
    access_router,
    accounts_router,
    video_channels_router,
    staff_router,
    tasks_router,
    personal_router,
    content_router,
    scripts_router,
    templates_router,
    campaigns_router,
    articles_router,
    sources_router,
    official_accounts_router,
    existing_router,
    imports_router,
    doctor_router,
    verify_files_router,
    sites_router,
    links_router,
    webhooks_router,
    group_chats_router,
    broadcasts_router,
    moments_router,
    persons_router,
    notes_router,
    contact_rules_router,
    quota_router,
    segments_router,
    dead_letters_router,
    overview_router,
    paths_router,
    journeys_router,
    dry_run_router,
    journey_templates_router,
    leads_router,
    reports_router,
    weekly_router,
    baseline_router,
    live_router,
    h5_router,
    sidebar_router,
)
"""Every module's routes; all stand under ``/api``."""


@dataclass(slots=True)
class Wiring:
    """What the web application is put together from."""

    units: Units
    vault: Vault
    access: Access
    files: FileStore
    labels: Labels
    subject_keys: SubjectKeys
    public_url: str
    private_webhooks: bool = False
    sent_days: int = 180
    trace_days: int = 180
    pictures: Pictures = field(default_factory=Pictures)
    simulator_url: str | None = None
    demo_world: JsonCaller | None = None
    """The simulator's control API; only in a demo, which has routes of its own."""
    checkers: Mapping[AccountKind, AccountChecker] = field(default_factory=dict)
    staff_fetchers: Mapping[AccountKind, StaffFetcher] = field(default_factory=dict)
    kf_checkers: Mapping[AccountKind, AccountChecker] = field(default_factory=dict)
    server_clock: ServerClock | None = None
    machine_doctor: Callable[[], Awaitable[Sequence[Described]]] | None = None
    """Looks at this installation."""
    page_door: PageDoor | None = None
    page_signer: PageSigner | None = None
    page_media: PageMedia | None = None
    """Files that pages send into chats."""
    page_scripts: Callable[[], Awaitable[Sequence[str]]] | None = None
    """The addresses from which the chat sidebar may load scripts."""
    lead_desk: LeadDesk = field(default_factory=Desk)
    """What the phone's pages know of leads."""
    webhook_accounts: WebhookAccounts = no_webhooks
    mass_messages: Counted = no_others
    windows: Windows = no_windows
    terms: Terms = field(default_factory=lambda: Terms(()))
    """What rules of segments may ask."""
    callbacks: ASGIApp | None = None
    """Takes what comes to ``/callback/…``."""
    links: ASGIApp | None = None
    """Opens short links."""
    track: ASGIApp | None = None
    """Takes the messages of the track API."""
    verify_files: ASGIApp | None = None
    """Serves verification files at the root."""
    live_hub: LiveHub = field(default_factory=LiveHub)
    ui: Path = UI_FOLDER
    running: Callable[[], AbstractAsyncContextManager[None]] | None = None
    """What runs while the application serves, such as the live listener."""


class WebApp:
    """Sends each request to its part. Callbacks go straight to their routes: nothing of the console slows them."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.console = create_console(wiring)
        self._guarded = Guard(_Console(self.console, StaticUi(wiring.ui)), wiring.simulator_url, wiring.page_scripts)
        self._callbacks = wiring.callbacks
        self._apart = (
            (LinkEndpoint.takes, wiring.links),
            (TrackEndpoint.takes, wiring.track),
            (VerifyFileEndpoint.takes, wiring.verify_files),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._callbacks is not None and scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._callbacks(scope, receive, send)
        else:
            await (self._stands_apart(scope) or self._guarded)(scope, receive, send)

    def _stands_apart(self, scope: Scope) -> ASGIApp | None:
        """What takes a request of the outside world that is no callback; None for those of the console."""
        if scope["type"] != "http":
            return None
        return next((app for takes, app in self._apart if takes(scope["path"])), None)

    def close_streams(self) -> None:
        """End the live streams: call it as soon as the server is told to stop."""
        self.wiring.live_hub.close()


class _Console:
    """The API and health where their paths say so, and the pages everywhere else."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and not scope["path"].startswith(_CONSOLE_PATHS)
        await (self._pages if is_page else self._api)(scope, receive, send)


def create_api(lifespan: Lifespan | None = None, *, demo: bool = False) -> FastAPI:
    """The API's routes and description, without anything behind them; ``demo``: with the demo's controls."""
    app = FastAPI(
        title="WeLoop",
        version=__version__,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        max_body_size=MAX_BODY_BYTES,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.router.routes.extend(_api_routes(demo))
    describe(app)
    return app


@cache
def _api_routes(demo: bool) -> tuple[BaseRoute, ...]:
    """Shared by all applications of a process: what FastAPI reads out of a route takes longer than most answers."""
    api = APIRouter(max_body_size=MAX_BODY_BYTES, generate_unique_id_function=lambda route: route.name)
    for router in (*API_ROUTERS, demo_router) if demo else API_ROUTERS:
        api.include_router(router, prefix="/api")
    return tuple(api.routes)


def create_console(wiring: Wiring) -> FastAPI:
    """The console's API with its error pages."""
    app = create_api(_lifespan(wiring), demo=wiring.demo_world is not None)
    app.include_router(enter_router)
    app.include_router(door_router)
    app.include_router(lead_stage_router)
    app.router.routes.extend(health_routes())
    install_error_handlers(app)
    for name in (
        "units",
        "vault",
        "access",
        "files",
        "public_url",
        "private_webhooks",
        "sent_days",
        "trace_days",
        "simulator_url",
        "labels",
        "subject_keys",
    ):
        setattr(app.state, name, getattr(wiring, name))
    for name in (
        "checkers",
        "staff_fetchers",
        "kf_checkers",
        "server_clock",
        "machine_doctor",
        "page_door",
        "lead_desk",
        "webhook_accounts",
        "mass_messages",
        "windows",
        "terms",
    ):
        setattr(app.state, name, getattr(wiring, name))
    for name in ("live_hub", "demo_world"):
        setattr(app.state, name, getattr(wiring, name))
    for name in ("page_signer", "page_media"):
        setattr(app.state, name, getattr(wiring, name))
    app.state.send_rate = SendRate()
    app.state.pictures = wiring.pictures
    app.state.file_reader = FileReader()
    return app


def _lifespan(wiring: Wiring) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if wiring.running is None:
            yield
            return
        async with wiring.running():
            yield

    return lifespan
