"""Bytes of JavaScript, gzipped as they are served, that each route loads when it is the first one opened.

The built UI is weighed, not a running one: entry, Chinese texts, the page of the route, and all they import. A second
route costs only what the first did not bring. ``baseline`` is the route's budget.
"""

import json
import subprocess
import sys
from pathlib import Path

from _rig import report, say

from weloop.entrypoints.ui import build, find_node

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print kB for each route; exits with 1 when one is over its budget."""
    build(ROOT, say)
    node = find_node(ROOT, say)
    command = [*node.npm, "run", "--silent", "sizes", "--", "--json"]
    done = subprocess.run(command, cwd=ROOT / "web", env=node.environment, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        weighed = json.loads(line)
        kilobytes, budget = weighed["bytes"] / 1000, weighed["budget"] / 1000
        report(f"web {weighed['route']}", kilobytes, "kB", n=1, baseline=budget, ratio=kilobytes / budget)
    sys.stderr.write(done.stderr)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
