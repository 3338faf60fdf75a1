"""``weloop doctor``: looks at one thing after the other and says what to do about what is wrong."""

import asyncio
import shutil
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from weloop.accounts.api import list_accounts
from weloop.contracts.errors import SetupError
from weloop.entrypoints.database import is_running, open_unit
from weloop.entrypoints.doctor_words import WORDS
from weloop.entrypoints.http_client import JsonClient
from weloop.entrypoints.listener import address_of, open_listener
from weloop.entrypoints.migrate import current_revision, newest_revision
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.ui import is_stale, source_tree
from weloop.kit.clock import machine_now
from weloop.kit.embedded import find_binaries
from weloop.kit.embedded.cluster import check_version
from weloop.kit.embedded.places import Places
from weloop.kit.seal import KEY_BYTES

FREE_BYTES = 2 * 2**30
"""With less, a busy month of events or a backup may fill the disk."""
SKEW = timedelta(seconds=5)


@dataclass(frozen=True)
class Finding:
    """One line. ``outcome`` is the key of its words, which ``values`` fill."""

    check: str
    ok: bool
    outcome: str
    values: Mapping[str, object] = field(default_factory=dict)


def examine(settings: Settings) -> list[Finding]:
    """All checks, in an order in which the first problem explains those below it."""
    findings = [_guarded(name, check, settings) for name, check in CHECKS.items()]
    if all(finding.ok for finding in findings if finding.check == "database"):
        findings += [_guarded(name, check, settings) for name, check in DATABASE_CHECKS.items()]
    return findings


def _guarded(name: str, check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except (SetupError, OSError, asyncpg.PostgresError) as error:
        return Finding(name, False, "failed", {"reason": str(error)})


def render(findings: Sequence[Finding], environment: Mapping[str, str]) -> str:
    """The findings as lines, Chinese when the locale is, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    words = WORDS["zh" if locale.lower().startswith("zh") else "en"]
    lines = []
    for finding in findings:
        outcome = words.get(f"{finding.check}.{finding.outcome}") or words[finding.outcome]
        state = words["ok"] if finding.ok else words["problem"]
        lines.append(f"{state}  {words[finding.check]}: {outcome.format_map(finding.values)}")
    return "\n".join(lines)


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("python", good, "good" if good else "old", {"version": version})


def _postgresql(settings: Settings) -> Finding:
    if settings.database_url:
        return Finding("postgresql", True, "external")
    binaries = find_binaries(settings.pg_bindir)
    check_version(Places(settings.home), binaries)
    return Finding("postgresql", True, "good", {"version": binaries.version, "folder": binaries.folder})


def _home(settings: Settings) -> Finding:
    home = settings.home
    if not home.is_dir():
        return Finding("home", False, "missing", {"home": home})
    if home.stat().st_mode & 0o066:
        return Finding("home", False, "open", {"home": home})
    probe = home / ".doctor"
    probe.write_text("")
    probe.unlink()
    return Finding("home", True, "good", {"home": home})


def _disk(settings: Settings) -> Finding:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    values = {"free": f"{free / 2**30:.1f}", "wanted": FREE_BYTES // 2**30}
    return Finding("disk", free >= FREE_BYTES, "good" if free >= FREE_BYTES else "low", values)


def _key(settings: Settings) -> Finding:
    file = settings.key_file
    if not file.exists():
        return Finding("key", False, "missing", {"file": file})
    status = file.stat()
    if stat.S_IMODE(status.st_mode) != 0o600:
        return Finding("key", False, "open", {"file": file})
    right = status.st_size == KEY_BYTES
    return Finding("key", right, "good" if right else "damaged", {"file": file})


def _database(settings: Settings) -> Finding:
    if not settings.database_url and not is_running(settings):
        return Finding("database", False, "stopped")
    current, newest = asyncio.run(current_revision(settings.dsn)), newest_revision()
    outcome = "good" if current == newest else "other"
    return Finding("database", current == newest, outcome, {"current": current or "–", "newest": newest})


def _port(settings: Settings) -> Finding:
    values = {"port": settings.port}
    try:
        JsonClient(f"http://{address_of(settings.host)}:{settings.port}").call("GET", "/healthz")
        return Finding("port", True, "serving", values)
    except OSError:
        open_listener(settings.host, settings.port).close()
        return Finding("port", True, "free", values)


def _ui(_: Settings) -> Finding:
    root = source_tree()
    built = (Path(__file__).parents[1] / "_ui" / "index.html").exists()
    if not built:
        return Finding("ui", False, "missing")
    stale = root is not None and is_stale(root)
    return Finding("ui", not stale, "stale" if stale else "good")


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
    return Finding("clock", skew < SKEW, "good" if skew < SKEW else "skewed", values)


def _accounts(settings: Settings) -> Finding:
    async def ask() -> tuple[int, list[str]]:
        async with open_unit(settings.dsn) as unit:
            accounts = await list_accounts(unit)
            return len(accounts), [account.name for account in accounts if account.state in ("failed", "unchecked")]

    total, wrong = asyncio.run(ask())
    outcome = "wrong" if wrong else "good" if total else "none"
    return Finding("accounts", not wrong, outcome, {"total": total, "names": ", ".join(wrong)})


CHECKS: Mapping[str, Callable[[Settings], Finding]] = {
    "python": _python,
    "postgresql": _postgresql,
    "home": _home,
    "disk": _disk,
    "key": _key,
    "port": _port,
    "ui": _ui,
    "database": _database,
}
DATABASE_CHECKS: Mapping[str, Callable[[Settings], Finding]] = {"clock": _clock, "accounts": _accounts}
"""Said only where the database answers."""
