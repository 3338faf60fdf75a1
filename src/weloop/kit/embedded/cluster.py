"""The cluster on disk: made whole or not at all, and of the right version."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.kit.embedded.binaries import Binaries
from weloop.kit.embedded.complaints import explain
from weloop.kit.embedded.identity import Runner
from weloop.kit.embedded.places import DATABASE, ROLE, Places

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


def check_version(places: Places, binaries: Binaries) -> bool:
    """Whether there is a cluster.

    Raises SetupError when it is of another major version.
    """
    try:
        found = (places.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return False
    if found != str(binaries.major):
        raise SetupError(
            f"The data in {places.data} was made by PostgreSQL {found} and this is PostgreSQL {binaries.major}; "
            f"make a backup with the version of WeLoop that made it, and restore that into an empty home"
        )
    return True


def make_cluster(places: Places, binaries: Binaries, runner: Runner, *, durable: bool = True) -> None:
    """Make the cluster and its database beside its final place, then move it there: a kill leaves no half cluster."""
    for left in places.home.glob("data-new-*"):
        shutil.rmtree(left)
    half = Path(tempfile.mkdtemp(prefix="data-new-", dir=places.home))
    try:
        runner.own(half)
        _run(
            runner, [binaries.path("initdb"), "-D", str(half), *_choices(binaries), *([] if durable else ["--no-sync"])]
        )
        single = [binaries.path("postgres"), "--single", "-D", str(half), "-c", "fsync=off", "postgres"]
        _run(runner, single, f"CREATE DATABASE {DATABASE}\n")
        half.rename(places.data)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _choices(binaries: Binaries) -> list[str]:
    # LC_CTYPE must know letters beyond ASCII, or pg_trgm finds no Chinese; sorting stays by code point.
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
    # Whoever reaches the socket is let in: its folder belongs to the runner alone.
    access = ["-U", ROLE, "--auth-local=trust", "--auth-host=reject"]
    locale = ["-E", "UTF8", *provider, "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"]
    return [*access, *locale, "--data-checksums", "--no-instructions"]


def _run(runner: Runner, command: list[str], text: str = "") -> None:
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            cwd="/",
            env=ENVIRONMENT,
            preexec_fn=runner.prepare(signal.SIGTERM),
            start_new_session=True,
        )
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode != 0 or "FATAL" in done.stderr or "ERROR" in done.stderr:
        raise SetupError(explain(done.stderr, "The database could not be made"))
