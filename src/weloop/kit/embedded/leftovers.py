"""What a killed server leaves behind: processes that still use the cluster, stale pid and lock files."""

import os
import signal
import time
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.kit.embedded.places import Places

# A server whose parent died is already shutting down; a checkpoint on a slow disk takes its time.
PATIENCE = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
POLL_SECONDS = 0.01


def find_processes(data: Path) -> list[int]:
    """Pids of PostgreSQL processes that work in the cluster: each has it as its working folder."""
    try:
        folder = os.path.realpath(data)
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and _works_in(name, folder)]
    except FileNotFoundError:
        return []


def _works_in(pid: str, folder: str) -> bool:
    try:
        if os.readlink(f"/proc/{pid}/cwd") != folder:
            return False
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except OSError:
        return False  # ended meanwhile, or another user's


def clear(places: Places) -> None:
    """End what is left of an earlier server and remove its stale files. The caller holds the cluster's lock.

    Raises SetupError when a process does not end.
    """
    first, *rest = PATIENCE
    postmaster = _postmaster(places)
    # Backends without a postmaster do not understand a polite request.
    for sign, seconds in (first, *rest) if postmaster in find_processes(places.data) else rest:
        if not _end(places.data, sign, seconds):
            continue
        places.pid_file.unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (places.socket / name).unlink(missing_ok=True)
        return
    pids = ", ".join(map(str, find_processes(places.data)))
    raise SetupError(f"Processes of an earlier database do not end ({pids}); end them and start again")


def _end(data: Path, sign: signal.Signals, seconds: float) -> bool:
    """Send the signal to all, wait until none is left; whether that came about."""
    deadline = time.monotonic() + seconds
    told: set[int] = set()
    while pids := set(find_processes(data)):
        for pid in pids - told:
            _send(pid, sign)
        told |= pids
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
        os.kill(pid, signal.SIGCONT)  # a stopped process would not hear it
    except ProcessLookupError:
        return


def _postmaster(places: Places) -> int | None:
    try:
        return int(places.pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
