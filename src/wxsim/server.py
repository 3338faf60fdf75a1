"""One port for everything: the platforms' hosts, ``/sim``, ``/console`` and the files they show."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from wxsim import console, control, pictures
from wxsim.control.answers import reply
from wxsim.simulator import Simulator
from wxsim.wire.refusal import Refusal

TICK_SECONDS = 0.1

ROUTES: list[BaseRoute] = [
    Route("/", lambda request: RedirectResponse("/console")),
    Route("/healthz", lambda request: PlainTextResponse("ok")),
    *control.ROUTES,
    *pictures.ROUTES,
    *console.ROUTES,
]


async def _show_http_error(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return reply({"error": error.detail}, error.status_code)
    raise error


async def _show_bad_field(request: Request, error: Exception) -> Response:
    """The control API reads its bodies like the platforms do; a wrong field is a plain 400 here."""
    return reply({"error": error.text if isinstance(error, Refusal) else "bad request"}, 400)


class SimulatorApp:
    """The ASGI application: a call for a platform goes straight to the gateway, the rest to Starlette."""

    def __init__(self, simulator: Simulator) -> None:
        self._world = simulator.world
        self._gateway = simulator.gateway
        self._pages = Starlette(
            routes=ROUTES, exception_handlers={HTTPException: _show_http_error, Refusal: _show_bad_field}
        )
        self._pages.state.simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._world.settle()
            found = self._gateway.host_of(scope)
            if found:
                return await self._gateway.serve(scope, receive, send, *found)
        return await self._pages(scope, receive, send)


class Server(uvicorn.Server):
    """Leaves signals to whoever runs it, and ends open streams before it goes."""

    def __init__(self, simulator: Simulator) -> None:
        config = uvicorn.Config(
            SimulatorApp(simulator),
            log_config=None,
            access_log=False,
            lifespan="off",
            date_header=False,  # the gateway dates the platforms' answers itself
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
        )
        super().__init__(config)
        self._simulator = simulator
        self._stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """No handlers of its own."""
        yield

    def stop(self) -> None:
        """Begin to end now, not at the next tick."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Tick until stopped."""
        tick = 0
        while not await self.on_tick(tick):
            self._simulator.world.settle()
            tick += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the simulator first: streams end, callbacks stop."""
        await self._simulator.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off only for sockets that say they are TCP.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)
    listening.setblocking(False)
    return listening


async def serve(simulator: Simulator, listening: socket.socket, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set."""
    server = Server(simulator)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    server.stop()
    waiting.cancel()
    await running
