"""The running server: our child, started once everything an earlier one left is gone."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

from weloop.contracts.errors import SetupError
from weloop.kit.embedded import leftovers
from weloop.kit.embedded.binaries import Binaries, find_binaries, readable_binaries
from weloop.kit.embedded.cluster import ENVIRONMENT, check_version, make_cluster
from weloop.kit.embedded.complaints import explain, explain_os_error
from weloop.kit.embedded.folders import make_folders, take_lock
from weloop.kit.embedded.identity import Runner, choose_runner
from weloop.kit.embedded.places import Places

RECOVERY_SECONDS = 900.0
"""How long a start may take: after a crash the server first replays its log."""
STOP_SECONDS = 20.0
POLL_SECONDS = 0.01
LEAST_FREE_BYTES = 64 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # Without the rows and keys that errors are about: they are about people.
    "log_error_verbosity": "terse",
    "logging_collector": "off",
    # One machine shares its memory with our own processes: the goal is 400 MB for all of them.
    "shared_buffers": "48MB",
    "max_connections": "60",
    # Of all transactions together so many for each connection: claims lock what they work on by its number.
    "max_locks_per_transaction": "128",
    "max_worker_processes": "4",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "huge_pages": "off",
    # No replicas hang on an embedded server, so its log need not carry what they would want.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
}
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """PostgreSQL of the installation in ``home``. Start it from the main thread: it dies with the thread that did.

    ``say`` hears progress worth showing, ``settings`` override the server's, and ``durable=False`` trades safety for
    speed (tests).
    """

    def __init__(
        self,
        home: Path,
        *,
        bindir: Path | None = None,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.places = Places(Path(os.path.abspath(home)))
        self.process: subprocess.Popen[bytes] | None = None
        self._bindir = bindir
        self._settings = {**SETTINGS, **({} if durable else NOT_DURABLE), **(settings or {})}
        self._durable = durable
        self._say = say
        self._lock: IO[str] | None = None

    @property
    def dsn(self) -> str:
        """Address of the product's database."""
        return self.places.dsn()

    def start(self) -> None:
        """Make what is missing, end what an earlier server left, start, and wait until connections are taken.

        Raises SetupError, in one sentence, when that cannot be.
        """
        try:
            self.process = self._launch(*self._prepare())
            self._wait_ready(self.process)
        except OSError as error:
            self.stop()
            raise explain_os_error(error, error.filename or self.places.home) from error
        except BaseException:
            self.stop()
            raise

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Shut down cleanly within ``seconds``, else at once (the next start recovers); give up the cluster."""
        for sign, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self.process is None or self.process.poll() is not None:
                break
            self.process.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare(self) -> tuple[Binaries, Runner]:
        runner = choose_runner(self.places.data)
        make_folders(self.places, runner)
        self._lock = self._lock or take_lock(self.places)
        binaries = readable_binaries(find_binaries(self._bindir), runner, self.places.engine)
        if not check_version(self.places, binaries):
            self._say("Making the database")
            make_cluster(self.places, binaries, runner, durable=self._durable)
        leftovers.clear(self.places)
        return binaries, runner

    def _launch(self, binaries: Binaries, runner: Runner) -> "subprocess.Popen[bytes]":
        # From PostgreSQL 18 on reads go through three more processes; ours come from memory.
        settings = {**self._settings, **({"io_method": "sync"} if binaries.major >= 18 else {})}
        choices = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [binaries.path("postgres"), "-D", str(self.places.data), "-k", str(self.places.socket), *choices]
        self._turn_log()
        with self.places.log.open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                preexec_fn=runner.prepare(signal.SIGINT),
                start_new_session=True,
            )

    def _turn_log(self) -> None:
        """Keep the log of the run before; each run begins its own."""
        if self.places.log.exists():
            self.places.log.replace(self.places.log.with_suffix(".log.1"))

    def _wait_ready(self, process: "subprocess.Popen[bytes]") -> None:
        begun = time.monotonic()
        told = False
        while not is_ready(self.places, process.pid):
            if process.poll() is not None:
                raise SetupError(self._explain_end())
            waited = time.monotonic() - begun
            if waited > 3 and not told:
                self._say("The database is recovering")
                told = True
            if waited > RECOVERY_SECONDS:
                minutes = RECOVERY_SECONDS / 60
                raise SetupError(f"The database was not ready after {minutes:.0f} minutes; see {self.places.log}")
            time.sleep(POLL_SECONDS)

    def _explain_end(self) -> str:
        # On a full disk the reason itself could not be written.
        full = shutil.disk_usage(self.places.home).free < LEAST_FREE_BYTES
        log = "No space left on device" if full else self.places.log.read_text(errors="replace")
        return explain(log, "The database did not start")


def is_ready(places: Places, pid: int | None = None) -> bool:
    """Whether the pid file says ready: of the process ``pid``, so that an earlier server's file is not believed."""
    try:
        lines = places.pid_file.read_text().split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return False
    return len(lines) > 7 and lines[7].strip() == "ready" and (pid is None or lines[0] == str(pid))
