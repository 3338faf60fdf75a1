"""Seconds from a stranger's scan to the welcome on the phone: at idle, and under load.

The whole demo runs as a user starts it, and the simulator measures. Under load its people scan at a rate, and edits of
known customers come beside, encrypted beforehand, so that sending them takes little of the machine.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from _edits import Edits
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
        _befriend(demo, code, chosen.customers)
        edits = Edits(_customers(demo), _address(demo), folder / "home", chosen.rate - chosen.adds, chosen.seconds)
        _load(demo, code, edits, chosen.seconds, chosen.rate, chosen.adds)


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


def _customers(demo: Demo) -> list[tuple[str, str]]:
    """Member and customer of every friendship."""
    return [(entry["userid"], entry["external_userid"]) for entry in _entries(demo, 0, "friend.added")]


def _address(demo: Demo) -> tuple[str, str]:
    """Callback address and corp id."""
    [account] = [each for each in demo.product.call("GET", "/api/accounts") if each["kind"] == "wecom"]
    return account["callback_url"], account["app_id"]


def _load(demo: Demo, code: str, edits: Edits, seconds: int, rate: int, adds: int) -> None:
    say(f"{rate} callbacks a second for {seconds} s, of which {adds} are additions")
    simulator = demo.simulator
    mix = [{"act": "scan", "code": code, "share": 1}]
    seen, used = _last_entry(simulator), _cpu(demo)
    simulator.call("POST", "/sim/load", {"mix": mix, "seconds": seconds, "rate": adds, "concurrency": 256})
    answers = asyncio.run(edits.send())
    progress = _wait_for_load(simulator)
    simulator.call("POST", "/sim/idle", {"patience": 60})
    cpu = {name: after - used.get(name, 0.0) for name, after in _cpu(demo).items()}
    added = progress["done"].get("scan", 0)
    taken = len(_entries(demo, seen, "callback.acknowledged")) + answers.taken
    refused = len(_entries(demo, seen, "callback.lost")) + answers.refused
    _report("welcome_load", _delivered(demo, seen, added))
    per_cpu = taken / (sum(cpu.values()) - cpu["wxsim"])
    report("welcome_load_rate", taken / answers.seconds, "callbacks/s", n=taken, per_cpu_s=per_cpu)
    report("welcome_load_refused", refused, "callbacks", n=taken + refused)
    say(f"CPU seconds { ({name: round(value, 1) for name, value in cpu.items()}) }")


def _cpu(demo: Demo) -> dict[str, float]:
    """CPU seconds so far by part."""
    used: dict[str, float] = {}
    for pid in descendants(demo.process.pid):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().replace(b"\0", b" ").decode()
        name = next(
            (part for part in ("processes serve", "processes work", "wxsim", "postgres") if part in command), "up"
        )
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
