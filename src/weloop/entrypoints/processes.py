"""The two working processes: ``python -m weloop.entrypoints.processes serve`` and ``… work``."""

import sys
from collections.abc import Callable

from weloop.contracts.errors import SetupError
from weloop.entrypoints.memory import hold_memory
from weloop.entrypoints.parts import TOLD
from weloop.entrypoints.preparation import check_key
from weloop.entrypoints.settings import Settings, load_settings
from weloop.kit.logging import configure_logging


def serve(settings: Settings) -> None:
    """Run the web server until a stop signal."""
    from weloop.entrypoints import serving  # the worker has no use for it

    _begin(settings)
    serving.serve(settings)


def work(settings: Settings) -> None:
    """Run the worker until a stop signal."""
    from weloop.entrypoints.worker import run

    _begin(settings)
    run(settings)


def _begin(settings: Settings) -> None:
    configure_logging(settings.log_level, settings.log_format)
    if settings.dsn:  # asked first: that no database runs explains more than that the key is missing
        check_key(settings.key_file)


def guarded(process: Callable[[Settings], None], settings: Callable[[], Settings]) -> None:
    """Run a process; one sentence when it cannot be started."""
    hold_memory()
    try:
        process(settings())
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        sys.exit(TOLD)


if __name__ == "__main__":
    guarded({"serve": serve, "work": work}[sys.argv[1]], load_settings)
