"""Locks: every package by hash, and no address of a registry, so that each machine uses the one it is set to."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.lock"))
NPM_LOCK = ROOT / "web" / "package-lock.json"
ADDRESS = re.compile(
    r'"resolved"|--(extra-)?index-url|--find-links| @ (http|file)|https?://\S+\.(tgz|tar\.gz|whl|zip)|/simple/'
)
PINNED = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==(\S+)")


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, NPM_LOCK], ids=lambda path: path.name)
def test_no_lock_holds_an_address(lock: Path) -> None:
    assert [line for line in lock.read_text().splitlines() if ADDRESS.search(line)] == []


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_python_package_is_pinned_with_a_hash(lock: Path) -> None:
    entries = [entry for entry in re.split(r"\n(?=\S)", lock.read_text()) if not entry.startswith("#")]
    assert [entry.split("\n")[0] for entry in entries if not PINNED.match(entry) or "--hash=sha256:" not in entry] == []


def test_every_npm_package_is_pinned_with_a_hash() -> None:
    packages = json.loads(NPM_LOCK.read_text())["packages"]
    entries = {name: entry for name, entry in packages.items() if name and not entry.get("link")}
    assert [name for name, entry in entries.items() if not entry.get("integrity")] == []


def test_no_npm_package_lacks_a_build_that_it_may_ask_for() -> None:
    """A lock made where a registry lacked some system's build is refused by ``npm ci``."""
    packages = json.loads(NPM_LOCK.read_text())["packages"]
    asked = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    assert sorted(name for name in asked if f"node_modules/{name}" not in packages) == []


def test_the_locks_agree() -> None:
    """One environment is installed from several of them."""
    versions: dict[str, set[str]] = {}
    for lock in PYTHON_LOCKS:
        for name, version in PINNED.findall(lock.read_text()):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
