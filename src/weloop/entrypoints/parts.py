"""The processes that the supervisor runs: started so that they die with it, watched, started again, ended in time."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from weloop.kit.embedded.identity import die_with_parent

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
TOLD = 3
"""Exit code of a part that has said in one sentence why it cannot start."""
STEADY_SECONDS = 30.0
"""Whoever ran that long is started again without a long pause."""


@dataclass
class Part:
    """One process. ``health`` is (host, port, path) where it answers HTTP once it works."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    health: tuple[str, int, str] | None = None
    files: Sequence[int] = ()
    log: Path | None = None
    """File for its output; None: the terminal."""
    once: bool = False
    """It ends by itself and is not started again."""

    process: "subprocess.Popen[bytes] | None" = None
    begun: float = 0.0
    again_at: float = 0.0
    pause: float = 0.0

    def start(self) -> None:
        """Start it, in a session of its own: a Ctrl-C in the terminal reaches the supervisor alone."""
        parent = os.getpid()

        def prepare() -> None:
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            # Not a polite signal, which a part that hangs would outlive. All are made to be killed at any moment.
            die_with_parent(signal.SIGKILL, parent)

        with self._open_log() as log:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.files,
                preexec_fn=prepare,
                start_new_session=True,
            )
        self.begun = time.monotonic()

    def _open_log(self) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        return contextlib.nullcontext() if self.log is None else self.log.open("ab")

    @property
    def ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self.process is not None and self.process.poll() is not None

    @property
    def failed(self) -> bool:
        """Whether it ended otherwise than it should."""
        return self.ended and not (self.once and self.process is not None and self.process.returncode == 0)

    @property
    def is_due(self) -> bool:
        """Whether it waits to be started again and its pause is over."""
        return self.process is None and not self.once and time.monotonic() >= self.again_at

    def plan_restart(self) -> str:
        """Choose when to start it again, later each time it dies young; answers how it ended, in words."""
        words = describe_end(self.process.returncode if self.process else 0)
        young = time.monotonic() - self.begun < STEADY_SECONDS
        self.pause = min(self.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE) if young else FIRST_PAUSE
        self.again_at = time.monotonic() + self.pause
        self.process = None
        return words

    def explain_failure(self) -> str:
        """Why it did not start; empty when it has said so on the terminal itself."""
        code = self.process.returncode if self.process else 0
        if code != TOLD:
            return f"{self.name} failed ({describe_end(code)})" + (f"; see {self.log}" if self.log else "")
        return self.log.read_text().rstrip().rpartition("\n")[2] if self.log else ""

    def answers(self) -> bool:
        """Whether it works: it answers its health check with 200, or ran to its end if it runs once."""
        if self.health is None:
            return self.ended if self.once else self.process is not None
        host, port, path = self.health
        request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection((host, port), timeout=2) as connection:
                connection.sendall(request.encode())
                return connection.recv(64).split(b" ")[1:2] == [b"200"]
        except OSError:
            return False


def describe_end(code: int) -> str:
    """How a process ended, in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def stop_parts(parts: Iterable[Part], seconds: float) -> None:
    """Ask all to end, wait ``seconds`` for all together, then kill."""
    running = [part.process for part in parts if part.process is not None and part.process.poll() is None]
    deadline = time.monotonic() + seconds
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
