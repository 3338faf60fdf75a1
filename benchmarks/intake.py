"""Encrypted callbacks that are durable before the answer, per second of server CPU, against the simplest server.

wrk sends bodies that were encrypted beforehand, all of them distinct; its CPU is not counted. Server CPU is that of the
server process and of all processes of its database. Both servers run on one cluster, a round each in turn.
"""

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from _rig import (
    Server,
    address,
    cpu_seconds,
    database_cpu_seconds,
    execute,
    fetch_number,
    median,
    open_cluster,
    open_folder,
    open_server,
    report,
    say,
    say_machine,
)

from weloop.accounts.models import Account
from weloop.accounts.schemas import AccountInput
from weloop.accounts.secrets import seal_secrets
from weloop.contracts.accounts import AccountKind
from weloop.entrypoints.migrate import upgrade
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.seal import load_vault
from weloop.kit.unit import Units
from wxsim.wire.crypto import CallbackCipher, sign
from wxsim.wire.xml import write_xml

TOKEN, KEY, CORP = "benchToken1", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "ww5a1e0000000bench"
SEED = 2026
CONNECTIONS = 64
ADDED_SHARE, KNOWN = 0.2, 5_000
"""One callback in five is about somebody new; the others about some of so many customers."""
BASELINE = Path(__file__).with_name("_intake_baseline.py")
SCRIPT = """
local requests, count = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local query, body = line:match("^(%S+) (.*)$")
    requests[#requests + 1] = wrk.format("POST", wrk.path .. "?" .. query, {["Content-Type"] = "text/xml"}, body)
  end
end
function request()
  count = count + 1
  return requests[count] or wrk.format("GET", "/exhausted")
end
"""


@dataclass(frozen=True)
class Contender:
    """One of the two servers: where it receives, and what it stored."""

    name: str
    server: Server
    path: str
    database: str
    tables: str
    count: str


@dataclass(frozen=True)
class Round:
    """What one round measured."""

    rate: float
    per_cpu: float
    server_share: float
    p99: float


