"""The reference is complete: what the code offers is named in it, and what documents point to is there."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from weloop.contracts.commands import CommandName, Delivery
from weloop.contracts.errors import WeLoopError
from weloop.contracts.events import EventKind
from weloop.entrypoints.cli import app
from weloop.entrypoints.settings import Settings

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
SOURCES = sorted((ROOT / "src").rglob("*.py"))
SCRIPTS = [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"]
VARIABLE = re.compile(r"WELOOP_[A-Z][A-Z_0-9]*[A-Z0-9]")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")


def missing(wanted: set[str], *names: str) -> list[str]:
    """What is not named, as code, in these files of the reference."""
    text = "\n".join((REFERENCE / name).read_text() for name in names)
    return sorted(
        name for name in wanted if not re.search(rf"`[^`\n]*(?<![\w-]){re.escape(name)}(?![\w-])[^`\n]*`", text)
    )


def verbs(command: object, path: str) -> Iterator[tuple[str, TyperCommand]]:
    """Every command below a group with what one types for it."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from verbs(inner, f"{path} {name}")
    else:
        assert isinstance(command, TyperCommand)
        yield path, command


def test_every_setting_is_explained() -> None:
    files = [*SOURCES, *(path for path in SCRIPTS if path.is_file()), *(ROOT / "tests").rglob("*.py")]
    named = {name for path in files for name in VARIABLE.findall(path.read_text())}
    declared = {f"WELOOP_{name.upper()}" for name in Settings.model_fields}
    assert missing(named | declared, "settings.md") == []


def test_every_event_kind_is_explained() -> None:
    assert missing(set(EventKind), "events.md") == []


def test_every_command_is_explained() -> None:
    assert missing({*CommandName, *Delivery}, "commands.md") == []


def test_every_verb_of_the_command_line_is_explained() -> None:
    known = dict(verbs(get_command(app), "weloop"))
    assert "weloop user add" in known
    assert missing(set(known), "cli.md") == []
    options = {option for command in known.values() for each in command.params for option in each.opts}
    assert missing({option for option in options if option.startswith("--")}, "cli.md") == []


def test_every_error_code_is_explained() -> None:
    """Codes reach screens and other programs; one that is nowhere explained helps neither."""
    for path in SOURCES:
        if "weloop" in path.parts and path.name == "errors.py":
            importlib.import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    classes = {found.code for found in subclasses(WeLoopError)}
    given = {code for path in SOURCES if "weloop" in path.parts for code in codes_in(path)}
    assert missing(classes | given, "http.md") == []


def subclasses(kind: type[WeLoopError]) -> Iterator[type[WeLoopError]]:
    """The class and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


def codes_in(path: Path) -> Iterator[str]:
    """The codes that errors are raised with."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in ("code", "error_code") and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    targets = [one or other for one, other in LINK.findall(document.read_text())]
    local = [unquote(target.split("#")[0]) for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in local if not (document.parent / target).exists()] == []
