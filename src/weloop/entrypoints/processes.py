"""The two working processes: ``python -m weloop.entrypoints.processes serve`` and ``… work``."""

import os
import sys
from collections.abc import Callable

from weloop.contracts.errors import SetupError
from weloop.entrypoints.settings import Settings, load_settings
from weloop.kit.logging import configure_logging


def serve(settings: Settings) -> None:
    """Run the web server until a stop signal."""
    from weloop.entrypoints import serving  # the worker has no use for it

    configure_logging(settings.log_level, settings.log_format)
    serving.serve(settings)


def work(settings: Settings) -> None:
    """Run the worker until a stop signal."""
    from weloop.entrypoints.worker import run

    configure_logging(settings.log_level, settings.log_format)
    run(settings)


def guarded(process: Callable[[Settings], None], settings: Callable[[], Settings]) -> None:
    """Run a process; one sentence and exit code 1 when it cannot be started."""
    try:
        process(settings())
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    guarded({"serve": serve, "work": work}[sys.argv[1]], load_settings)
