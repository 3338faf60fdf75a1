"""Where an installation keeps its database below its home folder."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# sun_path of a unix socket holds 108 bytes with its closing zero; PostgreSQL appends its own name.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
ROLE = "weloop"
DATABASE = "weloop"


@dataclass(frozen=True)
class Places:
    """Folders and files of the database that belongs to ``home`` (an absolute path)."""

    home: Path

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.home / "data"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def lock(self) -> Path:
        """Locked by the one process that owns the cluster."""
        return self.home / "database.lock"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgresql.log"

    @property
    def engine(self) -> Path:
        """Copies of the binaries, where the originals cannot be read by the user who runs them."""
        return self.home / "engine"

    @property
    def socket(self) -> Path:
        """Folder of the socket: below home, or a short one that follows from home where that path is too long."""
        near = self.home / "run"
        if len(str(near).encode()) <= LONGEST_SOCKET_FOLDER:
            return near
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"weloop-{digest}"

    def dsn(self, database: str = DATABASE) -> str:
        """libpq address over the unix socket, as asyncpg and pg_dump take it."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.socket), safe='')}"
