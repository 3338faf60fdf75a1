"""The supervisor: owns the embedded database and the parts, starts again what dies, takes all down with it.

It is a process of its own that imports next to nothing, because it runs as long as the product does.
"""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from weloop.contracts.errors import SetupError
from weloop.entrypoints.parts import Part, stop_parts
from weloop.kit.embedded import EmbeddedPostgres

STOP_SECONDS = 5.0
POLL_SECONDS = 0.02
TICK_SECONDS = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[[str], None]


class StopRequested(BaseException):
    """A stop signal came. Not an Exception: nothing on the way may swallow it."""


class Supervisor:
    """Runs ``postgres`` (None: the database is elsewhere), then the ``steps`` one after the other.

    A step is a list of parts that start together; the next one begins when all of them answer.
    """

    def __init__(self, postgres: EmbeddedPostgres | None, steps: Sequence[Sequence[Part]], say: Say) -> None:
        self._postgres = postgres
        self._steps = steps
        self._say = say
        self._database_again_at = 0.0

    @property
    def _parts(self) -> list[Part]:
        return [part for step in self._steps for part in step]

    def run(self, when_ready: Callable[[], None]) -> None:
        """Run until a stop signal.

        Raises SetupError when the start fails; later failures are mended.
        """
        for number in STOP_SIGNALS:
            signal.signal(number, _request_stop)
        # A child's end then wakes the loop instead of being looked for.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        try:
            self._start()
            when_ready()
            while True:
                signal.sigtimedwait({signal.SIGCHLD}, TICK_SECONDS if not self._waits() else POLL_SECONDS)
                self._mend()
        except StopRequested:
            self._say("Stopping")
        finally:
            self._stop()

    def _start(self) -> None:
        if self._postgres is not None:
            self._postgres.start()
        for step in self._steps:
            for part in step:
                part.start()
            self._wait_for(step)

    def _wait_for(self, step: Sequence[Part]) -> None:
        waiting = list(step)
        while waiting:
            for part in self._parts:
                if part.failed:
                    raise SetupError(part.explain_failure())
            waiting = [part for part in waiting if not part.answers()]
            time.sleep(POLL_SECONDS if waiting else 0)

    def _waits(self) -> bool:
        return any(part.process is None for part in self._parts if not part.once)

    def _mend(self) -> None:
        self._mend_database()
        for part in self._parts:
            if part.ended and not part.once:
                self._say(f"{part.name} ended ({part.plan_restart()}); starting it again")
            elif part.is_due:
                part.start()

    def _mend_database(self) -> None:
        postgres = self._postgres
        alive = postgres is None or (postgres.process is not None and postgres.process.poll() is None)
        if postgres is None or alive or time.monotonic() < self._database_again_at:
            return
        self._say("The database ended; starting it again")
        try:
            postgres.start()
        except SetupError as error:
            self._say(str(error))
            self._database_again_at = time.monotonic() + 5.0

    def _stop(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stop_parts(self._parts, STOP_SECONDS)
        if self._postgres is not None:
            self._postgres.stop()


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    raise StopRequested


def say_on_terminal(text: str) -> None:
    """One line of progress on standard error."""
    sys.stderr.write(f"· {text}\n")
    sys.stderr.flush()
