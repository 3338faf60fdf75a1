"""The doctor of this machine: looks at one thing after the other and says what to do about what is wrong."""

import asyncio
import shutil
import socket
import stat
import sys
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from weloop.accounts.api import list_accounts
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import SetupError
from weloop.entrypoints.database import is_running, open_unit
from weloop.entrypoints.http_client import JsonClient
from weloop.entrypoints.listener import address_of, open_listener
from weloop.entrypoints.machine_words import EN, ZH
from weloop.entrypoints.migrate import current_revision, newest_revision
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.ui import is_stale, source_tree
from weloop.features.doctor.api import SKEW, Described, Finding, State, describe
from weloop.features.verify_files.api import read_files
from weloop.kit.clock import machine_now
from weloop.kit.embedded import find_binaries
from weloop.kit.embedded.cluster import check_version
from weloop.kit.embedded.places import Places
from weloop.kit.seal import KEY_BYTES

PROXY_SECONDS = 3.0
FILE_SECONDS = 5.0
FREE_BYTES = 2 * 2**30
"""With less, a busy month of events or a backup may fill the disk."""


def examine_machine(settings: Settings) -> list[Finding]:
    """All checks, in an order in which the first problem explains those below it."""
    findings = [_guarded(name, check, settings) for name, check in CHECKS.items()]
    if all(finding.ok for finding in findings if finding.check == "database"):
        findings += [_guarded(name, check, settings) for name, check in DATABASE_CHECKS.items()]
    return findings


def _guarded(name: str, check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except (SetupError, OSError, asyncpg.PostgresError) as error:
        return _found(name, False, "failed", {"reason": str(error)})


async def describe_machine(settings: Settings) -> list[Described]:
    """The same in words; the checks wait for files and sockets, so they have a thread."""
    return [describe(finding, ZH, EN) for finding in await asyncio.to_thread(examine_machine, settings)]


def _found(check: str, good: bool, outcome: str, values: Mapping[str, object] | None = None) -> Finding:
    shown = {name: value if isinstance(value, int) else str(value) for name, value in (values or {}).items()}
    return Finding(check, State.GOOD if good else State.PROBLEM, outcome, shown)


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return _found("python", good, "good" if good else "old", {"version": version})


def _postgresql(settings: Settings) -> Finding:
    if settings.database_url:
        return _found("postgresql", True, "external")
    binaries = find_binaries(settings.pg_bindir)
    check_version(Places(settings.home), binaries)
    return _found("postgresql", True, "good", {"version": binaries.version, "folder": binaries.folder})


def _home(settings: Settings) -> Finding:
    home = settings.home
    if not home.is_dir():
        return _found("home", False, "missing", {"home": home})
    if home.stat().st_mode & 0o066:
        return _found("home", False, "open", {"home": home})
    probe = home / ".doctor"
    probe.write_text("")
    probe.unlink()
    return _found("home", True, "good", {"home": home})


def _disk(settings: Settings) -> Finding:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    values = {"free": f"{free / 2**30:.1f}", "wanted": FREE_BYTES // 2**30}
    return _found("disk", free >= FREE_BYTES, "good" if free >= FREE_BYTES else "low", values)


def _key(settings: Settings) -> Finding:
    file = settings.key_file
    if not file.exists():
        return _found("key", False, "missing", {"file": file})
    status = file.stat()
    if stat.S_IMODE(status.st_mode) != 0o600:
        return _found("key", False, "open", {"file": file})
    right = status.st_size == KEY_BYTES
    return _found("key", right, "good" if right else "damaged", {"file": file})


def _database(settings: Settings) -> Finding:
    if not settings.database_url and not is_running(settings):
        return _found("database", False, "stopped")
    current, newest = asyncio.run(current_revision(settings.dsn)), newest_revision()
    outcome = "good" if current == newest else "other"
    return _found("database", current == newest, outcome, {"current": current or "–", "newest": newest})


def _port(settings: Settings) -> Finding:
    values = {"port": settings.port}
    try:
        JsonClient(f"http://{address_of(settings.host)}:{settings.port}").call("GET", "/healthz")
        return _found("port", True, "serving", values)
    except OSError:
        open_listener(settings.host, settings.port).close()
        return _found("port", True, "free", values)


def _egress(settings: Settings) -> Finding:
    if settings.proxy is None:
        return _found("egress", True, "direct")
    parts = urlsplit(settings.proxy)
    values = {"proxy": f"{parts.hostname}:{parts.port}"}
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), PROXY_SECONDS).close()
    except OSError:
        return _found("egress", False, "away", values)
    return _found("egress", True, "proxy", values)


def _ui(_: Settings) -> Finding:
    root = source_tree()
    built = (Path(__file__).parents[1] / "_ui" / "index.html").exists()
    if not built:
        return _found("ui", False, "missing")
    stale = root is not None and is_stale(root)
    return _found("ui", not stale, "stale" if stale else "good")


def _clock(settings: Settings) -> Finding:
    async def ask() -> timedelta:
        connection = await asyncpg.connect(settings.dsn, timeout=20)
        try:
            before = machine_now()
            theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")  # its own clock is meant
            return abs(theirs - before) if theirs < before else max(timedelta(0), theirs - machine_now())
        finally:
            await connection.close()

    skew = asyncio.run(ask())
    values = {"seconds": f"{skew.total_seconds():.1f}"}
    return _found("clock", skew < SKEW, "good" if skew < SKEW else "skewed", values)


def _accounts(settings: Settings) -> Finding:
    async def ask() -> int:
        async with open_unit(settings.dsn) as unit:
            return sum(
                account.kind in (AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT)
                for account in await list_accounts(unit)
            )

    total = asyncio.run(ask())
    return _found("accounts", True, "good" if total else "none", {"total": total})


def _verify_files(settings: Settings) -> Finding:
    async def ask() -> dict[str, str]:
        async with open_unit(settings.dsn) as unit:
            return await read_files(unit)

    files = asyncio.run(ask())
    for name, content in files.items():
        url = f"{settings.base_url}/{name}"
        answer = _read(url)
        if answer != content:
            # The first says it: what keeps one file away keeps all away, and each may cost the whole patience.
            return _found("verify_files", False, "other" if answer is not None else "away", {"url": url})
    return _found("verify_files", True, "good" if files else "none", {"total": len(files)})


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The platforms ask for the file itself."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


def _read(url: str) -> str | None:
    """What stands there, as the outside world would read it; None where nothing is."""
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=FILE_SECONDS) as answer:
            return str(answer.read(1_000).decode("utf-8", "replace")).strip()
    except (OSError, ValueError):
        return None


CHECKS: Mapping[str, Callable[[Settings], Finding]] = {
    "python": _python,
    "postgresql": _postgresql,
    "home": _home,
    "disk": _disk,
    "key": _key,
    "port": _port,
    "egress": _egress,
    "ui": _ui,
    "database": _database,
}
DATABASE_CHECKS: Mapping[str, Callable[[Settings], Finding]] = {
    "clock": _clock,
    "accounts": _accounts,
    "verify_files": _verify_files,
}
"""Said only where the database answers."""
