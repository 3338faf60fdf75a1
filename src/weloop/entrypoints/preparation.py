"""Before the parts start, a process that ends: the key, which several would make at once, and the tables."""

import os
import sys
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.entrypoints.migrate import upgrade
from weloop.kit.embedded import find_running


def main() -> None:
    """Read the environment that the supervisor hands on; one sentence and exit code 1 on failure."""
    home = Path(os.environ["WELOOP_HOME"])
    try:
        _make_key(home / "secret.key")
        upgrade(os.environ.get("WELOOP_DATABASE_URL") or find_running(home))
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def _make_key(file: Path) -> None:
    if not file.exists():
        from weloop.kit.seal import load_vault  # brings a crypto library, which later starts can do without

        load_vault(file)


if __name__ == "__main__":
    main()
