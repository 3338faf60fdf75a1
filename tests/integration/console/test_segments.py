"""The routes of segments: what people make, change and count, and how they are refused."""

from typing import Any

import pytest

from weloop.access.api import Role
from weloop.audience import segments
from weloop.audience.api import SegmentKeeper
from weloop.entrypoints.bootstrap import build_terms
from weloop.kit.db import run

from .conftest import Browser, Console

SEGMENTS = "/api/segments"
SEEN = {"op": "within", "field": "person.last_seen_at", "seconds": 3_600}
VIEWED = {"op": "event", "kind": "PageViewed"}


async def make(browser: Browser, rule: dict[str, Any], name: str = "近期活跃") -> dict[str, Any]:
    status, body = await browser.ask("POST", SEGMENTS, json={"name": name, "rule": rule})
    assert status == 201, body
    return body


async def test_a_segment_is_made_filled_changed_and_archived(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    await put_persons(console, 3)
    made = await make(browser, {"op": "known", "field": "person.name"})
    assert (made["state"], made["timed"], made["size"]) == ("filling", False, 0)
    path = f"{SEGMENTS}/{made['id']}"
    await keep(console)
    status, found = await browser.ask("GET", path)
    assert (status, found["state"], found["size"]) == (200, "ready", 3)
    status, page = await browser.ask("GET", f"{path}/members?size=2")
    assert [each["name"] for each in page["items"]] == ["人1", "人2"]
    status, rest = await browser.ask("GET", f"{path}/members?size=2&after={page['after']}")
    assert ([each["name"] for each in rest["items"]], rest["after"]) == (["人3"], None)
    status, body = await browser.ask("PATCH", path, json={"revision": 7, "name": "别的"})
    assert (status, body["code"], body["params"]["revision"]) == (409, "segment_changed", 1)
    status, body = await browser.ask("PATCH", path, json={"revision": 1, "rule": SEEN})
    assert (status, body["state"], body["timed"], body["revision"]) == (200, "filling", True, 2)
    status, body = await browser.ask("POST", f"{path}/archive")
    assert (status, body["size"]) == (200, 0)
    status, body = await browser.ask("POST", f"{path}/refresh")
    assert (status, body["code"]) == (409, "segment_archived")
    assert [await listed(browser, archived) for archived in ("false", "true")] == [[], [made["id"]]]


async def listed(browser: Browser, archived: str) -> list[int]:
    _, body = await browser.ask("GET", f"{SEGMENTS}?archived={archived}")
    return [each["id"] for each in body]


async def test_a_rule_is_counted_before_it_is_saved(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    await put_persons(console, 12)
    rule = {"op": "any", "terms": [VIEWED, {"op": "is_not", "field": "person.name", "value": "人3"}]}
    status, body = await browser.ask("POST", f"{SEGMENTS}/count", json={"rule": rule})
    assert (status, body["count"], len(body["sample"])) == (200, 11, segments.SAMPLE)
    assert {"id", "name", "company"} <= set(body["sample"][0])


async def test_a_count_that_takes_too_long_says_so(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    await put_persons(console, 2_000)
    # Forty buckets of SHA-256 over two thousand persons are more than a millisecond of work.
    rule = {"op": "none", "terms": [{"op": "bucket", "salt": f"s{n}", "to_percent": 0} for n in range(40)]}
    monkeypatch.setattr(segments, "COUNT_SECONDS", 0.001)
    status, body = await browser.ask("POST", f"{SEGMENTS}/count", json={"rule": rule})
    assert (status, body["code"]) == (503, "segment_too_slow")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ({"op": "teleported"}, ("terms.1", "", "term_unknown")),
        ({"op": "is", "field": "person.shoe_size", "value": 1}, ("terms.1", "field", "form_field_unfit")),
        ({"op": "is", "field": "event.plan", "value": 1}, ("terms.1", "field", "field_unknown")),
        ({"op": "within", "field": "person.name", "seconds": 5}, ("terms.1", "op", "op_unfit")),
        ({**VIEWED, "n": "often"}, ("terms.1", "n", "form_int_parsing")),
        ({"op": "event", "kind": "CommandSent"}, ("terms.1", "kind", "form_value_error")),
        ({"op": "segment", "segment_id": 99}, ("terms.1", "segment_id", "segment_unknown")),
        ({"op": "journey", "journey_id": 99, "state": "in"}, ("terms.1", "journey_id", "journey_unknown")),
        ({"op": "path_stage", "path_id": 99, "stage": "x"}, ("terms.1", "path_id", "path_unknown")),
        ({"op": "source", "campaign_id": 99}, ("terms.1", "campaign_id", "campaign_unknown")),
        ({"op": "source"}, ("terms.1", "", "form_value_error")),
    ],
)
async def test_faults_name_their_place(console: Console, term: dict[str, Any], expected: tuple[str, str, str]) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    rule = {"op": "all", "terms": [VIEWED, term]}
    status, faults = await browser.ask("POST", f"{SEGMENTS}/validation", json={"rule": rule})
    assert status == 200
    assert len(faults) == 1
    assert expected in [(each["place"], each["field"], each["code"]) for each in faults]
    status, body = await browser.ask("POST", SEGMENTS, json={"name": "x", "rule": rule})
    assert (status, body["code"]) == (422, "segment_invalid")


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"op": "all"},
        {"op": "all", "terms": []},
        {"op": "all", "terms": [{"op": "all", "terms": "x"}]},
        {"op": "is", "field": "person.name", "value": "\x00"},
        {"op": "is", "field": "person.name", "value": "\ud800"},
        {"op": "is", "field": "person.name", "value": "x" * 100_000},
        {"op": "event", "kind": "PageViewed", "first_day": "9999-99-99"},
    ],
)
async def test_what_is_no_rule_is_refused(console: Console, rule: dict[str, Any]) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    for path in ("", "/count"):
        status, body = await browser.ask(
            "POST", SEGMENTS + path, json={"rule": rule, **({} if path else {"name": "x"})}
        )
        assert status == 422, (path, body)


