"""Backup and restore: the whole database and all files in one tar file; the key is kept apart, on purpose."""

import asyncio
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from weloop import __version__
from weloop.contracts.errors import SetupError
from weloop.entrypoints.database import open_database
from weloop.entrypoints.migrate import current_revision, newest_revision, upgrade
from weloop.entrypoints.preparation import make_key
from weloop.entrypoints.settings import Settings
from weloop.kit.clock import machine_now
from weloop.kit.embedded import find_binaries
from weloop.kit.embedded.complaints import explain, explain_os_error

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
Say = Callable[[str], None]


def back_up(settings: Settings, target: Path, say: Say) -> None:
    """Write ``target``: first the database, then the files, which are only ever added, so none is missing.

    Raises SetupError; then there is no half backup under the name.
    """
    half = target.with_name(f"{target.name}.part")
    try:
        with (
            open_database(settings, say, migrated=False) as dsn,
            tempfile.TemporaryDirectory(dir=target.parent) as folder,
        ):
            dump = Path(folder, DUMP)
            revision = asyncio.run(current_revision(dsn))
            if revision is None:
                raise SetupError("There is nothing to save: the database is empty")
            say("Saving the database")
            _run_tool(settings, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", dsn])
            say("Saving the files")
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                _pack(file, revision, dump, settings.files)
        half.replace(target)
    except OSError as error:
        raise explain_os_error(error, target) from error
    finally:
        half.unlink(missing_ok=True)


def _pack(target: IO[bytes], revision: str, dump: Path, files: Path) -> None:
    with tarfile.open(fileobj=target, mode="w") as archive:
        manifest = {"version": __version__, "revision": revision, "made": machine_now().isoformat()}
        note = dump.with_name(MANIFEST)
        note.write_text(json.dumps(manifest))
        archive.add(note, MANIFEST)
        archive.add(dump, DUMP)
        for file in sorted(files.glob("[!.]*")):  # those with a dot are still being uploaded
            archive.add(file, f"{FILES}/{file.name}")


def restore(settings: Settings, source: Path, say: Say) -> None:
    """Bring a backup into an empty home (or the empty database that is set), and its tables to this version.

    Raises SetupError when the place is not empty or the backup is of a newer version.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="weloop-") as folder:
            _unpack(source, Path(folder))
            _check_manifest(Path(folder, MANIFEST))
            with open_database(settings, say, migrated=False) as dsn:
                _check_empty(settings, dsn)
                say("Restoring the database")
                arguments = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
                _run_tool(settings, "pg_restore", [*arguments, f"--dbname={dsn}", str(Path(folder, DUMP))])
                say("Restoring the files")
                _move_files(Path(folder, FILES), settings.files)
                upgrade(dsn)
    except OSError as error:
        raise explain_os_error(error, error.filename or settings.home) from error


def _unpack(source: Path, folder: Path) -> None:
    """Take out what a backup holds and nothing else: plain files at their places."""
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                place = PurePosixPath(member.name)
                wanted = member.name in (MANIFEST, DUMP) or (place.parts[0] == FILES and ".." not in place.parts)
                content = archive.extractfile(member) if member.isfile() and wanted else None
                if content is not None:
                    target = folder / place
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as file:
                        shutil.copyfileobj(content, file)
    except tarfile.TarError as error:
        raise SetupError(f"{source} is no backup of WeLoop, or it is damaged: {error}") from error


def _check_manifest(file: Path) -> None:
    try:
        revision = json.loads(file.read_text())["revision"]
    except (FileNotFoundError, ValueError, KeyError) as error:
        raise SetupError("The file is no backup of WeLoop: it holds no manifest") from error
    if str(revision) > newest_revision():
        raise SetupError(
            f"The backup was made by a newer version of WeLoop (tables at {revision}); install that version"
        )


def _check_empty(settings: Settings, dsn: str) -> None:
    if asyncio.run(current_revision(dsn)) is not None or any(settings.files.glob("*")):
        place = "The database that is set" if settings.database_url else f"{settings.home}"
        raise SetupError(f"{place} is not empty; restore into an empty home with --home")


def _move_files(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in source.iterdir():
            shutil.move(path, target / path.name)


def _run_tool(settings: Settings, program: str, arguments: list[str]) -> None:
    command = [find_binaries(settings.pg_bindir).path(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(explain(done.stderr, f"{program} failed"))


def take_key(settings: Settings, key: Path | None, *, without_key: bool) -> None:
    """Put the key in its place before the first start would make another one.

    Raises SetupError when there is none and nobody said that this is meant.
    """
    place = settings.key_file
    if key is not None and not place.exists():
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(key.read_bytes())
        except OSError as error:
            raise explain_os_error(error, error.filename or place) from error
    if not place.exists() and without_key:
        make_key(place)
    if not place.exists():
        raise SetupError(
            "The key that belongs to the backup is missing: give it with --key FILE, or give up all sealed values "
            "(secrets of accounts, personal data) with --without-key"
        )
