"""``weloop up`` and ``weloop demo`` as a process: reads the environment that the command prepared, and supervises."""

import os
import sys
import time
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.entrypoints.listener import FD_VARIABLE, address_of, open_listener
from weloop.entrypoints.parts import Part
from weloop.entrypoints.supervisor import Supervisor, say_on_terminal
from weloop.kit.embedded import EmbeddedPostgres

PYTHON = sys.executable
# What several threads allocate is spread over arenas that never shrink; two are enough here.
LEAN = {"MALLOC_ARENA_MAX": "2"}
# A story is made up: its thousands of moments, one after the other, need not wait for the disk each.
PLAYED = {"synchronous_commit": "off"}


def main() -> None:
    """Supervise until told to stop. Exit code 1 and one sentence when the start fails."""
    begun = float(os.environ.get("WELOOP_BEGUN") or time.time())
    try:
        _supervise(begun)
    except SetupError as error:
        sys.stderr.write(f"{error.detail}\n" if error.detail else "")
        sys.exit(1)


def _supervise(begun: float) -> None:
    home, host, port = Path(os.environ["WELOOP_HOME"]), os.environ["WELOOP_HOST"], int(os.environ["WELOOP_PORT"])
    demo = os.environ.get("WELOOP_DEMO") == "1"
    with open_listener(host, port) as listener:
        os.environ["WELOOP_PORT"] = str(listener.getsockname()[1])
        parts = _product(listener.fileno(), home / "log" if demo else None)
        if demo:
            parts = _with_simulator(parts, home / "log")
        supervisor = Supervisor(_database(home), parts, say_on_terminal)
        supervisor.run(lambda: _tell_ready(begun))


def _database(home: Path) -> EmbeddedPostgres | None:
    if os.environ.get("WELOOP_DATABASE_URL"):
        return None
    bindir = os.environ.get("WELOOP_PG_BINDIR")
    settings = PLAYED if os.environ.get("WELOOP_HISTORY") else {}
    return EmbeddedPostgres(home, bindir=Path(bindir) if bindir else None, settings=settings, say=say_on_terminal)


def _product(listener: int, logs: Path | None) -> list[list[Part]]:
    serve = Part(
        "serve",
        [PYTHON, "-m", "weloop.entrypoints.processes", "serve"],
        {**LEAN, FD_VARIABLE: str(listener)},
        (address_of(os.environ["WELOOP_HOST"]).strip("[]"), int(os.environ["WELOOP_PORT"]), "/healthz"),
        (listener,),
        _log(logs, "serve"),
    )
    worker = Part("worker", [PYTHON, "-m", "weloop.entrypoints.processes", "work"], LEAN, log=_log(logs, "worker"))
    preparation = Part("preparation", [PYTHON, "-m", "weloop.entrypoints.preparation"], once=True)
    return [[preparation], [serve, worker]]


def _with_simulator(parts: list[list[Part]], logs: Path) -> list[list[Part]]:
    port = os.environ["WELOOP_SIMULATOR_PORT"]
    command = [PYTHON, "-m", "wxsim", "serve", "--crowd", "--port", port, "--speed", os.environ["WELOOP_SPEED"]]
    command += ["--state", os.path.join(os.environ["WELOOP_HOME"], "simulator.world")]
    if os.environ.get("WELOOP_HISTORY"):
        command += ["--world", os.environ["WELOOP_HISTORY"], "--history"]
    simulator = Part("wxsim", command, LEAN, ("127.0.0.1", int(port), "/console"), log=_log(logs, "wxsim"))
    setup = Part("demo set-up", [PYTHON, "-m", "weloop.entrypoints.demo_setup"], once=True)
    story = Part("story", [PYTHON, "-m", "weloop.entrypoints.demo_history"], LEAN, log=_log(logs, "story"))
    has_story = os.environ.get("WELOOP_HISTORY") or float(os.environ["WELOOP_SPEED"]) != 1.0
    first, second = parts
    return [[simulator, *first], [*second, setup], [story] if has_story else []]


def _log(folder: Path | None, name: str) -> Path | None:
    return folder / f"{name}.log" if folder else None


def _tell_ready(begun: float) -> None:
    if os.environ.get("WELOOP_DEMO") != "1":
        own = f"http://{address_of(os.environ['WELOOP_HOST'])}:{os.environ['WELOOP_PORT']}"
        address = os.environ.get("WELOOP_PUBLIC_URL") or own
        say_on_terminal(f"WeLoop is ready at {address} ({time.time() - begun:.1f} s); Ctrl-C stops it")


if __name__ == "__main__":
    main()
