"""Before the parts start, a process that ends: the key, which several would make at once, and the tables."""

import asyncio
import os
import sys
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.entrypoints.migrate import current_revision, upgrade
from weloop.entrypoints.parts import TOLD
from weloop.kit.embedded import find_running
from weloop.kit.embedded.complaints import explain_os_error

KEY_BYTES = 32


def main() -> None:
    """Read the environment that the supervisor hands on; one sentence on failure."""
    home = Path(os.environ["WELOOP_HOME"])
    try:
        make_ready(home / "secret.key", os.environ.get("WELOOP_DATABASE_URL") or find_running(home))
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(TOLD)


def make_ready(key_file: Path, dsn: str) -> None:
    """Have the key and this version's tables.

    Raises SetupError, also when the key of a database that is in use has gone: a new one would open nothing in it.
    """
    if not key_file.exists():
        if asyncio.run(current_revision(dsn)) is not None:
            raise SetupError(_missing(key_file))
        make_key(key_file)
    check_key(key_file)
    upgrade(dsn)


def make_key(key_file: Path) -> None:
    """Make a new key."""
    from weloop.kit.seal import load_vault  # brings a crypto library, which later starts can do without

    try:
        load_vault(key_file)
    except OSError as error:
        raise explain_os_error(error, key_file) from error


def check_key(key_file: Path) -> None:
    """Raise SetupError when the key is missing or cannot be one."""
    try:
        right = len(key_file.read_bytes()) == KEY_BYTES
    except FileNotFoundError as error:
        raise SetupError(_missing(key_file)) from error
    except OSError as error:
        raise explain_os_error(error, key_file) from error
    if not right:
        raise SetupError(f"The key {key_file} is damaged: it does not hold {KEY_BYTES} bytes; restore your copy of it")


def _missing(key_file: Path) -> str:
    return f"The key {key_file} is missing and nothing sealed can be read without it; restore your copy of it"


if __name__ == "__main__":
    main()
