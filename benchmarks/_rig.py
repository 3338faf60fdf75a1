"""What the benchmarks share: a durable database of their own, server processes, CPU seconds, result lines."""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from weloop.contracts.errors import SetupError
from weloop.entrypoints.http_client import JsonClient
from weloop.entrypoints.listener import FD_VARIABLE, open_listener
from weloop.kit.embedded import EmbeddedPostgres, Places

TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder on a real disk, which the database's own user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="weloop-bench-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_cluster(home: Path) -> Iterator[EmbeddedPostgres]:
    """PostgreSQL as the product starts it: fsync on, small shared buffers."""
    with EmbeddedPostgres(home) as postgres:
        yield postgres


def address(home: Path, database: str) -> str:
    """libpq address of one database of the cluster."""
    return Places(home).dsn(database)


async def execute(dsn: str, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def fetch_number(dsn: str, sql: str) -> int:
    """One number."""
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()


@dataclass(frozen=True)
class Server:
    """A server process and the port it answers on."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def open_server(command: Sequence[str], environment: Mapping[str, str], health: str, log: Path) -> Iterator[Server]:
    """Start a server on a listening socket that it inherits, as the supervisor does; wait until it answers."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WELOOP_")}
    with open_listener("127.0.0.1", 0) as listener, log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**clean, **environment, FD_VARIABLE: str(listener.fileno())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[listener.fileno()],
        )
        server = Server(process, listener.getsockname()[1])
        try:
            wait_until_answers(server.url + health)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def wait_until_answers(url: str, seconds: float = 60.0) -> None:
    """Ask until the answer is 200."""
    parts, deadline = urlsplit(url), time.monotonic() + seconds
    while not _answers(parts.hostname or "", parts.port or 80, parts.path):
        assert time.monotonic() < deadline, f"{url} does not answer"
        time.sleep(0.01)


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its ended children so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def database_cpu_seconds(home: Path) -> float:
    """The same of all processes of a cluster: backends, checkpointer, writers."""
    postmaster = int(Places(home).pid_file.read_text().split("\n", 1)[0])
    return cpu_seconds(postmaster) + sum(map(cpu_seconds, children(postmaster)))


def children(pid: int) -> list[int]:
    """Direct children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    """The process and all below it."""
    return [pid, *(below for child in children(pid) for below in descendants(child))]


@dataclass(frozen=True)
class Demo:
    """A running demo: its supervisor, signed in at the product, and the simulator's control API."""

    process: "subprocess.Popen[bytes]"
    product: JsonClient
    simulator: JsonClient
    product_url: str
    simulator_url: str


@contextmanager
def open_demo(home: Path, *, history: bool = False) -> Iterator[Demo]:
    """``weloop demo`` in a home of its own, as a user starts it; empty unless its history is wanted."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WELOOP_")}
    weloop = Path(sys.executable).with_name("weloop")
    log = home.with_suffix(".log")
    with log.open("wb") as output:
        past = "--history" if history else "--no-history"
        command: list[str | Path] = [weloop, "demo", "--no-browser", past, "--home", home, "--port", str(free_ports())]
        process = subprocess.Popen(command, env=clean, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        link, simulator = _read_links(process, log)
        url, _, token = link.rpartition("/enter/")
        product = JsonClient(url)
        product.call("GET", f"/enter/{token}")
        product.add_header("X-CSRF-Token", product.call("GET", "/api/session")["csrf"])
        yield Demo(process, product, JsonClient(simulator), url, simulator)
    finally:
        process.terminate()
        process.wait(60)


def _read_links(process: "subprocess.Popen[bytes]", log: Path) -> tuple[str, str]:
    while True:
        text = log.read_text()
        link, console = re.search(r"(http://\S+/enter/\S+)", text), re.search(r"(http://\S+)/console", text)
        if link and console:
            return link[1], console[1]
        assert process.poll() is None, text
        time.sleep(0.01)


def read_text(base: str, path: str) -> str:
    """The body of a GET."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def free_ports() -> int:
    """A port that is free and whose neighbour, the simulator's, is free too."""
    for port in range(20_000, 30_000, 2):
        try:
            open_listener("127.0.0.1", port).close()
            open_listener("127.0.0.1", port + 1).close()
        except SetupError:
            continue
        return port
    raise AssertionError("no two free ports side by side")


def report(
    name: str,
    value: float,
    unit: str,
    *,
    n: int,
    per_cpu_s: float | None = None,
    baseline: float | None = None,
    ratio: float | None = None,
) -> None:
    """Print one result line."""
    line = {"name": name, "value": _short(value), "unit": unit, "per_cpu_s": _short(per_cpu_s)}
    print(json.dumps({**line, "baseline": _short(baseline), "ratio": _short(ratio), "n": n}), flush=True)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def say_machine() -> None:
    """What the figures are to be read with. Another load on the machine spoils every time, and less so CPU seconds."""
    names = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    say(f"{os.cpu_count()} × {names[0] if names else 'CPU'}; load average before: {os.getloadavg()[0]:.1f}")


def say(text: str) -> None:
    """Progress, apart from the results."""
    sys.stderr.write(f"· {text}\n")
    sys.stderr.flush()


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)
