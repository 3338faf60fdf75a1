"""``weloop demo`` before its processes start: its own home, the web UI, the ports."""

import json
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from weloop.contracts.errors import SetupError
from weloop.entrypoints.listener import open_listener
from weloop.entrypoints.settings import Settings, load_settings
from weloop.entrypoints.ui import ensure_built, source_tree
from weloop.kit.embedded.complaints import explain_os_error
from weloop.kit.embedded.folders import take_lock
from weloop.kit.embedded.places import Places

MARK = "demo.json"
Say = Callable[[str], None]


class Mark(TypedDict):
    """What a demo keeps in its home; the file also says that the home may be forgotten."""

    password: str
    callback_token: str
    aes_key: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the visitor asked for on the command line."""

    reset: bool = False
    speed: float = 1.0
    history: bool = True
    browser: bool = True


def prepare(home: Path | None, port: int | None, wishes: Wishes, say: Say) -> tuple[Settings, dict[str, str]]:
    """Settings of the demo, and what its processes find in their environment besides.

    Raises SetupError when the home is a real installation's or a port is taken.
    """
    settings = load_settings(home=home, port=port)
    if home is None and not os.environ.get("WELOOP_HOME"):  # apart from a real installation's
        settings = settings.model_copy(update={"home": settings.home.with_name(f"{settings.home.name}-demo")})
    try:
        _prepare_home(settings.home, reset=wishes.reset)
    except OSError as error:
        raise explain_os_error(error, error.filename or settings.home) from error
    simulator_port = _check_ports(settings)
    ensure_built(source_tree(), say)
    simulator = f"http://127.0.0.1:{simulator_port}"
    return settings.model_copy(update={"database_url": None}), {
        "DATABASE_URL": "",
        "WELOOP_DEMO": "1",
        "WELOOP_PRIVATE_WEBHOOKS": "true",
        "WELOOP_EGRESS_PROXY": "",  # the simulated platforms stand on this machine
        "WELOOP_SIMULATOR_URL": simulator,
        "WELOOP_SIMULATOR_PORT": str(simulator_port),
        "WELOOP_SPEED": str(wishes.speed),
        "WELOOP_HISTORY": os.environ.get("WELOOP_STORY", "company") if wishes.history else "",
        "WELOOP_BROWSER": "1" if wishes.browser else "",
    }


def _prepare_home(home: Path, *, reset: bool) -> None:
    mark = home / MARK
    if not mark.exists() and home.is_dir() and any(home.iterdir()):
        raise SetupError(f"{home} holds something that is no demo; choose another home for it with --home")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if reset and mark.exists():
        with take_lock(Places(home)):
            for path in home.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    if not mark.exists():
        write_mark(mark)


def write_mark(file: Path) -> None:
    """Invent the demo's credentials. A key of 43 letters and digits stands for 32 bytes."""
    mark: Mark = {
        "password": secrets.token_urlsafe(9),
        "callback_token": secrets.token_hex(12),
        "aes_key": secrets.token_hex(21) + "A",
    }
    file.touch(mode=0o600)
    file.write_text(json.dumps(mark))


def read_mark(home: Path) -> Mark:
    """The demo's credentials."""
    mark: Mark = json.loads((home / MARK).read_text())
    return mark


def _check_ports(settings: Settings) -> int:
    """The simulator's port: the one above the product's. Both are tried here, before anything slow begins."""
    open_listener(settings.host, settings.port).close()
    with open_listener("127.0.0.1", settings.port + 1 if settings.port else 0) as listener:
        number: int = listener.getsockname()[1]
        return number
