"""The demo's home: apart from a real installation's, kept between runs, forgotten on request only."""

import socket
from pathlib import Path

import pytest

from weloop.contracts.errors import SetupError
from weloop.entrypoints.demo import Wishes, prepare, read_mark
from weloop.entrypoints.settings import Settings
from weloop.kit.embedded.folders import take_lock
from weloop.kit.embedded.places import Places


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of this machine, and no UI to build."""
    monkeypatch.setenv("WELOOP_UI", "skip")
    for name in ("WELOOP_HOME", "DATABASE_URL", "WELOOP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def prepared(home: Path, *, reset: bool = False, port: int = 0) -> Settings:
    """Settings of a demo in ``home``."""
    settings, _ = prepare(home, port, Wishes(reset=reset, browser=False), lambda _: None)
    return settings


def test_what_is_no_demo_is_left_alone(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    for reset in (False, True):
        with pytest.raises(SetupError, match=r"^\S+ holds something that is no demo"):
            prepared(home, reset=reset)
    assert (home / "data").exists()


def test_a_demo_is_kept_until_reset(home: Path) -> None:
    prepared(home)
    first = read_mark(home)
    (home / "files").mkdir()
    prepared(home)
    assert read_mark(home) == first
    prepared(home, reset=True)
    assert read_mark(home) != first
    assert not (home / "files").exists()


def test_a_running_demo_is_not_reset(home: Path) -> None:
    prepared(home)
    (home / "files").mkdir()
    with take_lock(Places(home)), pytest.raises(SetupError, match=r"^Another WeLoop"):
        prepared(home, reset=True)
    assert (home / "files").exists()


def test_both_ports_are_tried_before_anything_slow(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for wanted in (port, port - 1):
            with pytest.raises(SetupError, match=rf"^Port ({port}|{port - 1}) is taken by another program"):
                prepared(home, port=wanted)


def test_a_demo_uses_no_database_of_yours(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    assert prepared(home).database_url is None
