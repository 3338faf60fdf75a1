"""The web server process: uvicorn on the supervisor's socket or on one of its own."""

import socket
from types import FrameType

import uvicorn

from weloop.entrypoints.http.app import WebApp
from weloop.entrypoints.listener import inherited_listener, open_listener
from weloop.entrypoints.memory import settle_memory
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.web import create_app

GRACE_SECONDS = 3
"""How long requests under way may take after a stop signal."""
IDLE_SECONDS = 130
"""How long a connection without requests stays open: longer than proxies keep theirs (nginx 60 s, Caddy 120 s).

Who asks on a connection that is just being closed gets no answer and cannot know whether the request was taken.
"""


class Server(uvicorn.Server):
    """uvicorn as the product runs it. Ends the live streams at the stop signal: they never end by themselves."""

    def __init__(self, app: WebApp) -> None:
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=IDLE_SECONDS,
        )
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a stop signal."""
        self._app.close_streams()
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """Run the web server until a stop signal, on the supervisor's socket or on one of our own."""
    listener = inherited_listener() or open_listener(settings.host, settings.port)
    app = create_app(_with_port(settings, listener))
    settle_memory()
    Server(app).run(sockets=[listener])


def _with_port(settings: Settings, listener: socket.socket) -> Settings:
    """The settings with the port that port 0 became."""
    return settings.model_copy(update={"port": listener.getsockname()[1]})
