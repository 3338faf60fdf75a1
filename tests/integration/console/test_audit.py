"""The audit log is found by who did what, to what, and when."""

from datetime import date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.access import repository, routes
from weloop.access.api import Role
from weloop.access.repository import AuditQuery
from weloop.kit.db import run

from .conftest import Browser, Console

PATH = "/api/audit"


@pytest.fixture
async def admin(console: Console) -> Browser:
    return await console.signed_in()


async def _write(console: Console, *entries: tuple[str, int | None, str, str, str | None]) -> None:
    """Entries (at, user, act, object, name)."""
    async with console.engine.begin() as connection:
        for at, user, act, target, name in entries:
            await run(
                connection,
                """
                INSERT INTO audit_entry (at, user_id, act, object, detail)
                VALUES ($1, $2, $3, $4, jsonb_strip_nulls(jsonb_build_object('name', $5::text)))
                """,
                datetime.fromisoformat(at),
                user,
                act,
                target,
                name,
            )


async def _found(admin: Browser, **filters: str) -> list[str]:
    """Objects of the entries of before today's: newest first."""
    status, page = await admin.ask("GET", PATH, params={"last": "2025-12-31", "size": "100", **filters})
    assert (status, page["total"]) == (200, len(page["items"])), page
    return [each["object"] for each in page["items"]]


@pytest.fixture
async def written(console: Console, admin: Browser) -> None:
    """Some acts of a year ago, by the first user, by one who is gone, and by nobody."""
    await _write(
        console,
        ("2025-03-01T15:59:59Z", 1, "broadcast_created", "broadcast:1", "春季上新"),
        ("2025-03-01T16:00:00Z", 999, "broadcast_tested", "broadcast:1", None),
        ("2025-03-02T15:59:59.999Z", 1, "broadcast_changed", "broadcast:1", "Spring_100%"),
        ("2025-03-03T03:00:00Z", None, "journey_paused_by_failures", "journey:1", None),
        ("2025-03-03T03:00:00Z", 1, "broadcast_created", "broadcast:11", "上新提醒"),
        ("2025-03-04T03:00:00Z", 1, "leads_exported", "leads", None),
        ("2025-03-05T03:00:00Z", 1, "lead_noted", "lead:1", None),
        ("2025-03-06T03:00:00Z", 1, "signed_in", "user:1", None),
    )


ALL = ["user:1", "lead:1", "leads", "broadcast:11", "journey:1", *["broadcast:1"] * 3]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ALL),
        ({"act": "broadcast_created"}, ["broadcast:11", "broadcast:1"]),
        ({"act": "broadcast"}, []),
        ({"user_id": "999"}, ["broadcast:1"]),
        ({"user_id": "0"}, ["journey:1"]),
        ({"kind": "broadcast"}, ["broadcast:11", *["broadcast:1"] * 3]),
        ({"kind": "lead"}, ["lead:1", "leads"]),
        ({"kind": "leads"}, ["leads"]),
        ({"search": "上新"}, ["broadcast:11", *["broadcast:1"] * 3]),
        ({"search": " 春季上新 "}, ["broadcast:1"] * 3),
        ({"search": "sPRING"}, ["broadcast:1"] * 3),
        ({"search": "_100%"}, ["broadcast:1"] * 3),
        ({"search": "%"}, ["broadcast:1"] * 3),
        ({"search": "admi"}, ["user:1"]),
        ({"search": "'; DROP TABLE audit_entry; --"}, []),
        ({"search": "上新", "act": "broadcast_created", "user_id": "1", "kind": "broadcast", "first": "2025-03-03"},
         ["broadcast:11"]),
        ({"first": "2025-03-02", "last": "2025-03-02"}, ["broadcast:1"] * 2),
        ({"last": "2025-03-01"}, ["broadcast:1"]),
        ({"first": "2025-03-05"}, ["user:1", "lead:1"]),
        ({"first": "2025-03-07"}, []),
    ],
)  # fmt: skip
async def test_entries_are_found(admin: Browser, filters: dict[str, str], expected: list[str]) -> None:
    assert await _found(admin, **filters) == expected


