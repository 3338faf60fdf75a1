"""The list of persons counts so far and no further."""

import pytest

from weloop.identity import reading
from weloop.kit.db import run

from .conftest import Console


async def test_more_persons_than_are_counted(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await console.signed_in()
    async with console.units.begin() as unit:
        await run(
            unit.connection,
            "INSERT INTO person (id, name, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)"
            " SELECT n, 'n' || n, 'n' || n, '{follower}', '{}', $1, $1, n = 1, false FROM generate_series(1, 5) AS n",
            unit.now,
        )
    _, whole = await browser.get("/api/persons?size=2&page=3")
    assert (whole["total"], whole["more"], whole["unresolved"], len(whole["items"])) == (5, False, 4, 1)
    monkeypatch.setattr(reading, "COUNTED", 5)
    _, all_of_them = await browser.get("/api/persons")
    assert (all_of_them["total"], all_of_them["more"]) == (5, False)
    monkeypatch.setattr(reading, "COUNTED", 3)
    _, some = await browser.get("/api/persons?size=2&page=3")
    assert (some["total"], some["more"], len(some["items"])) == (3, True, 1)
    _, few = await browser.get("/api/persons?search=n1")
    assert (few["total"], few["more"]) == (1, False)
