"""The embedded database: whatever was killed, the next start serves all that was acknowledged, and nothing runs on."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from weloop.contracts.errors import SetupError
from weloop.kit.embedded import EmbeddedPostgres, find_running
from weloop.kit.embedded.leftovers import find_processes

PARENT = """
import sys
from pathlib import Path
from weloop.kit.embedded import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]), bindir=Path(sys.argv[2]) if sys.argv[2] else None)
postgres.start()
print(postgres.dsn, flush=True)
sys.stdin.read()
postgres.stop()
"""


@pytest.fixture
def parent(home: Path, bindir: Path | None) -> Iterator["subprocess.Popen[str]"]:
    """A process that owns a database in ``home`` and prints its address."""
    command = [sys.executable, "-c", PARENT, str(home), str(bindir or "")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def postgres(home: Path, bindir: Path | None, request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    """A database in ``home``, not yet started; durable only where the test kills it."""
    durable = request.node.get_closest_marker("crash") is not None
    embedded = EmbeddedPostgres(home, bindir=bindir, durable=durable)
    yield embedded
    embedded.stop()


async def execute(dsn: str, sql: str) -> object:
    """Run one statement on a connection of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_chinese_text_is_searchable(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    await execute(postgres.dsn, "CREATE EXTENSION pg_trgm")
    assert await execute(postgres.dsn, "SELECT show_trgm('企业微信')")


async def test_it_runs_as_a_user_without_privileges(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert postgres.process is not None
    status = Path(f"/proc/{postgres.process.pid}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids


async def test_it_listens_on_a_private_socket_only(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert await execute(postgres.dsn, "SHOW listen_addresses") == ""
    assert postgres.places.socket.stat().st_mode & 0o077 == 0


@pytest.mark.crash
async def test_killing_the_parent_leaves_no_server_and_loses_nothing(
    parent: "subprocess.Popen[str]", postgres: EmbeddedPostgres
) -> None:
    assert parent.stdout is not None
    dsn = parent.stdout.readline().strip()
    await execute(dsn, "CREATE TABLE kept (id int)")
    await execute(dsn, "INSERT INTO kept SELECT generate_series(1, 1000)")
    server = os.pidfd_open(int(postgres.places.pid_file.read_text().split("\n")[0]))
    parent.kill()
    ended, _, _ = select.select([server], [], [], 30)
    os.close(server)
    assert ended
    postgres.start()
    assert await execute(postgres.dsn, "SELECT count(*) FROM kept") == 1000


@pytest.mark.crash
async def test_backends_left_by_a_killed_server_are_ended(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    await execute(postgres.dsn, "CREATE TABLE kept AS SELECT 1 AS id")
    connection = await asyncpg.connect(postgres.dsn)
    backend = await connection.fetchval("SELECT pg_backend_pid()")
    assert postgres.process is not None
    # A stopped backend is the worst case: it cannot notice that its server is gone.
    os.kill(backend, signal.SIGSTOP)
    postgres.process.kill()
    postgres.process.wait()
    assert backend in find_processes(postgres.places.data)
    postgres.start()
    assert backend not in find_processes(postgres.places.data)
    assert await execute(postgres.dsn, "SELECT id FROM kept") == 1
    connection.terminate()


async def test_a_stale_pid_file_of_a_living_process_is_no_obstacle(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    content = postgres.places.pid_file.read_text()
    postgres.stop()
    _, rest = content.split("\n", 1)
    # After a reboot the number may belong to anybody: here to this test.
    postgres.places.pid_file.write_text(f"{os.getpid()}\n{rest}")
    (postgres.places.socket / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    postgres.start()
    assert await execute(postgres.dsn, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_again(postgres: EmbeddedPostgres) -> None:
    left = postgres.places.home / "data-new-left"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert not left.exists()


def test_the_home_has_one_owner(postgres: EmbeddedPostgres, home: Path, bindir: Path | None) -> None:
    postgres.start()
    with pytest.raises(SetupError, match=rf"^Another WeLoop \(process {os.getpid()}\) is running in .*; stop it, or"):
        EmbeddedPostgres(home, bindir=bindir).start()


def _other_version(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("9\n")


def _file_in_the_way(home: Path) -> None:
    (home / "log").write_text("")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_other_version, "was made by PostgreSQL 9 and this is PostgreSQL"),
        (_file_in_the_way, "a file is in its way"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    postgres: EmbeddedPostgres, home: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    home.mkdir()
    spoil(home)
    with pytest.raises(SetupError, match=sentence) as caught:
        postgres.start()
    assert "\n" not in str(caught.value)


def test_a_damaged_start_gives_up_the_home(postgres: EmbeddedPostgres, home: Path) -> None:
    home.mkdir()
    _other_version(home)
    for _ in range(2):
        with pytest.raises(SetupError, match="PostgreSQL 9"):
            postgres.start()


def test_nothing_runs_in_an_empty_home(home: Path) -> None:
    with pytest.raises(SetupError, match=r"^No database is running in .*; start WeLoop with `weloop up`"):
        find_running(home)


def test_a_deep_home_gets_a_short_socket(home: Path, bindir: Path | None) -> None:
    deep = home / ("深" * 30) / "home"
    with EmbeddedPostgres(deep, bindir=bindir) as postgres:
        assert find_running(deep) == postgres.dsn
        assert len(os.fsencode(postgres.places.socket)) < 60
