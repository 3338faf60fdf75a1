"""Uploading files of people: what may come in, how it is read, what is refused, and by whom."""

import asyncio
import io
import zipfile
from typing import Any

import aiohttp
import pytest
import xlsxwriter

from weloop.access.api import Role
from weloop.features.imports.rules import load_limits
from weloop.kit.db import run

from .conftest import Browser, Console

MB = 1024 * 1024
HEAD = "姓名,手机号,邮箱,公司"
ROWS = f"{HEAD}\n张三,13800001111,zhang@example.com,轴承厂\n李四,138-0000-2222,,\n"


async def upload(browser: Browser, content: bytes, name: str = "客户.csv") -> tuple[int, Any]:
    """Upload one file."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(content), filename=name, content_type="text/csv")
    return await browser.ask("POST", "/api/imports", data=form)


async def connect(browser: Browser, kind: str = "wecom") -> int:
    """An account whose people a file may hold."""
    body = {"kind": kind, "name": "山屿云", "app_id": "ww0123456789abcdef" if kind == "wecom" else "wx0123456789abcdef"}
    if kind == "wecom":
        body["agent_id"] = "1000002"
    status, account = await browser.post("/api/accounts", body)
    assert status == 201, account
    return int(account["id"])


@pytest.fixture
async def browser(console: Console) -> Browser:
    """An administrator's, with a WeCom account."""
    browser = await console.signed_in()
    await connect(browser)
    return browser


def workbook(rows: list[list[Any]]) -> bytes:
    """An XLSX file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名单")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ROWS.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + ROWS.encode(), "utf-8"),
        (ROWS.encode("gb18030"), "gb18030"),
        (ROWS.replace(",", ";").encode(), "utf-8"),
        (ROWS.replace(",", "\t").encode("utf-16"), "utf-16"),
        (ROWS.replace("\n", "\r\n").encode(), "utf-8"),
    ],
)
async def test_a_csv_is_read_however_it_was_written(browser: Browser, content: bytes, encoding: str) -> None:
    status, made = await upload(browser, content)
    assert status == 201, made
    assert (made["state"], made["rows"], made["encoding"], made["format"]) == ("draft", 2, encoding, "csv")
    assert made["columns"] == HEAD.split(",")
    assert made["fields"] == ["name", "phone", "email", "company"]
    assert made["samples"][1] == {"number": 3, "cells": ["李四", "138-0000-2222"]}


async def test_a_workbook_is_read_as_people_see_it(browser: Browser) -> None:
    rows = [["姓名", "手机", "意向", "Owner"], [], ["张三", 13800001111, True, 0.5], ["=1+1", "13800002222", "", ""]]
    status, made = await upload(browser, workbook(rows), "名单.xlsx")
    assert status == 201, made
    assert (made["format"], made["sheet"], made["rows"]) == ("xlsx", "名单", 2)
    assert made["fields"] == ["name", "phone", "need", "owner"]
    assert made["samples"][0] == {"number": 3, "cells": ["张三", "13800001111", "是", "0.5"]}
    assert made["samples"][1]["cells"][0] == "0", "a formula counts by the value that was stored for it"


async def test_a_file_without_a_head_loses_no_row(browser: Browser) -> None:
    status, made = await upload(browser, "张三,13800001111\n李四,13800002222\n".encode())
    assert (status, made["rows"], made["columns"], made["fields"]) == (201, 2, ["第 1 列", "第 2 列"], [None, None])


async def test_signs_that_nobody_sees_are_left_out(browser: Browser) -> None:
    content = '\ufeff姓名,手机,备注\n"张\x00三\u200b","=""13800001111""","一行\n\x07两行\x1b[0m"\n'.encode()
    status, made = await upload(browser, content)
    assert status == 201, made
    assert made["samples"][0]["cells"] == ["张 三", "13800001111", "一行\n两行 [0m"]


