"""The home folder made ready: its sub-folders, who may enter them, and the lock that says who owns the cluster."""

import fcntl
import os
from typing import IO

from weloop.contracts.errors import SetupError
from weloop.kit.embedded.identity import Runner
from weloop.kit.embedded.places import Places


def make_folders(places: Places, runner: Runner) -> None:
    """Make the home and the folders of the log and the socket; let the runner reach what is its own, and nothing else.

    Raises SetupError when the runner cannot enter the home, OSError when the home cannot be written.
    """
    _check_reachable(places, runner)
    if not places.home.exists():
        places.home.mkdir(mode=0o700, parents=True)
    for folder in (places.log.parent, places.socket):
        folder.mkdir(mode=0o700, exist_ok=True)
    _check_socket_folder(places, runner)
    if runner.user is not None:
        places.home.chmod(places.home.stat().st_mode | 0o111)  # to pass through; what lies in it stays closed
        runner.own(places.socket)


def _check_socket_folder(places: Places, runner: Runner) -> None:
    """A short folder for the socket stands where everybody may write: it must not be somebody else's."""
    folder = places.socket
    status = folder.lstat()
    if status.st_uid not in (os.geteuid(), runner.uid) or folder.is_symlink():
        raise SetupError(f"The folder {folder} belongs to somebody else; remove it, or choose another home with --home")
    folder.chmod(0o700)


def _check_reachable(places: Places, runner: Runner) -> None:
    for folder in (parent for parent in places.home.parents if parent.exists()):
        status = folder.stat()
        if runner.user is not None and not status.st_mode & 0o001 and status.st_uid != runner.uid:
            raise SetupError(
                f"{places.home} lies below {folder}, which the system user {runner.user.pw_name}, who runs the "
                f"database, may not enter; choose another home, for example --home /var/lib/weloop"
            )


def take_lock(places: Places) -> IO[str]:
    """Become the owner of the cluster until the file that is returned is closed.

    Raises SetupError when another process owns it.
    """
    lock = places.lock.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise SetupError(
            f"Another WeLoop (process {owner}) is running in {places.home}; stop it, or choose another home with --home"
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
