"""The demo as a visitor starts it, by the real command; and its parts beside the tests, where that is not the point."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from tests.conftest import copied
from tests.patience import patience

from weloop.entrypoints.demo import MARK, read_mark, write_mark
from weloop.entrypoints.demo_setup import set_up
from weloop.entrypoints.demo_users import ADMIN
from weloop.entrypoints.listener import open_listener
from weloop.entrypoints.preparation import make_key
from weloop.entrypoints.serving import Server
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.web import create_app
from weloop.entrypoints.worker import work
from wxsim.limits import Switches
from wxsim.testing import running

COMMAND = Path(sys.executable).parent / "weloop"
CALL_SECONDS = 60.0
START_SECONDS = 180.0
STOP_SECONDS = 30.0
FIRST_PORT, PORTS = 20_000, 200
ADDRESS = re.compile(r"WeLoop 微环\s+(?P<url>\S+?)(?P<enter>/enter/\S+)")
PASSWORD = re.compile(r"as (?P<login>\S+) with password (?P<password>\S+?)\)")
SIMULATOR = re.compile(r"Simulator\s+(?P<url>\S+?)/console")


@dataclass(frozen=True)
class Printed:
    """What the command says once everything runs."""

    url: str
    link: str
    login: str
    password: str
    simulator: str


class Demo:
    """A product beside the simulator, both running, and what its command would print."""

    def __init__(self, printed: Printed, home: Path, database: str | None = None) -> None:
        """``database``: where it is no embedded one in the home."""
        self.printed = printed
        self._home = home
        self._database = database

    def add_user(self, login: str, password: str, role: str = "operator") -> None:
        """Make a console user as an administrator would."""
        command: list[str | Path] = [COMMAND, "user", "add", login, "--role", role, "--home", self._home]
        environment = os.environ | ({"WELOOP_DATABASE_URL": self._database} if self._database else {})
        subprocess.run(command, input=f"{password}\n", text=True, check=True, capture_output=True, env=environment)

    def simulate(self, method: str, path: str, body: object = None) -> Any:
        """Call the simulator's control API; the answer's JSON."""
        request = urllib.request.Request(
            self.printed.simulator + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=CALL_SECONDS) as answer:
            return json.load(answer)


@contextlib.contextmanager
def run_command(story: str = "") -> Iterator[Demo]:
    """The demo as its command starts it, all processes; ``story``: what is played at once, none unless given."""
    with _open_folder() as folder:
        home, complaints = folder / "home", folder / "stderr.txt"
        environment = {name: value for name, value in os.environ.items() if not _is_setting(name)}
        history = ["--history"] if story else ["--no-history"]
        options = ["--no-browser", *history, "--home", str(home), "--port", str(free_port())]
        with (
            complaints.open("w") as stderr,
            subprocess.Popen(
                [COMMAND, "demo", *options],
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env=environment | ({"WELOOP_STORY": story} if story else {}),
            ) as process,
        ):
            try:
                said = _read(process)
                assert SIMULATOR.search(said), f"the demo did not start:\n{said}\n{complaints.read_text()}"
                yield Demo(_understand(said), home)
            finally:
                _end(process)


def _read(process: "subprocess.Popen[str]") -> str:
    """What it says, to the last line of a demo that runs or until it ends."""
    limit = threading.Timer(START_SECONDS, process.kill)
    limit.start()
    said = ""
    try:
        for line in process.stdout or ():
            said += line
            if SIMULATOR.search(line):
                break
    finally:
        limit.cancel()
    return said


def _end(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


@contextlib.contextmanager
def run_beside(server: str, template: str) -> Iterator[Demo]:
    """The same parts in a thread beside the tests, on a copy of a migrated database: a fraction of the time."""
    started: Future[Demo] = Future()
    stop = threading.Event()

    async def serve(home: Path) -> None:
        async with copied(server, template) as database:
            await _serve(home, database, started, stop)

    with _open_folder() as folder:
        home = folder / "home"
        home.mkdir()
        write_mark(home / MARK)
        make_key(home / "secret.key")
        thread = threading.Thread(target=lambda: uvloop.run(serve(home)))
        thread.start()
        try:
            yield started.result(START_SECONDS)
        finally:
            stop.set()
            thread.join(STOP_SECONDS)
            assert not thread.is_alive(), "the product did not stop"


async def _serve(home: Path, database: str, started: "Future[Demo]", stop: threading.Event) -> None:
    stops: list[asyncio.Event] = []
    with open_listener("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        async with (
            patience() as limits,
            running(limits=limits, switches=Switches(crowd_acts=True)) as simulator,
        ):
            settings = Settings(
                home=home,
                port=port,
                WELOOP_DATABASE_URL=database,  # type: ignore[call-arg]
                demo=True,
                simulator_url=simulator.url,
                private_webhooks=True,
            )
            app = create_app(settings)
            web = Server(app)
            parts = [
                asyncio.create_task(web.serve(sockets=[listener])),
                asyncio.create_task(work(settings, stops.append)),
            ]
            try:
                token = await asyncio.to_thread(set_up, settings)
                url, password = settings.base_url, read_mark(home)["password"]
                printed = Printed(url, f"{url}/enter/{token}", ADMIN, password, simulator.url)
                started.set_result(Demo(printed, home, database))
                await asyncio.to_thread(stop.wait)
            except BaseException as error:
                started.set_exception(error)
                raise
            finally:
                web.handle_exit(signal.SIGTERM, None)
                for each in stops:
                    each.set()
                await asyncio.gather(*parts)


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
    """When root runs the tests, the database's own user must pass."""
    with tempfile.TemporaryDirectory(prefix="weloop-e2e-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


def free_port() -> int:
    """A port that is free together with the next one, which the simulator takes.

    Below those the system gives away by itself, and for each process of a run in another place: none can be taken
    between the question and the demo's start.
    """
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in range(FIRST_PORT + PORTS * process, FIRST_PORT + PORTS * (process + 1), 2):
        with socket.socket() as one, socket.socket() as next_one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            next_one.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no two free ports side by side")


def _is_setting(name: str) -> bool:
    """Whether a variable would change the demo; leaving the UI as it is built is allowed."""
    return (name.startswith("WELOOP_") and name != "WELOOP_UI") or name == "DATABASE_URL"


def _understand(said: str) -> Printed:
    address, password, simulator = ADDRESS.search(said), PASSWORD.search(said), SIMULATOR.search(said)
    if not (address and password and simulator):
        raise AssertionError(f"the demo printed something else:\n{said}")
    return Printed(
        address["url"], address["url"] + address["enter"], password["login"], password["password"], simulator["url"]
    )