def main() -> None:
    """Print two result lines: rate and p99."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--bodies", type=int, default=60_000, help="distinct bodies; a round may not need more")
    chosen = options.parse_args()
    say_machine()
    if shutil.which("wrk") is None:
        sys.exit("The load generator is missing; install it with: apt-get install wrk")
    with open_folder() as folder, open_cluster(folder / "home"):
        say(f"Encrypting {chosen.bodies} callbacks")
        (folder / "script.lua").write_text(SCRIPT)
        write_bodies(folder / "bodies.txt", chosen.bodies)
        _compare(folder, chosen.rounds, chosen.seconds)


def write_bodies(file: Path, count: int) -> None:
    """One line each: query, a space, body."""
    random, cipher = Random(SEED), CallbackCipher(KEY, CORP)
    with file.open("w") as lines:
        for number in range(count):
            sealed = cipher.encrypt(_event(number, random).encode())
            timestamp, nonce = str(1_795_000_000 + number // 1000), f"{number:010d}"
            query = {"msg_signature": sign(TOKEN, timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}
            body = write_xml({"ToUserName": CORP, "AgentID": "1000002", "Encrypt": sealed})
            lines.write(f"{urlencode(query)} {body}\n")


def _event(number: int, random: Random) -> str:
    """An addition, or an edit of somebody known in a second of its own."""
    added = random.random() < ADDED_SHARE
    person = f"wmNEW{number:027d}" if added else f"wmOLD{random.randrange(KNOWN):027d}"
    extra = {"State": "expo", "WelcomeCode": f"{number:043d}"} if added else {}
    return write_xml(
        {
            "ToUserName": CORP, "FromUserName": "sys", "CreateTime": 1_795_000_000 + number, "MsgType": "event",
            "Event": "change_external_contact",
            "ChangeType": "add_external_contact" if added else "edit_external_contact",
            "UserID": f"staff{random.randrange(40):02d}", "ExternalUserID": person, **extra,
        }
    )  # fmt: skip


def _compare(folder: Path, rounds: int, seconds: int) -> None:
    home = folder / "home"
    database, baseline = address(home, "weloop"), address(home, "baseline")
    asyncio.run(execute(database, "CREATE DATABASE baseline"))
    upgrade(database)
    asyncio.run(_make_account(database, folder))
    product = {"WELOOP_HOME": str(folder), "WELOOP_DATABASE_URL": database, "WELOOP_LOG_LEVEL": "WARNING"}
    simple = {"BENCH_DATABASE": baseline, "BENCH_TOKEN": TOKEN, "BENCH_KEY": KEY, "BENCH_CORP": CORP}
    serve = [sys.executable, "-m", "weloop.entrypoints.processes", "serve"]
    with (
        open_server(serve, product, "/healthz", folder / "serve.log") as ours,
        open_server([sys.executable, str(BASELINE)], simple, "/healthz", folder / "baseline.log") as theirs,
    ):
        tables = "event, event_payload, inbox_key, inbox_pending, subject_key"
        contenders = (
            Contender("baseline", theirs, "/", baseline, "received", "SELECT count(*) FROM received"),
            Contender("product", ours, "/callback/bench", database, tables, "SELECT count(*) FROM event"),
        )
        results: dict[str, list[Round]] = {each.name: [] for each in contenders}
        for number in range(rounds + 1):
            for each in contenders:
                measured = _play(folder, each, 2 if number == 0 else seconds)
                if number:
                    results[each.name].append(measured)
                say(f"round {number} {each.name}: {measured}")
    _report(results["product"], results["baseline"])


async def _make_account(database: str, folder: Path) -> None:
    vault, engine = load_vault(folder / "secret.key"), create_engine(database, size=1)
    async with Units(engine, WorldClock(), {}).begin() as unit:
        account = Account(
            kind=AccountKind.WECOM, name="bench", app_id=CORP, agent_id=1, api_base="http://127.0.0.1:9",
            callback_key="bench", mode="safe", state="ready", created_at=unit.now, updated_at=unit.now,
        )  # fmt: skip
        given = AccountInput(kind=AccountKind.WECOM, name="bench", app_id=CORP, callback_token=TOKEN, aes_key=KEY)
        seal_secrets(vault, account, given)
        unit.session.add(account)
    await engine.dispose()


def _play(folder: Path, contender: Contender, seconds: int) -> Round:
    """One round on empty tables. Every answered callback must be there, and next to none besides."""
    asyncio.run(execute(contender.database, f"TRUNCATE {contender.tables}", "CHECKPOINT"))
    pid, home = contender.server.process.pid, folder / "home"
    begun = cpu_seconds(pid), database_cpu_seconds(home)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", "-s", str(folder / "script.lua")]
    url = contender.server.url + contender.path
    said = subprocess.run([*command, url, "--", str(folder / "bodies.txt")], capture_output=True, text=True, check=True)
    used = cpu_seconds(pid) - begun[0], database_cpu_seconds(home) - begun[1]
    answered, rate = _read(said.stdout, r"(\d+) requests in"), _read(said.stdout, r"Requests/sec:\s+([\d.]+)")
    assert "Non-2xx" not in said.stdout, "a callback was refused, or the bodies did not suffice: " + said.stdout
    stored = asyncio.run(fetch_number(contender.database, contender.count))
    assert answered <= stored <= answered + 2 * CONNECTIONS, (contender.name, answered, stored)
    return Round(rate, answered / sum(used), used[0] / sum(used), _milliseconds(said.stdout))


def _read(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1])


def _milliseconds(text: str) -> float:
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    assert found is not None, text
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def _report(ours: list[Round], theirs: list[Round]) -> None:
    def middle(rounds: list[Round], figure: Callable[[Round], float]) -> float:
        return median([figure(each) for each in rounds])

    per_cpu, baseline = middle(ours, lambda each: each.per_cpu), middle(theirs, lambda each: each.per_cpu)
    rate = middle(ours, lambda each: each.rate)
    report("intake", rate, "callbacks/s", n=len(ours), per_cpu_s=per_cpu, baseline=baseline, ratio=per_cpu / baseline)
    p99, other = middle(ours, lambda each: each.p99), middle(theirs, lambda each: each.p99)
    report("intake_p99", p99, "ms", n=len(ours), baseline=other, ratio=p99 / other)


if __name__ == "__main__":
    main()
