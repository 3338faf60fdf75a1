"""Uploaded files: what may come in, and how it goes out."""

import contextlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from weloop.access.api import Role
from weloop.content.rules import clean_name, load_limits, sniff

from .conftest import Browser, Console

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
MB = 1024 * 1024


async def upload(browser: Browser, content: bytes, name: str = "a.png", mime: str = "image/png") -> tuple[int, Any]:
    """Upload one file."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(content), filename=name, content_type=mime)
    return await browser.ask("POST", "/api/files", data=form)


async def test_a_file_comes_back_as_it_was(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    status, info = await upload(browser, PNG, "海报 A.png")
    assert status == 201
    assert info == {"id": info["id"], "name": "海报 A.png", "mime": "image/png", "size": len(PNG)}
    async with browser.session.get(f"{browser.url}/api/files/{info['id']}") as answer:
        assert await answer.read() == PNG
        assert answer.headers["Content-Type"] == "image/png"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Disposition"].startswith("inline")


async def test_equal_files_lie_on_disk_once(console: Console, tmp_path: Path) -> None:
    browser = await console.signed_in()
    first = await upload(browser, PNG, "a.png")
    second = await upload(browser, PNG, "b.png")
    assert first[1]["id"] != second[1]["id"]
    assert len(list((tmp_path / "files").iterdir())) == 1


async def test_what_a_browser_might_run_is_only_downloaded(console: Console) -> None:
    browser = await console.signed_in()
    page = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    status, info = await upload(browser, page, "x.png", "image/png")
    assert (status, info["mime"]) == (201, "application/octet-stream")
    _, _, headers = await browser.ask_whole("GET", f"/api/files/{info['id']}")
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_files_have_limits(console: Console, tmp_path: Path) -> None:
    browser = await console.signed_in()
    assert (await upload(browser, b"12345"))[1]["code"] == "file_small"
    status, body = await upload(browser, PNG + bytes(10 * MB))
    assert (status, body["code"], body["params"]) == (422, "file_large", {"max": 10 * MB})
    assert (await upload(browser, bytes(11 * MB), "a.bin"))[0] == 201
    status, body = await upload(browser, bytes(20 * MB + 1), "a.bin")
    assert (status, body["code"]) == (422, "file_large")
    status, body = await upload(browser, bytes(21 * MB), "a.bin")
    assert (status, body["code"]) == (413, "too_large")
    assert not list((tmp_path / "files").glob(".upload-*"))


async def test_who_may_not_change_may_not_upload(console: Console) -> None:
    browser = await console.signed_in(Role.SDR)
    assert (await upload(browser, PNG))[0] == 403


async def test_a_stranger_cannot_fill_the_disk(console: Console, tmp_path: Path) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            sent += MB
            yield bytes(MB)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with contextlib.suppress(aiohttp.ClientConnectionError):
        status, _ = await console.browser().ask("POST", "/api/files", data=endless(), headers=headers)
        assert status == 401
    assert sent < 20 * MB, "refused before the file was taken"
    assert not (tmp_path / "files").exists()


async def test_a_form_without_a_file_is_refused(console: Console) -> None:
    browser = await console.signed_in()
    for data in ({"file": "text"}, {"other": "x"}):
        status, body = await browser.ask("POST", "/api/files", data=data)
        assert (status, body["code"]) == (422, "invalid_input")
    status, body = await browser.ask(
        "POST", "/api/files", data=b"broken", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert status in (400, 422)


async def test_a_file_that_is_gone_is_not_found(console: Console, tmp_path: Path) -> None:
    browser = await console.signed_in()
    _, info = await upload(browser, PNG)
    for path in (tmp_path / "files").iterdir():
        path.unlink()
    assert (await browser.get(f"/api/files/{info['id']}"))[0] == 404


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lina\\报价.xlsx", "报价.xlsx"),
        ("a\0b\n.png", "ab.png"),
        ("", "file"),
        (None, "file"),
        ("..", "file"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str | None, clean: str) -> None:
    assert clean_name(given) == clean


@pytest.mark.parametrize(
    ("head", "name", "mime"),
    [
        (PNG, "x", "image/png"),
        (b"\xff\xd8\xff\xe0", "x.png", "image/jpeg"),
        (b"\0\0\0\x20ftypisom", "x", "video/mp4"),
        (b"%PDF-1.7", "x", "application/pdf"),
        (b"PK\x03\x04", "报价.XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04", "x.zip", "application/zip"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x", "image/webp"),
        (b"<html>", "x.png", "application/octet-stream"),
        (b"", "", "application/octet-stream"),
    ],
)
def test_types_are_told_by_content(head: bytes, name: str, mime: str) -> None:
    assert sniff(head, name) == mime


def test_limits_are_read_from_their_file() -> None:
    limits = load_limits()
    assert limits.by_mime["image/png"] == 10 * MB
    assert limits.largest == 20 * MB
