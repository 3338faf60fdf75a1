"""The web application, put together: what only the web server needs, so that no worker loads it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from weloop.access.api import Access, AccessPolicy, Passwords
from weloop.accounts.api import CallbackDirectory
from weloop.connectors.web.api import ShortLinks, WriteKeys, find_webhook_accounts
from weloop.content.api import FileStore, Pictures
from weloop.entrypoints.bootstrap import READERS, build_core, build_labels, build_platforms, build_terms, running
from weloop.entrypoints.http.app import WebApp, Wiring
from weloop.entrypoints.http.callbacks import CallbackEndpoint
from weloop.entrypoints.http.links import LinkEndpoint
from weloop.entrypoints.http.live import LiveHub
from weloop.entrypoints.http.track import TrackEndpoint
from weloop.entrypoints.http.verify_files import VerifyFileEndpoint
from weloop.entrypoints.json_caller import JsonCaller
from weloop.entrypoints.machine import describe_machine
from weloop.entrypoints.settings import Settings
from weloop.features.broadcasts import api as broadcasts
from weloop.features.doctor.api import CallbackNotes
from weloop.features.official_accounts.api import read_windows
from weloop.inbox.api import Intake


def create_app(settings: Settings) -> WebApp:
    """The web application of one process."""
    core = build_core(settings)
    files = FileStore(settings.files)
    platforms = build_platforms(core, files)
    hub = LiveHub()
    directory = CallbackDirectory(core.units, core.vault)
    write_keys, short_links = WriteKeys(core.units), ShortLinks(core.units)
    intake = Intake(core.engine, core.keys)
    notes = CallbackNotes(core.units)
    demo_world = JsonCaller(settings.simulator_url) if settings.demo and settings.simulator_url else None
    core.listener.subscribe(hub.on_topic)
    core.listener.subscribe(directory.on_topic)
    core.listener.subscribe(write_keys.on_topic)
    core.listener.subscribe(short_links.on_topic)

    @asynccontextmanager
    async def serve() -> AsyncIterator[None]:
        stop = asyncio.Event()
        async with running(core, stop):
            writing = asyncio.create_task(notes.run(stop))
            try:
                yield
            finally:
                writing.cancel()
                await intake.drain()
                await notes.write()
                if demo_world is not None:
                    await demo_world.close()
                await platforms.transport.close()

    return WebApp(
        Wiring(
            units=core.units,
            vault=core.vault,
            access=Access(AccessPolicy(), Passwords()),
            files=files,
            pictures=Pictures(settings.proxy),
            labels=build_labels(),
            subject_keys=core.keys,
            public_url=settings.base_url,
            private_webhooks=settings.private_webhooks,
            sent_days=settings.sent_days,
            trace_days=settings.trace_days,
            simulator_url=settings.simulator_url,
            demo_world=demo_world,
            checkers=platforms.checkers,
            staff_fetchers=platforms.staff_fetchers,
            kf_checkers=platforms.kf_checkers,
            server_clock=platforms.server_clock,
            machine_doctor=partial(describe_machine, settings),
            page_door=platforms.page_door,
            page_signer=platforms.page_signer,
            page_media=platforms.page_media,
            page_scripts=platforms.page_scripts,
            webhook_accounts=find_webhook_accounts,
            mass_messages=broadcasts.load_counted,
            windows=read_windows,
            terms=build_terms(),
            callbacks=CallbackEndpoint(directory, READERS, intake, core.clock, notes),
            links=LinkEndpoint(short_links, intake, core.clock, settings.base_url),
            track=TrackEndpoint(write_keys, intake, core.clock, settings.base_url),
            verify_files=VerifyFileEndpoint(core.units),
            live_hub=hub,
            running=serve,
        )
    )
