"""The ``weloop`` command. Each verb imports what it needs when it runs: starting must be fast."""

import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from weloop.contracts.errors import SetupError, WeLoopError

if TYPE_CHECKING:
    from weloop.entrypoints.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="WeLoop 微环: plans, runs, measures and improves a company's paths inside WeChat.",
)
user_app = typer.Typer(no_args_is_help=True, help="Console users.")
ui_app = typer.Typer(no_args_is_help=True, help="The web UI of a source tree.")
app.add_typer(user_app, name="user")
app.add_typer(ui_app, name="ui")

Home: TypeAlias = Annotated[
    Path | None, typer.Option(readable=False, help="Folder of the database, the key and the files.")
]
Port: TypeAlias = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Host: TypeAlias = Annotated[str | None, typer.Option(help="Address to listen on.")]


class UserRole(StrEnum):
    """Roles of console users."""

    ADMIN = "admin"
    LEAD = "lead"
    OPERATOR = "operator"
    SDR = "sdr"


def main() -> None:
    """Entry point: one sentence and exit code 1 for what the user can mend."""
    try:
        app()
    except SetupError as error:
        _complain(str(error))
    except WeLoopError as error:
        _complain(error.detail or str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _complain(sentence: str) -> None:
    typer.echo(sentence, err=True)
    sys.exit(1)


def _say(text: str) -> None:
    typer.echo(f"· {text}", err=True)


def _settings(**given: object) -> "Settings":
    from weloop.entrypoints.settings import load_settings

    return load_settings(**given)


@app.command()
def up(home: Home = None, port: Port = None, host: Host = None) -> None:
    """Run everything: the database, the web server and the worker. Ctrl-C stops them."""
    settings = _settings(home=home, port=port, host=host)
    _become_supervisor(settings, {})


@app.command()
def demo(
    home: Home = None,
    port: Port = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what earlier demos did.")] = False,
    speed: Annotated[
        float, typer.Option(min=0.0, max=100_000.0, help="How fast the simulated world's time runs.")
    ] = 1.0,
    history: Annotated[
        bool, typer.Option(help="Fill it with 90 days of an invented company; without, it begins empty.")
    ] = True,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
) -> None:
    """Run everything together with simulated WeChat and WeCom, and open the page without a login."""
    from weloop.entrypoints.demo import Wishes, prepare

    wishes = Wishes(reset=reset, speed=speed, history=history, browser=not no_browser)
    settings, extra = prepare(home, port, wishes, _say)
    _become_supervisor(settings, extra)


def _become_supervisor(settings: "Settings", extra: dict[str, str]) -> None:
    """Replace this process, which has imported much, by one that needs little memory."""
    environment = {
        **os.environ,
        "WELOOP_HOME": str(settings.home),
        "WELOOP_HOST": settings.host,
        "WELOOP_PORT": str(settings.port),
        "WELOOP_DATABASE_URL": settings.database_url or "",
        "WELOOP_PG_BINDIR": str(settings.pg_bindir or ""),
        "WELOOP_BEGUN": str(time.time()),
        **extra,
    }
    os.execve(sys.executable, [sys.executable, "-m", "weloop.entrypoints.up"], environment)  # noqa: S606 -- no shell is wanted


@app.command()
def serve(home: Home = None, port: Port = None, host: Host = None) -> None:
    """Run one web server on the database that runs."""
    from weloop.entrypoints import processes

    processes.serve(_settings(home=home, port=port, host=host))


@app.command()
def worker(home: Home = None) -> None:
    """Run one worker on the database that runs."""
    from weloop.entrypoints import processes

    processes.work(_settings(home=home))


@app.command()
def migrate(home: Home = None) -> None:
    """Bring the database's tables to this version. `weloop up` does it by itself."""
    from weloop.entrypoints.database import open_database
    from weloop.entrypoints.migrate import newest_revision

    with open_database(_settings(home=home), _say):
        typer.echo(f"The tables are at version {newest_revision()}")


@app.command()
def doctor(home: Home = None, port: Port = None) -> None:
    """Check this installation and its accounts, and say what to do about what is wrong."""
    from weloop.entrypoints.doctor import examine, is_well, render

    parts = examine(_settings(home=home, port=port))
    typer.echo(render(parts, os.environ))
    if not is_well(parts):
        sys.exit(1)


@app.command()
def backup(file: Path, home: Home = None) -> None:
    """Save the database and all files into one FILE, while WeLoop runs or not."""
    from weloop.entrypoints.backup import back_up

    settings = _settings(home=home)
    back_up(settings, file.absolute(), _say)
    typer.echo(f"Saved to {file}. The key is not in it: keep a copy of {settings.key_file} somewhere else.")


@app.command()
def restore(
    file: Path,
    home: Home = None,
    key: Annotated[Path | None, typer.Option(help="The key file that belongs to the backup.")] = None,
    without_key: Annotated[bool, typer.Option("--without-key", help="Give up what is sealed with it.")] = False,
) -> None:
    """Bring a backup FILE into an empty home."""
    from weloop.entrypoints.backup import restore as bring_back
    from weloop.entrypoints.backup import take_key

    settings = _settings(home=home)
    take_key(settings, key, without_key=without_key)
    bring_back(settings, file.absolute(), _say)
    typer.echo(f"Restored into {settings.home}; start it with `weloop up`")


@user_app.command("add")
def add_user(
    login: str,
    name: Annotated[str, typer.Option(help="Name on screen; the login if left out.")] = "",
    role: Annotated[UserRole, typer.Option(help="What the user may do.")] = UserRole.ADMIN,
    link: Annotated[bool, typer.Option("--link", help="No password: print a link that signs in once.")] = False,
    home: Home = None,
) -> None:
    """Make a console user. Asks for the password; without a terminal it is read from standard input."""
    from weloop.access.api import Role
    from weloop.entrypoints.database import open_database
    from weloop.entrypoints.users import add_user as add

    settings = _settings(home=home)
    password = None if link else _ask_password()
    with open_database(settings, _say) as dsn:
        token = add(dsn, login, name or login, Role(role.value), password)
    typer.echo(f"{login} may sign in now" if token is None else f"{settings.base_url}/enter/{token}")


def _ask_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _root() -> Path:
    from weloop.entrypoints.ui import source_tree

    root = source_tree()
    if root is None:
        raise SetupError("This installation carries its web UI ready built; there is nothing to build it from")
    return root


@ui_app.command("build")
def build_ui() -> None:
    """Build the web UI if its sources have changed."""
    from weloop.entrypoints.ui import ensure_built

    ensure_built(_root(), _say)


@ui_app.command("check")
def check_ui() -> None:
    """Check types and rules of the web UI, and that its API client fits the server."""
    from weloop.entrypoints.ui_checks import check

    check(_root(), _say)


@ui_app.command("test")
def run_ui_tests() -> None:
    """Run the web UI's own tests."""
    from weloop.entrypoints.ui_checks import run_tests

    run_tests(_root(), _say)


@ui_app.command("client")
def make_ui_client() -> None:
    """Write the web UI's API client from the server's description."""
    from weloop.entrypoints.ui_checks import write_client

    write_client(_root(), _say)
