"""Commands that work on an installation whether it runs or not: users, doctor, backup and restore."""

import asyncio
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from weloop.access.api import Role
from weloop.contracts.errors import Conflict, InvalidInput, SetupError
from weloop.entrypoints.backup import back_up, restore, take_key
from weloop.entrypoints.database import open_database, open_unit
from weloop.entrypoints.doctor import Part, examine, is_well, render
from weloop.entrypoints.machine import CHECKS, DATABASE_CHECKS
from weloop.entrypoints.settings import Settings, load_settings
from weloop.entrypoints.users import add_user
from weloop.kit.db import run


def silent(_: str) -> None:
    """Progress that nobody wants to hear."""


@pytest.fixture
def settings(home: Path, bindir: Path | None, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation in ``home``."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return load_settings(home=home, pg_bindir=bindir, port=0)


async def logins(dsn: str) -> list[str]:
    """All users of a database."""
    async with open_unit(dsn) as unit:
        return [row[0] for row in await run(unit.connection, 'SELECT login FROM "user" ORDER BY login')]


def test_a_backup_brings_everything_back_into_an_empty_home(settings: Settings, home: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tar"
    with pytest.raises(SetupError, match="There is nothing to save"):
        back_up(settings, saved, silent)
    with open_database(settings, silent) as dsn:
        back_up(settings, tmp_path / "empty.tar", silent)
        (home / "files").mkdir()
        (home / "files" / "0a1b").write_bytes(b"a picture")
        add_user(dsn, "ada", "Ada 阿达", Role.ADMIN, "a long password")
        back_up(settings, saved, silent)
        add_user(dsn, "too-late", "Late", Role.SDR, None)
    assert saved.stat().st_mode & 0o077 == 0, "closed to others"
    assert settings.key_file.read_bytes() not in saved.read_bytes()
    with tarfile.open(tmp_path / "empty.tar") as archive:
        assert archive.getnames() == ["manifest.json", "database.dump"]
    with pytest.raises(SetupError, match="is not empty; restore into an empty home"):
        restore(settings, saved, silent)

    other = settings.model_copy(update={"home": home.with_name("other")})
    take_key(other, settings.key_file, without_key=False)
    restore(other, saved, silent)

    with open_database(other, silent) as dsn:
        assert asyncio.run(logins(dsn)) == ["ada"]
    assert (other.files / "0a1b").read_bytes() == b"a picture"
    assert other.key_file.read_bytes() == settings.key_file.read_bytes()
    assert other.key_file.stat().st_mode & 0o777 == 0o600


def test_a_restore_asks_for_the_key_before_a_start_makes_another(settings: Settings) -> None:
    with pytest.raises(SetupError, match=r"^The key that belongs to the backup is missing"):
        take_key(settings, None, without_key=False)
    take_key(settings, None, without_key=True)
    assert settings.key_file.stat().st_size == 32


def test_a_lost_key_is_not_replaced_by_another(settings: Settings) -> None:
    with open_database(settings, silent):
        kept = settings.key_file.read_bytes()
    settings.key_file.unlink()
    with pytest.raises(SetupError, match=r"^The key \S+ is missing"), open_database(settings, silent):
        pass
    assert not settings.key_file.exists()
    settings.key_file.write_bytes(kept[:-1])
    with pytest.raises(SetupError, match=r"^The key \S+ is damaged"), open_database(settings, silent):
        pass


def test_what_is_no_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(SetupError, match="is no backup of WeLoop"):
        restore(settings, tmp_path / "letter.txt", silent)
    note = tmp_path / "manifest.json"
    note.write_text(json.dumps({"revision": "9999"}))
    with tarfile.open(tmp_path / "newer.tar", "w") as archive:
        archive.add(note, "manifest.json")
    with pytest.raises(SetupError, match="made by a newer version of WeLoop"):
        restore(settings, tmp_path / "newer.tar", silent)


def test_a_forged_backup_writes_nowhere_else(settings: Settings, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.write_text("x")
    with tarfile.open(tmp_path / "forged.tar", "w") as archive:
        for name in ("../outside", "/outside", "files/../../outside", str(tmp_path / "outside")):
            member = archive.gettarinfo(str(evil))
            member.name = name
            with evil.open("rb") as content:
                archive.addfile(member, content)
    with pytest.raises(SetupError, match="holds no manifest"):
        restore(settings, tmp_path / "forged.tar", silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil", "forged.tar"]


def test_users_are_made_by_password_or_link(settings: Settings) -> None:
    with open_database(settings, silent) as dsn:
        assert add_user(dsn, "Ada", "Ada", Role.ADMIN, "a long password") is None
        assert add_user(dsn, "bo", "Bo", Role.OPERATOR, None)
        assert asyncio.run(logins(dsn)) == ["ada", "bo"]
        with pytest.raises(Conflict, match="this login exists"):
            add_user(dsn, "ada", "Ada", Role.ADMIN, "a long password")
        with pytest.raises(InvalidInput, match="too short"):
            add_user(dsn, "cy", "Cy", Role.ADMIN, "short")


def test_the_command_reads_a_password_from_standard_input(settings: Settings) -> None:
    code = "from weloop.entrypoints.cli import main; main()"
    command = [sys.executable, "-c", code, "user", "add", "ada", "--home", str(settings.home)]
    done = subprocess.run(command, input="a long password\n", capture_output=True, text=True, check=True)
    assert done.stdout == "ada may sign in now\n"


def test_the_doctor_finds_what_is_wrong(settings: Settings, home: Path) -> None:
    home.mkdir(mode=0o711)
    settings.key_file.write_bytes(b"x" * 32)
    settings.key_file.chmod(0o644)
    [machine] = examine(settings)
    found = {each.finding.check: each.finding for each in machine.found}
    assert not is_well([machine])
    assert (found["key"].ok, found["key"].outcome) == (False, "open")
    assert (found["database"].ok, found["database"].outcome) == (False, "stopped")
    assert found["python"].ok
    key = [Part("", [each for each in machine.found if each.finding.check == "key"])]
    assert re.search(r"(?m)^PROBLEM  Key: others may read \S+; close it with: chmod 600", render(key, {}))
    assert render(key, {"LANG": "zh_CN.UTF-8"}).startswith("问题  密钥: 其他用户可读 ")


def test_the_doctor_is_content_with_a_good_installation(settings: Settings) -> None:
    with open_database(settings, silent):
        [machine] = examine(settings)
    found = {each.finding.check: each.finding for each in machine.found}
    wrong = {name: finding for name, finding in found.items() if not finding.ok and name != "ui"}
    assert wrong == {}
    assert set(found) == {*CHECKS, *DATABASE_CHECKS}
