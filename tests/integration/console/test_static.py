"""The built pages: what is cached, what is not, and which path is a page."""

import gzip
from pathlib import Path

import pytest

from .conftest import Console


@pytest.fixture
def built(ui: Path) -> Path:
    """A built console in small."""
    (ui / "assets").mkdir(parents=True)
    (ui / "index.html").write_text("<!doctype html><title>微环</title>")
    (ui / "h5.html").write_text("<!doctype html><title>线索</title>")
    (ui / "icon.svg").write_text("<svg/>")
    script = b"console.log('loop');" * 50
    (ui / "assets" / "index-1a2b.js").write_bytes(script)
    (ui / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(script))
    (ui.parent / "outside.txt").write_text("secret")
    return ui


async def test_without_a_build_one_page_says_what_to_run(console: Console) -> None:
    status, page = await console.browser().get("/")
    assert status == 503
    assert "weloop ui build" in page


async def test_a_build_is_found_without_a_restart(console: Console, built: Path) -> None:
    assert (await console.browser().get("/"))[0] == 200


async def test_hashed_assets_are_kept_for_ever_and_pages_never(built: Path, console: Console) -> None:
    browser = console.browser()
    status, script, headers = await browser.ask_whole("GET", "/assets/index-1a2b.js")
    assert (status, script[:11]) == (200, "console.log")
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Type"].startswith("text/javascript")
    plain = await browser.ask_whole("GET", "/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain[2]
    assert plain[1] == script
    _, _, page = await browser.ask_whole("GET", "/")
    assert page["Cache-Control"] == "no-cache"
    assert page["ETag"]


async def test_any_other_path_is_a_page_of_the_console(built: Path, console: Console) -> None:
    browser = console.browser()
    for path in ("/", "/login", "/sources", "/persons/12", "/apis", "/sources?page=2"):
        status, page = await browser.get(path)
        assert (status, "微环" in page) == (200, True), path


async def test_the_phones_pages_have_an_entry_of_their_own(built: Path, console: Console) -> None:
    for path in ("/h5", "/h5/leads/12", "/h5?error=h5_code"):
        status, page = await console.browser().get(path)
        assert (status, "线索" in page) == (200, True), path


async def test_what_is_not_there_is_not_served(built: Path, console: Console) -> None:
    browser = console.browser()
    for path in (
        "/missing.js",
        "/assets/missing-1.css",
        "/assets/../../outside.txt",
        "/..%2foutside.txt",
        "/%2e%2e/outside.txt",
        "/assets/index-1a2b.js.gz",
        "//etc/passwd.txt",
    ):
        status, body = await browser.get(path)
        assert status == 404, path
        assert "secret" not in body


async def test_pages_are_only_read(built: Path, console: Console) -> None:
    assert (await console.browser().post("/"))[0] == 405
    assert (await console.browser().ask("HEAD", "/"))[0] == 200
