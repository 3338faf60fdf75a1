"""Checks of the web UI in a source tree, and its generated API client."""

import tempfile
from pathlib import Path

from weloop.contracts.errors import SetupError
from weloop.entrypoints.ui import Node, Say, install_packages, run_npm

CLIENT = Path("web/src/api/schema.d.ts")


def check(root: Path, say: Say) -> None:
    """Raise SetupError when types, rules, the client or the weight of a route are not in order."""
    node = install_packages(root, say)
    say("Checking the API client")
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "schema.d.ts")
        _generate(root, node, fresh)
        if fresh.read_text() != (root / CLIENT).read_text():
            raise SetupError(f"{CLIENT} does not fit the server; write it again with `weloop ui client`")
    for script in ("typecheck", "lint"):
        say(f"web: {script}")
        run_npm(node, root / "web", ["run", script], f"web: {script} found something")
    _weigh(root, node, say)


def _weigh(root: Path, node: Node, say: Say) -> None:
    """Build beside the product's own UI and compare each route with its budget of JavaScript."""
    say("web: sizes")
    with tempfile.TemporaryDirectory() as folder:
        build = ["run", "build", "--", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"]
        run_npm(node, root / "web", build, "The web UI could not be built")
        run_npm(node, root / "web", ["run", "sizes", "--", folder], "A route loads more JavaScript than its budget")


def run_tests(root: Path, say: Say) -> None:
    """Run vitest.

    Raises SetupError when a test fails.
    """
    node = install_packages(root, say)
    say("Testing the web UI")
    run_npm(node, root / "web", ["run", "test", "--", "--passWithNoTests"], "A test of the web UI failed")


def write_client(root: Path, say: Say) -> None:
    """Write the client from the server's description."""
    _generate(root, install_packages(root, say), root / CLIENT)


def _generate(root: Path, node: Node, target: Path) -> None:
    from weloop.entrypoints.http.openapi import render

    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder, "openapi.json")
        description.write_text(render())
        command = ["exec", "--no", "--", "openapi-typescript", str(description), "--output", str(target)]
        run_npm(node, root / "web", command, "The API client could not be made")
