"""3,000 rows come in and go again while the worker and the database are killed: each once, none left behind."""

from typing import Any

import aiohttp
import pytest

pytestmark = [pytest.mark.crash, pytest.mark.long]

ROWS = 3_000
STATE = "SELECT count(*) FROM people_import WHERE id = {} AND state = '{}'"
DONE = "SELECT count(*) FROM people_import_row"


async def _upload(installation: Any) -> dict[str, Any]:
    text = "姓名,手机\n" + "".join(f"客户{number},139{number:08}\n" for number in range(ROWS))
    form = aiohttp.FormData()
    form.add_field("file", text.encode(), filename="people.csv")
    async with installation.http.post(f"{installation.url}/api/imports", data=form) as answer:
        assert answer.status == 201, await answer.text()
        made: dict[str, Any] = await answer.json()
    return made


async def test_an_import_goes_on_wherever_it_was_killed(installation: Any, source: dict[str, Any]) -> None:
    made = await _upload(installation)
    path = f"/api/imports/{made['id']}"

    async def reaches(state: str) -> bool:
        found = await installation.try_fetch(STATE.format(made["id"], state))
        return found == 1

    await installation.call("PUT", f"{path}/mapping", {**_mapping(made), "placement": "pool"})
    await installation.until(lambda: reaches("checked"))
    await installation.call("POST", f"{path}/run")
    for part, done in (("worker", 300), ("database", 1200), ("worker", 2000)):
        await installation.until(lambda done=done: _has_come(installation, done))
        await installation.until(lambda: _answers(installation))
        installation.kill(part)
    await installation.until(lambda: reaches("done"))
    assert await _counts(installation) == {"persons": ROWS, "leads": ROWS, "events": ROWS, "rows": ROWS}

    await installation.until(lambda: _answers(installation))
    await installation.call("POST", f"{path}/undo")
    await installation.until(lambda: _has_left(installation, ROWS // 3))
    await installation.until(lambda: _answers(installation))
    installation.kill("worker")
    await installation.until(lambda: reaches("undone"))
    assert await _counts(installation) == {"persons": 0, "leads": 0, "events": ROWS, "rows": ROWS}
    withdrawn = await installation.fetch("SELECT count(*) AS n FROM event WHERE kind = 'LeadWithdrawn'")
    assert withdrawn[0]["n"] == ROWS
    assert await installation.fetch("SELECT 1 FROM inbox_dead") == []


def _mapping(made: dict[str, Any]) -> dict[str, Any]:
    return {"account_id": made["account_id"], "fields": made["fields"]}


async def _has_come(installation: Any, rows: int) -> bool:
    return (await installation.try_fetch(DONE) or 0) >= rows


async def _has_left(installation: Any, rows: int) -> bool:
    left = await installation.try_fetch("SELECT count(*) FROM lead")
    return left is not None and left <= ROWS - rows


async def _answers(installation: Any) -> bool:
    return await installation.try_fetch("SELECT 1") == 1 and installation.pid("worker") is not None


async def _counts(installation: Any) -> dict[str, int]:
    [row] = await installation.fetch(
        "SELECT (SELECT count(*) FROM person WHERE kinds = '{phone}') AS persons, (SELECT count(*) FROM lead) AS leads,"
        " (SELECT count(*) FROM event WHERE kind = 'PersonImported') AS events,"
        " (SELECT count(*) FROM people_import_row) AS rows"
    )
    return dict(row)
