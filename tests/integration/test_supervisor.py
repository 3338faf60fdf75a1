"""``weloop up``: one process to stop and nothing left behind, whatever is killed; failures in one sentence."""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from weloop.entrypoints.cli import main; main()"]
SECONDS = 60


@dataclass
class Running:
    """A supervisor that has said that it is ready."""

    process: "subprocess.Popen[str]"
    url: str

    @property
    def parts(self) -> dict[int, str]:
        """Every process below the supervisor: pid and command line."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(
                    int(stat.parent.name)
                )
        found, waiting = {}, [self.process.pid]
        while waiting:
            for pid in children.get(waiting.pop(), []):
                found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                waiting.append(pid)
        return found

    def pid_of(self, mark: str) -> int:
        """The part whose command line holds ``mark``."""
        return next(pid for pid, command in self.parts.items() if mark in command)

    def get(self, path: str) -> int:
        """Status of a GET, waiting while nobody accepts."""
        with urllib.request.urlopen(self.url + path, timeout=SECONDS) as response:
            status: int = response.status
            return status

    def hear(self, mark: str) -> str:
        """Read what it says up to a line that holds ``mark``."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if mark in line:
                return line
        raise AssertionError(f"it ended without saying {mark!r}")


def environment(home: Path, bindir: Path | None) -> dict[str, str]:
    """A clean environment with the home and, if given, another PostgreSQL."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WELOOP_", "DATABASE_"))}
    return kept | {"WELOOP_HOME": str(home)} | ({"WELOOP_PG_BINDIR": str(bindir)} if bindir else {})


@contextlib.contextmanager
def run_up(home: Path, bindir: Path | None, **variables: str) -> Iterator[Running]:
    """Start ``weloop up`` on a free port and wait until it is ready."""
    command = [*COMMAND, "up", "--port", "0"]
    surroundings = environment(home, bindir) | variables
    with subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True) as process:
        running = Running(process, "")
        try:
            running.url = re.findall(r"http://\S+", running.hear("is ready at"))[0]
            yield running
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)


def watch(pids: dict[int, str]) -> list[int]:
    """File descriptors that become readable when each process ends."""
    return [os.pidfd_open(pid) for pid in pids]


def all_ended(watched: list[int]) -> bool:
    """Wait until all have ended."""
    for fd in watched:
        ended, _, _ = select.select([fd], [], [], SECONDS)
        os.close(fd)
        if not ended:
            return False
    return True


def complaint(home: Path, *arguments: str) -> str:
    """What a command that must fail says."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home, None),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr.rstrip("\n")


def ends_all(running: Running, number: signal.Signals) -> bool:
    """Whether the supervisor ends well at a signal and leaves nothing."""
    watched = watch(running.parts)
    running.process.send_signal(number)
    return running.process.wait(SECONDS) == 0 and all_ended(watched)


@pytest.mark.crash
def test_killing_the_supervisor_leaves_nothing_and_the_next_start_recovers(home: Path, bindir: Path | None) -> None:
    with run_up(home, bindir) as running:
        watched = watch(running.parts)
        running.process.kill()
        assert all_ended(watched)
    with run_up(home, bindir) as running:
        assert running.get("/readyz") == 200
        said = complaint(home, "up", "--port", "0")
        assert said.startswith(f"Another WeLoop (process {running.process.pid}) is running in {home}; stop it")
        assert running.get("/readyz") == 200, "who came second did not harm the first"
        assert ends_all(running, signal.SIGTERM)


@pytest.mark.crash
def test_a_killed_part_is_started_again_and_refuses_nobody(home: Path, bindir: Path | None) -> None:
    with run_up(home, bindir) as running:
        for mark in ("processes serve", "processes work"):
            killed = running.pid_of(mark)
            watched = watch({killed: mark})
            os.kill(killed, signal.SIGKILL)
            assert all_ended(watched)
            # The socket is the supervisor's: what comes meanwhile waits in its queue.
            assert running.get("/healthz") == 200
            running.hear("ended (killed by SIGKILL); starting it again")
        assert running.get("/readyz") == 200
        killed = running.pid_of("postgres -D")
        os.kill(killed, signal.SIGKILL)
        running.hear("The database ended; starting it again")
        statuses = (_status(running, "/readyz") for _ in range(10_000))
        assert 200 in statuses
        assert running.pid_of("postgres -D") != killed
        assert ends_all(running, signal.SIGINT)


def _status(running: Running, path: str) -> int:
    try:
        return running.get(path)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_a_database_elsewhere_is_used_and_none_is_started(home: Path, database: str) -> None:
    home.mkdir()
    (home / "secret.key").write_bytes(bytes(32))  # as on a second machine, which gets a copy
    with run_up(home, None, DATABASE_URL=database) as running:
        assert running.get("/readyz") == 200
        assert [command for command in running.parts.values() if "postgres" in command] == []
        assert not (home / "data").exists()
        assert ends_all(running, signal.SIGHUP)


def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(home: Path) -> None:
    surroundings = environment(home, None) | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}
    command = [*COMMAND, "up", "--port", "0"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"The database cannot be reached: [^\n]+\n", done.stderr)


def test_a_taken_port_is_said_in_one_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(home, "up", "--port", str(port))
    assert said == f"Port {port} is taken by another program; stop that, or choose another port with --port"


def test_data_of_another_version_is_said_in_one_sentence(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "PG_VERSION").write_text("9\n")
    assert re.fullmatch(
        r"The data in \S+ was made by PostgreSQL 9 and this is [^\n]+", complaint(home, "up", "--port", "0")
    )


def test_a_setting_that_does_not_fit_is_named(home: Path) -> None:
    home.mkdir()
    assert complaint(home, "up", "--port", "70000").startswith("The setting WELOOP_PORT does not fit: ")


def test_a_part_alone_never_starts_a_database(home: Path) -> None:
    for verb in (["serve", "--port", "0"], ["worker"]):
        said = complaint(home, *verb)
        assert said == f"No database is running in {home}; start WeLoop with `weloop up`, or set DATABASE_URL"