@pytest.mark.usefixtures("written")
async def test_a_page_of_what_is_found_knows_how_many_there_are(admin: Browser) -> None:
    query = {"kind": "broadcast", "last": "2025-12-31", "size": "1", "page": "2"}
    _, page = await admin.ask("GET", PATH, params=query)
    [second] = page["items"]
    assert (page["total"], second["at"]) == (4, "2025-03-02T15:59:59.999000Z")
    assert (second["object_name"], second["detail"]) == ("Spring_100%", {"name": "Spring_100%"})


@pytest.mark.usefixtures("written")
async def test_what_was_done_may_be_chosen(admin: Browser) -> None:
    status, choices = await admin.get(PATH + "/choices")
    assert status == 200
    assert choices["kinds"] == ["broadcast", "journey", "lead", "user"], "leads are found with lead"
    assert choices["users"] == [{"id": 0, "name": None}, {"id": 1, "name": "Admin"}, {"id": 999, "name": None}]
    assert {"broadcast_tested", "leads_exported", "signed_in"} <= set(choices["acts"])
    assert choices["acts"] == sorted(set(choices["acts"]))


@pytest.mark.parametrize(
    "query",
    ["first=0001-01-01", "last=9999-12-31", "first=x", "first=2025-02-30", "first=2025-03-02&last=2025-03-01",
     "user_id=-1", "user_id=9223372036854775808", "user_id=x", "search=%00", "act=%00", "kind=%00",
     "search=" + "x" * 101],
)  # fmt: skip
async def test_odd_filters_are_refused(admin: Browser, query: str) -> None:
    status, body = await admin.get(f"{PATH}?{query}")
    assert (status, body["code"]) == (422, "invalid_input")


async def test_only_administrators_look(console: Console) -> None:
    lead = await console.signed_in(Role.LEAD)
    for path in (PATH + "?act=signed_in", PATH + "/choices"):
        assert (await lead.get(path))[1]["code"] == "not_allowed"


@pytest.mark.usefixtures("written")
async def test_a_name_of_many_is_refused_before_all_their_entries_are_read(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_NAMED", 1)
    assert await _found(admin, search="春季上新") == ["broadcast:1"] * 3
    status, body = await admin.ask("GET", PATH, params={"search": "上新"})
    assert (status, body["code"], body["params"]) == (422, "audit_search_broad", {"max": 1})


INDEXES = [
    (AuditQuery(act="rare"), "ix_audit_entry_act"),
    (AuditQuery(user_id=7), "ix_audit_entry_user"),
    (AuditQuery(kind="rare"), "ix_audit_entry_kind"),
    (AuditQuery(objects=["kind1:1"]), "ix_audit_entry_object"),
    (AuditQuery(first=date(2026, 1, 1)), "ix_audit_entry_at"),
]


async def test_each_filter_has_its_index(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO audit_entry (at, user_id, act, object, detail)
            SELECT timestamptz '2025-01-01Z' + n * interval '1 minute', n % 3 + 1, 'act' || n % 50,
                   'kind' || n % 20 || ':' || n % 999, jsonb_build_object('name', '名字' || md5(n::text))
            FROM generate_series(1, 20000) AS n
            """,
        )
        await run(connection, "ANALYZE audit_entry")
        plans = []
        for wanted, _ in INDEXES:
            where, given = repository._fitting(wanted)
            rows = await run(connection, f"EXPLAIN SELECT FROM audit_entry AS e WHERE {where}", *given)
            plans.append("".join(row[0] for row in rows))
        like = "EXPLAIN SELECT FROM audit_entry AS e WHERE e.detail ->> 'name' LIKE $1"
        plans.append("".join(row[0] for row in await run(connection, like, "%找得到的名字%")))
    for plan, index in zip(plans, [*(index for _, index in INDEXES), "ix_audit_entry_name"], strict=True):
        assert index in plan, plan
