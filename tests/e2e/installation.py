"""The demo as a visitor starts it: the real command with a home and ports of its own, and the words it prints."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).parent / "weloop"
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
    """A running demo."""

    def __init__(self, story: str = "") -> None:
        """``story``: what is played at once; none unless given."""
        self._history = ["--history"] if story else ["--no-history"]
        self._story = {"WELOOP_STORY": story} if story else {}
        self._folder = Path(tempfile.mkdtemp(prefix="weloop-e2e-"))
        self._folder.chmod(0o711)  # when root runs the tests, the database's own user must pass
        self.home = self._folder / "home"
        self._complaints = self._folder / "stderr.txt"
        self._process = self._start()
        self.printed = self._read()

    def _start(self) -> "subprocess.Popen[str]":
        environment = {name: value for name, value in os.environ.items() if not _is_setting(name)} | self._story
        options = ["--no-browser", *self._history, "--home", str(self.home), "--port", str(free_port())]
        with self._complaints.open("w") as complaints:
            return subprocess.Popen(
                [COMMAND, "demo", *options],
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                env=environment,
            )

    def _read(self) -> Printed:
        limit = threading.Timer(START_SECONDS, self._process.kill)
        limit.start()
        said = ""
        try:
            for line in self._process.stdout or ():
                said += line
                if SIMULATOR.search(line):
                    return _understand(said)
        finally:
            limit.cancel()
        complaints = self._complaints.read_text()
        self.stop()
        raise AssertionError(f"the demo did not start:\n{said}\n{complaints}")

    def add_user(self, login: str, password: str, role: str = "operator") -> None:
        """Make a console user as an administrator would."""
        command: list[str | Path] = [COMMAND, "user", "add", login, "--role", role, "--home", self.home]
        subprocess.run(command, input=f"{password}\n", text=True, check=True, capture_output=True)

    def simulate(self, method: str, path: str, body: object = None) -> Any:
        """Call the simulator's control API; the answer's JSON."""
        request = urllib.request.Request(
            self.printed.simulator + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def stop(self) -> None:
        """End all processes and forget the home."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


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
