"""How the other processes find the database that a supervisor runs."""

import socket
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.kit.embedded.places import Places


def find_running(home: Path) -> str:
    """Address of the running database of ``home``.

    Raises SetupError when none runs there, or it is not ours to use.
    """
    places = Places(home.absolute())
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(places.socket / ".s.PGSQL.5432"))
        except PermissionError as error:
            raise SetupError(
                f"There is no permission to use {home}; run this as the user who started WeLoop"
            ) from error
        except OSError as error:
            sentence = f"No database is running in {home}; start WeLoop with `weloop up`, or set DATABASE_URL"
            raise SetupError(sentence) from error
    return places.dsn()
