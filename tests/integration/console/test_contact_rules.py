"""联系频率与合规: rules are read and changed with before and after in the audit log; wishes of a person are noted by
hand with a reason, for all their identities, and stay in the ledger."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from weloop.access.api import Role
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.db import run
from weloop.outbox.held import find_held

from .conftest import Browser, Console

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PERSON = 1


async def _rules(browser: Browser) -> dict[str, Any]:
    status, body = await browser.get("/api/contact-rules")
    assert status == 200
    assert isinstance(body, dict)
    return body


async def _change(browser: Browser, revision: int, **changes: Any) -> tuple[int, Any]:
    values = {**(await _rules(browser))["values"], **changes}
    return await browser.ask("PUT", "/api/contact-rules", json={"revision": revision, "values": values})


async def _meet(console: Console) -> None:
    """A person of two identities."""
    async with console.engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
            SELECT n, '\\x00', 'follower', 'wx' || n, 'o' || n, $1, $2, $2 FROM generate_series(1, 2) AS n
            """,
            PERSON,
            NOW,
        )


async def test_rules_ship_with_their_sources(console: Console) -> None:
    browser = await console.signed_in(Role.SDR)
    rules = await _rules(browser)
    assert rules["values"] == rules["shipped"]
    assert (rules["revision"], rules["updated_at"]) == (0, None)
    assert set(rules["sources"]) == set(rules["values"])
    assert all(rate["source"] and rate["date"] for rate in rules["rates"])


async def test_a_change_is_in_the_audit_log_with_before_and_after(console: Console) -> None:
    browser = await console.signed_in(Role.LEAD)
    status, body = await _change(browser, 0, marketing_per_week=1, opt_out_words=["退订", "别发了"])
    assert (status, body["values"]["marketing_per_week"], body["revision"]) == (200, 1, 1)
    assert body["shipped"]["marketing_per_week"] == 2
    assert body["updated_by"]
    async with console.engine.connect() as connection:
        [entry] = await run(connection, "SELECT detail FROM audit_entry WHERE act = 'contact_rules_changed'")
    assert entry.detail["marketing_per_week"] == [2, 1]
    assert entry.detail["opt_out_words"][1] == ["退订", "别发了"]
    assert set(entry.detail) == {"marketing_per_week", "opt_out_words"}

    assert (await _change(browser, 0, marketing_per_week=3))[1]["code"] == "contact_rules_changed"
    status, body = await _change(browser, 1)
    assert (status, body["revision"]) == (200, 1), "nothing was different"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"marketing_per_week": -1}, "invalid_input"),
        ({"marketing_quiet": ["25:00", "08:30"]}, "invalid_input"),
        ({"marketing_quiet": ["21:30"]}, "invalid_input"),
        ({"opt_out_words": []}, "invalid_input"),
        ({"opt_out_words": ["字" * 21]}, "invalid_input"),
        ({"opt_out_words": ["  "]}, "word_empty"),
        ({"opt_out_words": ["ＴＤ"], "opt_in_words": ["td"]}, "word_twice"),
        ({"wecom_mass_mode": "year"}, "invalid_input"),
        ({"moment_windows": [["07:00", "25:00"]]}, "invalid_input"),
        ({"moment_windows": [["07:00"]]}, "invalid_input"),
        ({"moment_adverts_in_a_row": 0}, "invalid_input"),
        ({"moment_advert_percent": 101}, "invalid_input"),
    ],
)
async def test_what_makes_no_rule_is_refused(console: Console, changes: dict[str, Any], code: str) -> None:
    browser = await console.signed_in()
    status, body = await _change(browser, 0, **changes)
    assert (status, body["code"]) == (422, code)
    assert (await _rules(browser))["revision"] == 0


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SDR])
async def test_operators_read_the_rules_and_do_not_make_them(console: Console, role: Role) -> None:
    browser = await console.signed_in(role)
    status, body = await _change(browser, 0, marketing_per_week=9)
    assert (status, body["code"]) == (403, "not_allowed")


