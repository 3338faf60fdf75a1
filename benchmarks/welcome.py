"""Seconds from a stranger's scan to the welcome on the phone: at idle, and under load.

The whole demo runs as a user starts it; the simulator measures, and sends the load over its real wire: callbacks at a
rate, of which some are additions by a contact way with a welcome and the others edits of known customers.
"""

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

from _rig import Demo, cpu_seconds, descendants, open_demo, open_folder, read_text, report, say, say_machine

from weloop.entrypoints.http_client import JsonClient

GOAL_SECONDS = 2.0


def main() -> None:
    """Print p50 and p99 for both, and the rate that was reached."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scans", type=int, default=100, help="scans at idle")
    options.add_argument("--customers", type=int, default=4_000, help="customers known before the load")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--rate", type=int, default=1_000, help="callbacks per second")
    options.add_argument("--adds", type=int, default=20, help="of them additions")
    chosen = options.parse_args()
    say_machine()
    with open_folder() as folder, open_demo(folder / "home") as demo:
        code = _make_source(demo.product)
        _report("welcome_idle", _scan_singly(demo, code, chosen.scans))
        corpid = demo.simulator.call("GET", "/sim/accounts")["corps"][0]["corpid"]
        _befriend(demo, code, chosen.customers)
        _load(demo, code, corpid, chosen.seconds, chosen.rate, chosen.adds)


def _make_source(product: JsonClient) -> str:
    """The address in the code of a contact way that is ready."""
    [account] = [each for each in product.call("GET", "/api/accounts") if each["kind"] == "wecom"]
    staff = [each["userid"] for each in product.call("GET", "/api/staff") if each["contact_enabled"]]
    welcome = {"text": "您好，这是选型手册", "attachments": []}
    wanted = {"name": "展会", "account_id": account["id"], "users": staff, "skip_verify": True, "welcome": welcome}
    made = product.call("POST", "/api/sources", wanted)
    while made["status"] != "ready":
        time.sleep(0.05)
        made = product.call("GET", f"/api/sources/{made['id']}")
    return str(made["qr_code"])


def _scan_singly(demo: Demo, code: str, count: int) -> list[float]:
    seen = _last_entry(demo.simulator)
    for _ in range(count):
        person = demo.simulator.call("POST", "/sim/people", {})["id"]
        demo.simulator.call("POST", f"/sim/people/{person}/scan", {"code": code})
        time.sleep(0.1)
    return _delivered(demo, seen, count)


def _befriend(demo: Demo, code: str, count: int) -> None:
    say(f"Adding {count} customers")
    mix = [{"act": "scan", "code": code, "share": 1}]
    demo.simulator.call("POST", "/sim/load", {"mix": mix, "count": count, "rate": 300, "concurrency": 64})
    _wait_for_load(demo.simulator)
    time.sleep(10)


def _load(demo: Demo, code: str, corpid: str, seconds: int, rate: int, adds: int) -> None:
    say(f"{rate} callbacks a second for {seconds} s, of which {adds} are additions")
    simulator = demo.simulator
    mix = [
        {"act": "scan", "code": code, "share": adds},
        {"act": "edit", "corpid": corpid, "share": rate - adds},
    ]
    seen, begun, used = _last_entry(simulator), time.monotonic(), _cpu(demo)
    simulator.call("POST", "/sim/load", {"mix": mix, "seconds": seconds, "rate": rate, "concurrency": 256})
    progress = _wait_for_load(simulator)
    simulator.call("POST", "/sim/idle", {"patience": 60})
    elapsed = time.monotonic() - begun
    cpu = {name: after - used.get(name, 0.0) for name, after in _cpu(demo).items()}
    added = progress["done"].get("scan", 0)
    taken = len(_entries(demo, seen, "callback.acknowledged"))
    lost = len(_entries(demo, seen, "callback.lost"))
    _report("welcome_load", _delivered(demo, seen, added))
    report("welcome_load_rate", taken / elapsed, "callbacks/s", n=taken, per_cpu_s=taken / sum(cpu.values()))
    report("welcome_load_lost", lost, "callbacks", n=taken + lost)
    say(f"{progress}; CPU seconds { ({name: round(value, 1) for name, value in cpu.items()}) }")


def _cpu(demo: Demo) -> dict[str, float]:
    """CPU seconds so far of the product's parts: not the simulator's."""
    used: dict[str, float] = {}
    for pid in descendants(demo.process.pid):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().replace(b"\0", b" ").decode()
        name = next(
            (part for part in ("processes serve", "processes work", "wxsim", "postgres") if part in command), "up"
        )
        if name != "wxsim":
            used[name] = used.get(name, 0.0) + cpu_seconds(pid)
    return used


def _wait_for_load(simulator: JsonClient) -> dict[str, Any]:
    while True:
        progress: dict[str, Any] = simulator.call("GET", "/sim/load")
        if progress["state"] != "running":
            return progress
        time.sleep(0.5)


def _delivered(demo: Demo, after: int, due: int) -> list[float]:
    """Seconds of all welcomes since then; waits for those on their way, which live 20 s. A missing one counts as 20."""
    deadline = time.monotonic() + 25
    while len(found := _entries(demo, after, "welcome.delivered")) < due and time.monotonic() < deadline:
        time.sleep(0.5)
    seconds = [float(entry["after_seconds"]) for entry in found]
    return seconds + [20.0] * (due - len(seconds))


def _last_entry(simulator: JsonClient) -> int:
    return int(simulator.call("GET", "/sim/ledger/counts")["total"])


def _entries(demo: Demo, after: int, kind: str) -> list[dict[str, Any]]:
    text = read_text(demo.simulator_url, f"/sim/ledger?after={after}&kind={kind}")
    return [json.loads(line) for line in text.splitlines()]


def _report(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    for share in (50, 99):
        place = min(len(ordered) - 1, len(ordered) * share // 100)
        report(
            f"{name}_p{share}",
            ordered[place],
            "s",
            n=len(ordered),
            baseline=GOAL_SECONDS,
            ratio=ordered[place] / GOAL_SECONDS,
        )


if __name__ == "__main__":
    main()
