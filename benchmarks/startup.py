"""Seconds until the first page stands, and the memory of all processes.

The demo is started as a user starts it, once in an empty home and then again in the same; installing and building the
web UI come before and are not counted. Memory is the proportional set size: shared pages count once.
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from _rig import Demo, descendants, median, open_demo, open_folder, read_text, report, say, say_machine

GOAL_SECONDS, GOAL_MEGABYTES = 15.0, 400.0
SETTLE_SECONDS = 5
PARTS = {"processes serve": "serve", "processes work": "worker", "wxsim": "wxsim", "postgres": "postgres"}


def main() -> None:
    """Print the seconds of a first and of later starts, and megabytes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="later starts")
    chosen = options.parse_args()
    say_machine()
    subprocess.run([Path(sys.executable).with_name("weloop"), "ui", "build"], check=True, stdout=sys.stderr)
    with open_folder() as folder:
        first, _ = _start(folder / "home", settle=False)
        report("startup_first", first, "s", n=1)
        starts = [_start(folder / "home", settle=number == 0) for number in range(chosen.runs)]
    seconds = median([each[0] for each in starts])
    report("startup_later", seconds, "s", n=chosen.runs, baseline=GOAL_SECONDS, ratio=seconds / GOAL_SECONDS)
    parts = starts[0][1]
    say(", ".join(f"{name} {value:.0f} MB" for name, value in sorted(parts.items())))
    total = sum(parts.values())
    report("memory", total, "MB", n=1, baseline=GOAL_MEGABYTES, ratio=total / GOAL_MEGABYTES)
    product = total - parts.get("wxsim", 0.0)
    report("memory_without_simulator", product, "MB", n=1)


def _start(home: Path, *, settle: bool) -> tuple[float, dict[str, float]]:
    """Seconds to the first page, and megabytes by part where asked for."""
    begun = time.monotonic()
    with open_demo(home) as demo:
        page = read_text(demo.product_url, "/")
        script = re.search(r'src="(/[^"]+\.js)"', page)
        assert script is not None, page[:500]
        assert read_text(demo.product_url, script[1])
        seconds = time.monotonic() - begun
        if not settle:
            return seconds, {}
        time.sleep(SETTLE_SECONDS)
        return seconds, _memory(demo)


def _memory(demo: Demo) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for pid in descendants(demo.process.pid):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        name = next((part for words, part in PARTS.items() if words in command), "supervisor")
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        assert found is not None, rollup
        sizes[name] = sizes.get(name, 0.0) + int(found[1]) / 1000
    return sizes


if __name__ == "__main__":
    main()
