"""The system user that runs the database, and how a child process becomes that user."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from weloop.contracts.errors import SetupError

SYSTEM_USER = "weloop"
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Runner:
    """Who runs the database. ``user`` is None when we are that user ourselves."""

    user: pwd.struct_passwd | None

    @property
    def uid(self) -> int:
        return os.geteuid() if self.user is None else self.user.pw_uid

    def own(self, path: Path) -> None:
        """Give a file or folder to the runner."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def prepare(self, death_signal: signal.Signals) -> Callable[[], None]:
        """What a child does between fork and exec: drop privileges, then ask to die with its parent.

        The order matters: changing the user clears the death signal. The signal follows the *thread* that forked,
        so the child must be started from a thread that lives as long as the process.
        """
        parent, user = os.getpid(), self.user

        def become() -> None:
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.umask(0o077)
            if user is not None:
                os.setgroups([])
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)
            die_with_parent(death_signal, parent)

        return become


def die_with_parent(death_signal: signal.Signals, parent: int) -> None:
    """Be sent ``death_signal`` when the parent's thread ends; leave at once if it has ended already."""
    _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def choose_runner(data: Path) -> Runner:
    """Ourselves, or when we are root a system user: PostgreSQL refuses to run as root.

    The owner of an existing cluster stays its user. Else ``weloop``, made if need be; ``nobody`` is the last resort,
    because other programs may run as it and could then reach the socket.
    """
    if os.geteuid() != 0:
        return Runner(None)
    owner = _owner_of(data)
    if owner is not None:
        return Runner(owner)
    user = _find_user(SYSTEM_USER) or _make_user() or _find_user("postgres") or _find_user("nobody")
    if user is None:
        raise SetupError(f"The database cannot run as root; create a user for it with: useradd --system {SYSTEM_USER}")
    return Runner(user)


def _owner_of(data: Path) -> pwd.struct_passwd | None:
    try:
        uid = data.stat().st_uid
        return pwd.getpwuid(uid) if uid else None
    except (FileNotFoundError, KeyError):
        return None


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_user() -> pwd.struct_passwd | None:
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is None:
        return None
    arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    shell = ["--shell", "/usr/sbin/nologin"]
    subprocess.run([tool, *arguments, *shell, SYSTEM_USER], capture_output=True, check=False)
    return _find_user(SYSTEM_USER)
