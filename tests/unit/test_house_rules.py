"""House rules that linters lack. Each says why it is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PYTHON = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
TSX = sorted((ROOT / "web" / "src").rglob("*.ts*"))
# Files made by a program.
GENERATED = {ROOT / "web" / "src" / "api" / "schema.d.ts"}
PYTHON_LINES, TEST_LINES, TSX_LINES = 500, 800, 250
CLOCKS = {"src/weloop/kit/clock.py", "src/wxsim/clock.py"}
ASKS_THE_DATABASE = {"src/weloop/entrypoints/machine.py"}  # compares its clock with ours
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def name_of(path: Path) -> str:
    """Path in the repository."""
    return path.relative_to(ROOT).as_posix()


def lines_in(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text().splitlines())


def test_files_stay_small() -> None:
    """A file that needs scrolling hides what does not belong to it."""
    caps = {
        **{path: TEST_LINES if "tests" in path.parts else PYTHON_LINES for path in PYTHON},
        **{path: TSX_LINES for path in TSX if path not in GENERATED},
    }
    assert {name_of(path): lines_in(path) for path, cap in caps.items() if lines_in(path) > cap} == {}


def test_every_module_says_what_it_is() -> None:
    """Whoever opens a file learns in its first line whether it is the right one."""
    bare = [path for path in PYTHON if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))]
    assert [name_of(path) for path in bare] == []


def test_no_file_has_a_vague_name() -> None:
    """A name that fits anything collects everything."""
    assert [name_of(path) for path in [*PYTHON, *TSX] if VAGUE & set(re.split(r"[_.-]", path.stem))] == []


def strings_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is no docstring."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_sql_takes_the_time_as_an_argument() -> None:
    """World time is not the database's time: ``now()`` in SQL would ignore the simulated clock."""
    clock = re.compile(r"\b(now\(\)|current_timestamp|clock_timestamp\(|localtimestamp)", re.IGNORECASE)
    sql = re.compile(r"\b(select|insert|update|delete|set|where|values)\b", re.IGNORECASE)
    product = [path for path in SOURCES if "weloop" in path.parts and "migrations" not in path.parts]
    found = [
        f"{name_of(path)}:{line}"
        for path in product
        if name_of(path) not in ASKS_THE_DATABASE
        for line, text in strings_of(path)
        if clock.search(text) and (sql.search(text) or len(text) < 30)
    ]
    assert found == []


def test_only_the_clocks_ask_what_time_it_is() -> None:
    """Time is an argument; a second place that asks would drift from the world's clock."""
    asks = re.compile(r"\b(datetime\.now|datetime\.utcnow|datetime\.today|date\.today|func\.now)\(")
    found = [name_of(path) for path in SOURCES if asks.search(path.read_text())]
    assert set(found) - CLOCKS == set()


def test_moments_from_outside_can_be_reckoned_with() -> None:
    """Adding a day to the last day of the calendar is an error of the server: forms take ``kit.http.Instant``."""
    found = [name_of(path) for path in SOURCES if "AwareDatetime" in path.read_text()]
    assert found == ["src/weloop/kit/http.py"]


@pytest.mark.parametrize("mark", ["TO" + "DO", "FIX" + "ME", "X" + "XX"])
def test_nothing_is_left_for_later(mark: str) -> None:
    """What is not done belongs into an issue."""
    word = re.compile(rf"\b{mark}\b")
    assert [name_of(path) for path in [*PYTHON, *TSX] if word.search(path.read_text())] == []


def test_scripts_stop_at_the_first_error() -> None:
    """A script that goes on after an error reports success for work not done."""
    scripts = [path for path in [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"] if path.is_file()]
    assert [name_of(path) for path in scripts if "set -euo pipefail" not in path.read_text()] == []
