"""话术 over HTTP: who may write them, and what may stand in them."""

from typing import Any

import pytest

from weloop.access.api import Role
from weloop.content.scripts import MAX_SCRIPTS
from weloop.kit.db import run

from .conftest import Console

SCRIPT = {"name": "初次问候", "category": "开场白", "text": "{{name}}您好，我是{{ staff }}"}


async def test_operators_write_and_sales_read(console: Console) -> None:
    operator, sales = await console.signed_in(Role.OPERATOR), await console.signed_in(Role.SDR)
    status, made = await operator.post("/api/scripts", SCRIPT)
    assert (status, made["text"]) == (201, SCRIPT["text"])
    assert (await sales.get("/api/scripts"))[1] == [made]
    path = f"/api/scripts/{made['id']}"
    for method, where, body in (("POST", "/api/scripts", SCRIPT), ("PUT", path, SCRIPT), ("DELETE", path, None)):
        assert (await sales.ask(method, where, json=body))[1]["code"] == "not_allowed"
    changed = {**SCRIPT, "category": "", "text": "在吗"}
    assert (await operator.ask("PUT", path, json=changed))[1]["text"] == "在吗"
    assert (await operator.delete(path))[0] == 204
    assert (await operator.delete(path))[1]["code"] == "script_not_found"
    assert (await operator.ask("PUT", path, json=SCRIPT))[1]["code"] == "script_not_found"
    admin = await console.signed_in()
    acts = [each["act"] for each in (await admin.get("/api/audit"))[1]["items"]]
    assert {"script_created", "script_changed", "script_deleted"} <= set(acts)


@pytest.mark.parametrize("variable", ["phone", "", "name}} {{x", "__class__", "a" * 300])
async def test_what_nothing_fills_in_is_refused(console: Console, variable: str) -> None:
    admin = await console.signed_in()
    status, answer = await admin.post("/api/scripts", {**SCRIPT, "text": f"您好{{{{{variable}}}}}"})
    assert (status, answer["code"]) == (422, "script_variable")


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"category": "x" * 41},
        {"text": " \n"},
        {"text": "x" * 2001},
        {"text": "a\x00"},
        {"more": 1},
    ],
)
async def test_odd_input_is_refused(console: Console, change: dict[str, Any]) -> None:
    admin = await console.signed_in()
    status, answer = await admin.post("/api/scripts", {**SCRIPT, **change})
    assert (status, answer["code"]) == (422, "invalid_input")


async def test_hostile_text_comes_back_as_it_was(console: Console) -> None:
    admin = await console.signed_in()
    hostile = '<img src=x onerror="alert(1)">{single}'
    assert (await admin.post("/api/scripts", {**SCRIPT, "text": hostile}))[1]["text"] == hostile


async def test_there_is_an_end_to_it(console: Console) -> None:
    admin = await console.signed_in()
    async with console.units.begin() as unit:
        await run(
            unit.connection,
            """
            INSERT INTO script (name, text, created_at, updated_at)
            SELECT 's' || n, 'x', $2, $2 FROM generate_series(1, $1::int) AS n
            """,
            MAX_SCRIPTS,
            unit.now,
        )
    status, answer = await admin.post("/api/scripts", SCRIPT)
    assert (status, answer["code"], answer["params"]) == (409, "script_many", {"max": MAX_SCRIPTS})
