"""Simulated events per second through the whole product: the demo company's 90 days, played as a demo plays them.

The demo runs as a user starts it. The world's clock moves on only when the product has nothing left to do, so the
figure is the product's latency from callback to the last command, one moment of the story after the other.
"""

import argparse
import time
from typing import Any

from _rig import Demo, cpu_seconds, descendants, open_demo, open_folder, report, say, say_machine

GOAL_SECONDS = 60.0
POLL_SECONDS = 0.25
LONGEST_SECONDS = 900.0


def main() -> None:
    """Print the events per second and the seconds of the whole story."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    say_machine()
    with open_folder() as folder, open_demo(folder / "home", history=True) as demo:
        used = _cpu(demo)
        began, ended = _wait_for_the_end(demo)
        cpu = {name: seconds - used.get(name, 0.0) for name, seconds in _cpu(demo).items()}
        _report(demo, ended - began, cpu)


def _wait_for_the_end(demo: Demo) -> tuple[float, float]:
    """When the first moment was waited for, and when the clock ran again."""
    say("Playing 90 days")
    began = time.monotonic()
    while True:
        story = demo.simulator.call("GET", "/sim/story")
        if story["state"] == "done" and not demo.simulator.call("GET", "/sim/clock")["stepped"]:
            return began, time.monotonic()
        assert time.monotonic() - began < LONGEST_SECONDS, story
        time.sleep(POLL_SECONDS)


def _cpu(demo: Demo) -> dict[str, float]:
    """CPU seconds so far by part."""
    used: dict[str, float] = {}
    for pid in descendants(demo.process.pid):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().replace(b"\0", b" ").decode()
        parts = ("processes serve", "processes work", "wxsim", "demo_history", "postgres")
        name = next((part for part in parts if part in command), "up")
        used[name] = used.get(name, 0.0) + cpu_seconds(pid)
    return used


def _report(demo: Demo, seconds: float, cpu: dict[str, float]) -> None:
    kinds: dict[str, Any] = demo.simulator.call("GET", "/sim/ledger/counts")["kinds"]
    callbacks, lost = kinds["callback.acknowledged"], kinds.get("callback.lost", 0)
    product = sum(used for name, used in cpu.items() if name not in ("wxsim", "demo_history"))
    report("world", callbacks / seconds, "events/s", n=callbacks, per_cpu_s=callbacks / product)
    report("world_history", seconds, "s", n=callbacks, baseline=GOAL_SECONDS, ratio=seconds / GOAL_SECONDS)
    report("world_lost", lost, "callbacks", n=callbacks + lost)
    say(f"CPU seconds { ({name: round(value, 1) for name, value in cpu.items()}) }")


if __name__ == "__main__":
    main()