async def test_a_wish_is_noted_by_hand_and_taken_back_with_its_reason(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    await _meet(console)
    path = f"/api/persons/{PERSON}/contact"
    status, standing = await browser.get(path)
    assert (status, standing["opted_out"], standing["related"], standing["entries"]) == (200, False, False, [])
    for _ in range(2):
        status, standing = await browser.post(path, {"act": "opted_out", "reason": "来电要求停发"})
        assert (status, standing["opted_out"]) == (200, True)
    [entry] = standing["entries"]
    assert (entry["act"], entry["reason"], entry["word"]) == ("opted_out", "来电要求停发", None)
    assert entry["user_name"]
    async with console.engine.connect() as connection:
        rows = await run(connection, "SELECT identity_id FROM consent_entry")
        events = await run(connection, "SELECT kind FROM event")
    assert sorted(row.identity_id for row in rows) == [1, 2]
    assert [row.kind for row in events] == ["ConsentWithdrawn"]

    await browser.post(path, {"act": "complaint_opened", "reason": "投诉太频繁"})
    status, standing = await browser.post(path, {"act": "opted_in", "reason": "邮件确认"})
    assert (standing["opted_out"], standing["wants"], standing["complaint"]) == (False, True, True)
    status, standing = await browser.post(path, {"act": "complaint_closed", "reason": "已致歉"})
    assert (standing["complaint"], len(standing["entries"])) == (False, 4)


async def test_pages_of_a_person_answer_to_the_number_of_before_a_merge(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    await _meet(console)
    status, standing = await browser.post("/api/persons/2/contact", {"act": "complaint_opened", "reason": "投诉太频繁"})
    assert (status, standing["complaint"]) == (200, True)
    assert (await browser.get("/api/persons/1/contact"))[1]["complaint"]
    for path in ("/api/persons/{}/notes", "/api/persons/{}/contact", "/api/service-messages/{}"):
        assert await browser.get(path.format(2)) == await browser.get(path.format(1))
        assert (await browser.get(path.format(2)))[0] == 200
        assert (await browser.get(path.format(3)))[0] == 404


@pytest.mark.parametrize("statement", ["UPDATE consent_entry SET act = 'opted_in'", "DELETE FROM consent_entry"])
async def test_the_ledger_only_grows(console: Console, statement: str) -> None:
    browser = await console.signed_in()
    await _meet(console)
    await browser.post(f"/api/persons/{PERSON}/contact", {"act": "opted_out", "reason": "来电"})
    with pytest.raises(DBAPIError, match="append-only"):
        async with console.engine.begin() as connection:
            await run(connection, statement)
    async with console.engine.begin() as connection:
        await run(connection, "UPDATE consent_entry SET reason = NULL")


async def test_what_hostile_hands_note_is_refused(console: Console) -> None:
    browser = await console.signed_in()
    await _meet(console)
    path = f"/api/persons/{PERSON}/contact"
    for body in ({"act": "opted_out"}, {"act": "opted_out", "reason": " "}, {"act": "gone", "reason": "x"}):
        assert (await browser.post(path, body))[0] == 422
    for unknown, code in (("999", (404, "person_not_found")), ("9" * 19, (422, "invalid_input"))):
        status, body = await browser.post(f"/api/persons/{unknown}/contact", {"act": "opted_out", "reason": "x"})
        assert (status, body["code"]) == code
        assert (await browser.get(f"/api/persons/{unknown}/contact"))[0] == code[0]


async def test_what_policy_held_back_is_listed_with_its_reasons(console: Console) -> None:
    browser = await console.signed_in()
    await _meet(console)
    async with console.units.begin() as unit:
        for number in range(3):
            body = {"openid": "o1", "text": "您好"}
            unit.enqueue(
                Command(f"m{number}", CommandName.SEND_SERVICE_MESSAGE, 1, body, Delivery.AT_MOST_ONCE, subject_id=1)
            )
    async with console.engine.begin() as connection:
        await run(
            connection,
            """
            UPDATE command SET gates = 'frequency quiet_hours', due = $1 WHERE key = 'm1'
            """,
            NOW + timedelta(days=1),
        )
        await run(
            connection,
            "UPDATE command SET gates = 'opted_out', state = 'refused', finished_at = $1 WHERE key = 'm2'",
            NOW,
        )
    status, page = await browser.get("/api/held-messages?state=waiting")
    assert (status, page["total"]) == (200, 1)
    assert page["items"][0]["gates"] == ["frequency", "quiet_hours"]
    assert page["items"][0]["due"] is not None
    status, page = await browser.get("/api/held-messages")
    assert [each["gates"] for each in page["items"]] == [["opted_out"]]
    assert page["items"][0]["due"] is None
    async with console.units.begin() as unit:
        assert set(await find_held(unit, ["m0", "m1", "m2"])) == {"m1", "m2"}


async def test_quotas_are_shown_with_what_is_used_now(console: Console) -> None:
    browser = await console.signed_in(Role.ADMIN)
    given = {
        "kind": "official_account",
        "name": "微环订阅号",
        "app_id": "wx0123456789abcdef",
        "service_type": "subscription",
    }
    status, account = await browser.ask("POST", "/api/accounts", json=given)
    assert (status, account["service_type"]) == (201, "subscription")
    month, yesterday = datetime.now(UTC) - timedelta(days=40), datetime.now(UTC) - timedelta(days=1)
    async with console.units.begin() as unit:
        day = midnight(beijing_date(unit.now))
        for begin, used in ((day, 7), (yesterday, 50), (month, 90)):
            await run(
                unit.connection,
                "INSERT INTO quota_use VALUES ('service_messages', $1, '', $2, $3)",
                account["id"],
                begin,
                used,
            )
    status, quotas = await browser.get("/api/message-quotas")
    assert status == 200
    found = {quota["name"]: quota for quota in quotas}
    assert all(quota["most"] > 0 and quota["source"]["zh"] and quota["date"] for quota in quotas)
    own = {"account_id": account["id"], "account_name": "微环订阅号"}
    assert found["service_messages"]["used"] == [{**own, "used": 7}]
    assert found["account_mass_day"]["used"] == [{**own, "used": 0}]
    assert found["account_mass_all"]["used"] == [], "it is no service account"
    assert found["wecom_mass_customer"]["period"] == "month"


async def test_days_tell_what_became_of_messages(console: Console) -> None:
    browser = await console.signed_in(Role.SDR)
    async with console.units.begin() as unit:
        today = beijing_date(unit.now)
        rows = [
            (today, 1, "marketing", "sent", "", 3),
            (today, 2, "marketing", "sent", "", 4),
            (today - timedelta(days=29), 1, "marketing", "refused", "opted_out", 2),
            (today - timedelta(days=30), 1, "marketing", "sent", "", 9),
        ]
        for row in rows:
            await run(unit.connection, "INSERT INTO message_day VALUES ($1, $2, $3, $4, $5, $6)", *row)
    status, days = await browser.get("/api/message-days")
    assert status == 200
    told = [(each["day"], each["outcome"], each["gate"], each["count"]) for each in days]
    assert told == [
        (today.isoformat(), "sent", "", 7),
        ((today - timedelta(days=29)).isoformat(), "refused", "opted_out", 2),
    ]