async def test_segments_may_not_go_in_a_circle(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    inner = await make(browser, VIEWED, "内")
    outer = await make(browser, {"op": "segment", "segment_id": inner["id"]}, "外")
    rule = {"op": "any", "terms": [VIEWED, {"op": "segment", "segment_id": outer["id"]}]}
    status, body = await browser.ask("POST", f"{SEGMENTS}/validation", json={"rule": rule, "segment_id": inner["id"]})
    assert [(each["place"], each["code"]) for each in body] == [("terms.1", "segment_circle")]
    status, body = await browser.ask("PATCH", f"{SEGMENTS}/{inner['id']}", json={"revision": 1, "rule": rule})
    assert (status, body["code"]) == (422, "segment_invalid")
    status, body = await browser.ask("POST", f"{SEGMENTS}/{inner['id']}/archive")
    assert (status, body["code"], body["params"]["name"]) == (409, "segment_in_use", "外")


async def test_the_catalogue_has_names_operators_and_choices(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    made = await make(browser, VIEWED, "看过页面")
    status, groups = await browser.ask("GET", f"{SEGMENTS}/terms")
    assert status == 200
    fields = {field["name"]: field for group in groups for field in group["fields"]}
    terms = {term["op"]: term for group in groups for term in group["terms"]}
    assert set(fields["person.company"]["words"]) == {"zh", "en"}
    assert fields["lead.score"]["ops"][0] == "is"
    [choices] = [each["choices"] for each in terms["segment"]["settings"]]
    assert choices == [{"value": made["id"], "name": {"zh": "看过页面", "en": "看过页面"}}]
    known = build_terms()
    assert (set(fields), set(terms)) == (set(known.fields), set(known.terms))


async def put_persons(console: Console, count: int) -> None:
    """Persons without events."""
    async with console.units.begin() as unit:
        await run(
            unit.connection,
            """
            WITH made AS (
                INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
                SELECT n, '\\x00', 'follower', 'wx', 'o' || n, n, $2, $2 FROM generate_series(1, $1::bigint) AS n
                RETURNING id
            )
            INSERT INTO person (id, name, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
            SELECT id, '人' || id, '', '{}', '{}', $2, $2, false, false FROM made
            """,
            count,
            unit.now,
        )


async def keep(console: Console) -> None:
    """Let the keeper work until nothing is left."""
    keeper = SegmentKeeper(console.units, build_terms())
    while await keeper.work():
        pass