def _bomb() -> bytes:
    """A workbook whose archive unpacks to 640 MiB, and says so."""
    out = io.BytesIO(workbook([["手机"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"xl/media/{number}.bin", b"\0" * (64 * MB))
    return out.getvalue()


def _lying_bomb() -> bytes:
    """A worksheet of 64 MiB in an archive that says it is small: its true size is found while it is unpacked."""
    cells = b'<c r="A1" t="inlineStr"><is><t>' + b"x" * (64 * MB) + b"</t></is></c>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["手机"]]))) as plain,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for each in plain.infolist():
            if each.filename == "xl/worksheets/sheet1.xml":
                archive.writestr(each.filename, sheet + cells + b"</row></sheetData></worksheet>")
            else:
                archive.writestr(each.filename, plain.read(each))
    size = (len(sheet) + len(cells) + len(b"</row></sheetData></worksheet>")).to_bytes(4, "little")
    return out.getvalue().replace(size, (1000).to_bytes(4, "little"))


def _far_cells() -> bytes:
    """Two cells, as far apart as a worksheet allows: a table of 17 billion."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "手机")
    sheet.write(1_048_575, 16_383, "13800001111")
    book.close()
    return out.getvalue()


BROKEN = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(5000), "import_file_type"),
    "a PDF": (b"%PDF-1.7\n" + b"a,b\n" * 100, "import_file_type"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "import_file_type"),
    "a Word file": (b"", "import_file_type"),
    "half a workbook": (workbook([["手机"], ["13800001111"]])[:-400], "import_file_broken"),
    "bytes of no encoding": ("姓名,手机\n".encode() + b"\xff\xff\xfe,1\n", "import_encoding"),
    "nothing": (b"", "import_empty"),
    "a head alone": (HEAD.encode(), "import_empty"),
    "300 columns": (",".join(f"列{n}" for n in range(300)).encode() + b"\n1\n", "import_columns"),
    "too many rows": (b"phone\n" + b"13800001111\n" * (load_limits().rows + 1), "import_rows"),
    "an endless cell": (b'phone\n"' + b"1" * 200_000 + b'"\n', "import_file_broken"),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_is_no_list_of_people_is_refused_with_its_reason(browser: Browser, what: str) -> None:
    content, code = BROKEN[what]
    if what == "a Word file":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", "<document/>")
        content = out.getvalue()
    status, body = await upload(browser, content)
    assert (status, body["code"]) == (422, code)


@pytest.mark.parametrize("make", [_bomb, _lying_bomb, _far_cells])
async def test_a_bomb_harms_only_the_process_that_reads_it(browser: Browser, make: Any) -> None:
    bomb = await asyncio.to_thread(make)  # while it is made the connection may time out, which must be noticed
    status, body = await upload(browser, bomb, "bomb.xlsx")
    assert (status, body["code"] in {"import_heavy", "import_file_broken"}) == (422, True), body
    assert (await upload(browser, ROWS.encode()))[0] == 201, "the server is as well as before"


async def test_a_file_may_be_larger_than_other_bodies_and_no_larger_than_said(browser: Browser) -> None:
    row = "13800001111," + "备" * 300 + "\n"
    content = ("手机,备注\n" + row * (6 * MB // len(row.encode()))).encode()
    status, made = await upload(browser, content)
    assert (status, made["rows"] > 5000) == (201, True)
    status, body = await upload(browser, content.ljust(20 * MB + 1))
    assert (status, body["code"]) == (422, "file_large")
    status, body = await upload(browser, content.ljust(21 * MB))
    assert (status, body["code"]) == (413, "too_large")
    path = f"/api/imports/{made['id']}/mapping"
    status, body = await browser.ask(
        "PUT", path, data=io.BytesIO(bytes(MB + 1)), headers={"Content-Type": "application/json"}
    )
    assert (status, body["code"]) == (413, "too_large"), "only uploads may be so large"


async def test_columns_mean_what_somebody_says(console: Console, browser: Browser) -> None:
    _, made = await upload(browser, ROWS.encode())
    path = f"/api/imports/{made['id']}/mapping"
    given = {"account_id": made["account_id"], "fields": made["fields"]}
    for fields, code in (
        (["name"], "import_fields"),
        (["phone", "phone", None, None], "import_field_twice"),
        (["name", None, None, "company"], "import_no_key"),
        (["name", "phone", "age", None], "invalid_input"),
    ):
        status, body = await browser.ask("PUT", path, json={**given, "fields": fields})
        assert (status, body["code"]) == (422, code), fields
    status, body = await browser.ask("PUT", path, json={**given, "account_id": 999})
    assert (status, body["code"]) == (404, "account_not_found")
    status, body = await browser.ask("PUT", path, json=given)
    assert (status, body["state"]) == (202, "checking")
    status, body = await browser.post(f"/api/imports/{made['id']}/run")
    assert (status, body["code"]) == (409, "import_state"), "what was not checked does not run"
    assert (await browser.ask("PUT", "/api/imports/999/mapping", json=given))[1]["code"] == "import_not_found"


async def test_leads_and_customers_need_wecom(console: Console) -> None:
    browser = await console.signed_in()
    status, body = await upload(browser, ROWS.encode())
    assert (status, body["code"]) == (409, "import_no_account")
    account = await connect(browser, "official_account")
    _, made = await upload(browser, ROWS.encode())
    assert made["account_id"] == account
    path = f"/api/imports/{made['id']}/mapping"
    given = {"account_id": account, "fields": made["fields"], "placement": "pool"}
    assert (await browser.ask("PUT", path, json=given))[1]["code"] == "import_needs_wecom"
    given = {"account_id": account, "fields": ["name", "phone", None, "external_userid"]}
    assert (await browser.ask("PUT", path, json=given))[1]["code"] == "import_needs_wecom"


async def test_rows_are_sealed_at_rest_and_deleted_with_their_draft(console: Console, browser: Browser) -> None:
    _, made = await upload(browser, ROWS.encode())
    async with console.engine.connect() as connection:
        [row] = await run(connection, "SELECT sealed FROM people_import_batch")
        assert b"13800001111" not in row.sealed
    assert (await browser.delete(f"/api/imports/{made['id']}"))[0] == 204
    async with console.engine.connect() as connection:
        assert await run(connection, "SELECT 1 FROM people_import_batch") == []
    _, audit = await browser.get("/api/audit?size=2")
    assert [each["act"] for each in audit["items"]] == ["import_deleted", "import_uploaded"]
    assert audit["items"][1]["detail"] == {"name": "客户.csv", "rows": 2}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SDR])
async def test_operators_import_and_sdrs_do_not(console: Console, role: Role) -> None:
    await connect(await console.signed_in())
    browser = await console.signed_in(role)
    status, _ = await upload(browser, ROWS.encode())
    assert status == (201 if role is Role.OPERATOR else 403)
    status, _ = await browser.get("/api/imports")
    assert status == (200 if role is Role.OPERATOR else 403)


async def test_the_template_is_a_workbook_without_rows(console: Console, browser: Browser) -> None:
    async with browser.session.get(f"{browser.url}/api/imports/template.xlsx") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        template = await answer.read()
    assert (await upload(browser, template))[1]["code"] == "import_empty"
