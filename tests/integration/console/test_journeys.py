"""Journeys over HTTP: draft, validate, publish, let people in, look at runs, help parked ones on, pause and stop."""

from datetime import timedelta
from typing import Any

import pytest

from weloop.access.api import Role
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.journeys.api import JourneyRunner
from weloop.journeys.runner import MAX_TRIES
from weloop.kit.db import run

from .conftest import Browser, Console

DELAY = {"id": "pause", "type": "delay", "for_seconds": 3600, "next": "end"}
END = {"id": "end", "type": "end"}
DRAFT: dict[str, Any] = {"nodes": [DELAY, END]}
BROKEN: dict[str, Any] = {"nodes": [{"id": "when", "type": "until_date", "field": "person.name", "next": "end"}, END]}
"""It can be published; its step fails, for a name is no date."""


class Desk:
    """An operator with a worker beside."""

    def __init__(self, console: Console, browser: Browser) -> None:
        self.console = console
        self.browser = browser
        self.runner = JourneyRunner(console.units)

    async def people(self, count: int) -> list[int]:
        """Persons who are known."""
        refs = [IdentityRef(IdentityKind.VISITOR, "site", f"v{number}") for number in range(count)]
        async with self.console.units.begin() as unit:
            for ref in refs:
                await run(
                    unit.connection,
                    """
                    INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
                    VALUES ($1, $2, 'visitor', 'site', $3, $1, $4, $4)
                    """,
                    ref.id,
                    ref.digest,
                    ref.value,
                    unit.now,
                )
        return [ref.id for ref in refs]

    async def live(self, draft: dict[str, Any] = DRAFT) -> dict[str, Any]:
        """A journey that is published."""
        status, made = await self.browser.post("/api/journeys", {"name": "回访", "draft": draft})
        assert status == 201, made
        status, body = await self.browser.post(f"/api/journeys/{made['id']}/publish", {"revision": 1})
        assert status == 200, body
        return dict(body)

    async def enter(self, journey: dict[str, Any], persons: list[int], occasion: str = "list-1") -> dict[str, Any]:
        """Let persons in."""
        path = f"/api/journeys/{journey['id']}/entries"
        status, body = await self.browser.post(path, {"persons": persons, "occasion": occasion})
        assert status == 200, body
        return dict(body)

    async def work(self) -> None:
        """Until there is nothing to do."""
        while await self.runner.work():
            pass

    async def pass_time(self, seconds: float) -> None:
        """Let everything that waits be due so much earlier, and work it off."""
        async with self.console.units.begin() as unit:
            await run(
                unit.connection,
                "UPDATE journey_position SET due = due - $1::interval, until = until - $1::interval",
                timedelta(seconds=seconds),
            )
        await self.work()

    async def get(self, path: str) -> Any:
        """The answer of a GET."""
        status, body = await self.browser.get(path)
        assert status == 200, body
        return body


@pytest.fixture
async def desk(console: Console) -> Desk:
    """See :class:`Desk`."""
    return Desk(console, await console.signed_in(Role.OPERATOR))


async def test_a_draft_is_kept_though_it_is_wrong_and_says_where(desk: Desk) -> None:
    draft = {"nodes": [{**DELAY, "next": "nowhere"}, {"id": "x", "type": "teleport"}]}
    status, made = await desk.browser.post("/api/journeys", {"name": "新流程", "draft": draft})
    assert (status, made["status"], made["draft"]) == (201, "draft", draft)
    status, faults = await desk.browser.post("/api/journeys/validation", {"draft": draft})
    assert [(each["node"], each["code"]) for each in faults] == [("x", "node_type_unknown")]
    status, body = await desk.browser.post(f"/api/journeys/{made['id']}/publish", {"revision": 1})
    assert (status, body["code"], body["params"]) == (422, "journey_invalid", {"node": "x", "count": 1})
    nodes = [
        {"id": "call", "type": "webhook", "webhook_id": 7, "next": "say"},
        {"id": "say", "type": "send_service_message", "account_id": 4, "text": "您好"},
    ]
    attached = [{"type": "file", "file_id": 7}, {"type": "join_way", "code": "gone"}]
    welcome = {"id": "hello", "type": "send_welcome", "attachments": attached, "next": "call"}
    entry = {"events": [{"kind": "ContactAdded"}]}
    draft = {"entry": entry, "nodes": [welcome, *nodes]}
    status, faults = await desk.browser.post("/api/journeys/validation", {"draft": draft})
    assert [(each["node"], each["field"], each["code"]) for each in faults] == [
        ("call", "webhook_id", "webhook_unknown"),
        ("say", "account_id", "account_unknown"),
        ("hello", "attachments.0", "file_unknown"),
        ("hello", "attachments.1", "join_way_unknown"),
    ]


@pytest.mark.parametrize("draft", [{"nodes": "\x00"}, {"n": 2**70}, {"nodes": [{"id": "a" * 600_000}]}])
async def test_what_no_column_holds_is_refused(desk: Desk, draft: dict[str, Any]) -> None:
    status, body = await desk.browser.post("/api/journeys", {"name": "新流程", "draft": draft})
    assert (status, body["code"]) == (422, "invalid_input")


async def test_two_authors_do_not_overwrite_each_other(desk: Desk) -> None:
    journey = await desk.live()
    path = f"/api/journeys/{journey['id']}"
    status, body = await desk.browser.patch(path, {"revision": 1, "name": "甲"})
    assert (status, body["revision"], body["name"], body["number"]) == (200, 2, "甲", 1)
    status, body = await desk.browser.patch(path, {"revision": 1, "name": "乙"})
    assert (status, body["code"], body["params"]) == (409, "journey_changed", {"revision": 2})
    status, body = await desk.browser.post(f"{path}/publish", {"revision": 1})
    assert (status, body["code"]) == (409, "journey_changed")


async def test_people_are_let_in_once_for_an_occasion_and_leave_a_trace(desk: Desk) -> None:
    journey = await desk.live()
    people = await desk.people(3)
    assert await desk.enter(journey, [*people, 12345]) == {
        "entered": 3,
        "refused": [{"person_id": "12345", "reason": "unknown"}],
    }
    again = await desk.enter(journey, people)
    assert (again["entered"], {each["reason"] for each in again["refused"]}) == (0, {"known"})
    await desk.work()
    counts = await desk.get(f"/api/journeys/{journey['id']}/counts")
    assert (counts["entered"], counts["nodes"][0]["here"], counts["ended"]) == (3, 3, {})
    await desk.pass_time(3600)
    page = await desk.get(f"/api/journeys/{journey['id']}/runs?state=ended&person_id={people[0]}")
    assert (page["total"], page["items"][0]["person_id"]) == (1, str(people[0]))
    trace = await desk.get(f"/api/journey-runs/{page['items'][0]['id']}")
    assert [(step["node"], step["result"]) for step in trace["steps"]] == [("pause", "elapsed"), ("end", "finished")]
    assert trace["outcome"] == "finished"
    counts = await desk.get(f"/api/journeys/{journey['id']}/counts")
    assert (counts["ended"], counts["nodes"][0]) == (
        {"finished": 3},
        {"node": "pause", "type": "delay", "here": 0, "results": {"elapsed": 3}, "ratio": None},
    )


async def test_a_split_tells_whether_its_arms_are_in_ratio(desk: Desk) -> None:
    arms = [{"name": name, "weight": 1, "next": "end"} for name in "ab"]
    journey = await desk.live({"nodes": [{"id": "split", "type": "split", "arms": arms}, END]})
    await desk.enter(journey, await desk.people(40))
    await desk.work()
    split, end = (await desk.get(f"/api/journeys/{journey['id']}/counts"))["nodes"]
    assert (sum(split["results"].values()), split["ratio"]["people"], split["ratio"]["is_off"]) == (40, 40, False)
    assert 0.0005 < split["ratio"]["chance"] <= 1
    assert end["ratio"] is None


async def test_a_step_that_fails_is_tried_again_then_parked_then_helped_on(desk: Desk) -> None:
    journey = await desk.live(BROKEN)
    await desk.enter(journey, await desk.people(2))
    path = f"/api/journeys/{journey['id']}/runs"
    for _ in range(MAX_TRIES - 1):
        await desk.work()
        assert {each["state"] for each in (await desk.get(path))["items"]} == {"open"}
        await desk.pass_time(100)
    parked = await desk.get(f"{path}?state=parked")
    assert parked["total"] == 2
    assert {(each["node"], each["error"]) for each in parked["items"]} == {("when", "date_missing")}
    assert (await desk.get("/api/journeys"))["items"][0]["parked"] == 2
    first, second = (each["id"] for each in parked["items"])
    status, body = await desk.browser.post(f"/api/journey-runs/{first}/skip")
    assert (status, body["state"], body["node"]) == (200, "open", "end")
    status, body = await desk.browser.post(f"/api/journey-runs/{first}/skip")
    assert (status, body["code"]) == (409, "journey_run_not_parked")
    status, body = await desk.browser.post(f"/api/journey-runs/{second}/retry")
    assert (status, body["state"], body["tries"]) == (200, "open", 0)
    await desk.work()
    trace = await desk.get(f"/api/journey-runs/{first}")
    assert [step["result"] for step in trace["steps"]] == ["failed", "skipped", "finished"]
    assert trace["steps"][0]["detail"] == {"error": "date_missing"}
    trace = await desk.get(f"/api/journey-runs/{second}")
    assert (trace["tries"], trace["error"]) == (1, "date_missing")
    status, body = await desk.browser.post(f"/api/journey-runs/{second}/end")
    assert (status, body["state"], body["outcome"]) == (200, "ended", "closed_by_hand")
    counts = await desk.get(f"/api/journeys/{journey['id']}/counts")
    assert counts["nodes"][0]["here"] == counts["nodes"][1]["here"] == 0
    assert counts["ended"] == {"finished": 1, "closed_by_hand": 1}


async def test_parked_runs_of_all_journeys_are_helped_on_in_bulk(desk: Desk) -> None:
    people = await desk.people(4)
    journeys = [await desk.live(BROKEN), await desk.live(BROKEN)]
    for journey in journeys:
        await desk.enter(journey, people[:2])
    await desk.enter(await desk.live(), people)
    for _ in range(MAX_TRIES):
        await desk.pass_time(100)
    parked = await desk.get("/api/journey-runs/parked?size=3")
    assert (parked["total"], len(parked["items"])) == (4, 3)
    first = parked["items"][0]
    assert (first["journey_id"], first["journey"], first["number"]) == (journeys[1]["id"], "回访", 1)
    assert (first["node"], first["type"], first["error"]) == ("when", "until_date", "date_missing")
    assert first["person_id"] in map(str, people)
    ids = [int(each["id"]) for each in parked["items"]]
    status, body = await desk.browser.post("/api/journey-runs/skip", {"ids": [*ids[:2], 999]})
    assert (status, body) == (200, {"count": 2})
    status, body = await desk.browser.post("/api/journey-runs/retry", {"ids": ids})
    assert (status, body) == (200, {"count": 1})
    assert (await desk.browser.post("/api/journey-runs/skip", {"ids": ids}))[1] == {"count": 0}
    await desk.work()
    assert (await desk.get("/api/journey-runs/parked"))["total"] == 1
    counts = await desk.get(f"/api/journeys/{journeys[1]['id']}/counts")
    assert (counts["ended"], counts["nodes"][0]["here"]) == ({"finished": 2}, 0)
    for body in ({"ids": []}, {"ids": [0]}, {"ids": list(range(1, 502))}):
        assert (await desk.browser.post("/api/journey-runs/retry", body))[0] == 422


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"type": "send_service_message", "account_id": 1, "text": "买一送一{{person.name|广告}}"}, "text"),
        ({"type": "send_service_message", "account_id": 1, "text": "【广告】买一送一"}, None),
        ({"type": "send_confirmed", "account_id": 1, "text": "买一送一"}, "text"),
        ({"type": "invite_to_group", "by": "confirmed", "account_id": 1, "code": "c", "text": "买一送一"}, "text"),
        ({"type": "send_kf_message", "account_id": 1, "attachment": {"type": "image", "file_id": 1}}, "advert"),
        (
            {
                "type": "send_kf_message",
                "account_id": 1,
                "attachment": {
                    "type": "link", "title": "买一送一", "desc": "广告", "url": "https://a.cn", "file_id": 1,
                },
            },
            "attachment.title",
        ),
    ],
)  # fmt: skip
async def test_an_advertisement_that_does_not_say_so_is_a_fault_at_its_field(
    desk: Desk, said: dict[str, Any], field: str | None
) -> None:
    """Small print, pictures and what a variable may fill in do not count."""
    for advert in (True, False):
        draft = {"nodes": [{"id": "say", **said, "advert": advert}]}
        status, faults = await desk.browser.post("/api/journeys/validation", {"draft": draft})
        found = [(each["node"], each["field"]) for each in faults if each["code"] == "advert_unlabelled"]
        assert (status, found) == (200, [("say", field)] if advert and field else [])


async def test_a_journey_of_which_too_much_fails_pauses_by_itself(desk: Desk) -> None:
    journey = await desk.live(BROKEN)
    await desk.enter(journey, await desk.people(25))
    for _ in range(MAX_TRIES):
        await desk.pass_time(100)
    [listed] = (await desk.get("/api/journeys"))["items"]
    assert (listed["status"], listed["reason"], listed["parked"]) == ("paused", "failures", 25)
    status, body = await desk.browser.post(f"/api/journeys/{journey['id']}/resume")
    assert (status, body["status"], body["reason"]) == (200, "live", None)
    await desk.work()
    assert (await desk.get("/api/journeys"))["items"][0]["status"] == "live"


async def test_a_paused_journey_stands_still_and_then_goes_on(desk: Desk) -> None:
    journey = await desk.live()
    people = await desk.people(4)
    await desk.enter(journey, people[:3])
    await desk.work()
    path = f"/api/journeys/{journey['id']}"
    assert (await desk.browser.post(f"{path}/pause"))[0] == 200
    status, body = await desk.browser.post(f"{path}/entries", {"persons": people, "occasion": "x"})
    assert (status, body["code"], body["params"]) == (409, "journey_status", {"status": "paused"})
    await desk.pass_time(4000)
    assert {each["state"] for each in (await desk.get(f"{path}/runs"))["items"]} == {"held"}
    assert (await desk.browser.post(f"{path}/pause"))[0] == 409
    assert (await desk.browser.post(f"{path}/resume"))[0] == 200
    await desk.work()
    await desk.work()
    assert {each["outcome"] for each in (await desk.get(f"{path}/runs"))["items"]} == {"finished"}


async def test_a_number_of_before_a_merge_is_who_the_person_is_now(desk: Desk) -> None:
    """Let in, looked for and tried out."""
    journey = await desk.live()
    now, before, unknown = [*await desk.people(2), 404]
    async with desk.console.units.begin() as unit:
        await run(unit.connection, "UPDATE identity SET person_id = $1 WHERE id = $2", now, before)
    answer = await desk.enter(journey, [before, now, unknown])
    assert (answer["entered"], answer["refused"]) == (1, [{"person_id": "404", "reason": "unknown"}])
    path = f"/api/journeys/{journey['id']}"
    runs = [(await desk.get(f"{path}/runs?person_id={each}"))["items"] for each in (now, before)]
    assert [[each["person_id"] for each in found] for found in runs] == [[str(now)]] * 2
    wanted = {"people": "chosen", "persons": [str(before), str(unknown)], "by_hand": True}
    status, played = await desk.browser.post(f"{path}/dry-run", wanted)
    assert (status, [each["person_id"] for each in played["people"]], played["missing"]) == (200, [str(now)], ["404"])


async def test_a_stopped_journey_ends_for_all_inside(desk: Desk) -> None:
    journey = await desk.live()
    await desk.enter(journey, await desk.people(3))
    await desk.work()
    path = f"/api/journeys/{journey['id']}"
    assert (await desk.browser.post(f"{path}/stop"))[0] == 200
    status, body = await desk.browser.post(f"{path}/publish", {"revision": 1})
    assert (status, body["code"]) == (409, "journey_stopping")
    await desk.work()
    counts = await desk.get(f"{path}/counts")
    assert (counts["ended"], counts["nodes"][0]["here"]) == ({"stopped": 3}, 0)
    status, body = await desk.browser.post(f"{path}/publish", {"revision": 1})
    assert (status, body["status"], body["number"]) == (200, "live", 2)
    assert len(await desk.get(f"{path}/versions")) == 2


async def test_only_a_draft_can_be_deleted(desk: Desk) -> None:
    journey = await desk.live()
    status, body = await desk.browser.delete(f"/api/journeys/{journey['id']}")
    assert (status, body["code"]) == (409, "journey_status")
    _, draft = await desk.browser.post("/api/journeys", {"name": "草稿", "draft": {}})
    assert (await desk.browser.delete(f"/api/journeys/{draft['id']}"))[0] == 204
    assert (await desk.browser.get(f"/api/journeys/{draft['id']}"))[0] == 404
    assert (await desk.browser.get("/api/journeys/9999999999999"))[0] == 404


async def test_who_sells_may_look_and_not_change(desk: Desk) -> None:
    journey = await desk.live()
    seller = await desk.console.signed_in(Role.SDR)
    assert (await seller.get(f"/api/journeys/{journey['id']}"))[0] == 200
    assert (await seller.post(f"/api/journeys/{journey['id']}/stop"))[0] == 403


async def test_the_list_counts_people_and_is_searched_and_paged(desk: Desk) -> None:
    goal = {"events": [{"kind": "ContactAdded"}], "within_seconds": 3600, "ends_run": False}
    journey = await desk.live(
        {**DRAFT, "goal": goal, "nodes": [{"id": "reach", "type": "goal", "next": "pause"}, *DRAFT["nodes"]]}
    )
    await desk.enter(journey, await desk.people(3))
    await desk.work()
    listed = (await desk.get("/api/journeys"))["items"][0]
    assert [listed[name] for name in ("inside", "entered", "goal", "failed")] == [3, 3, 3, 0]
    run_id = (await desk.get(f"/api/journeys/{journey['id']}/runs"))["items"][0]["id"]
    await desk.browser.post(f"/api/journey-runs/{run_id}/end")
    for number in range(3):
        await desk.browser.post("/api/journeys", {"name": f"直播 100%_{number}", "draft": DRAFT})
    assert (await desk.get(f"/api/journeys/{journey['id']}"))["inside"] == 2
    page = await desk.get("/api/journeys?search=100%25_&size=2&page=2")
    assert (page["total"], [each["name"] for each in page["items"]]) == (3, ["直播 100%_0"])
    assert (await desk.get("/api/journeys?status=live"))["total"] == 1
    assert (await desk.get("/api/journeys?search=%25回"))["total"] == 0


async def test_what_is_put_away_is_out_of_the_list_until_it_is_taken_out(desk: Desk) -> None:
    journey = await desk.live()
    path = f"/api/journeys/{journey['id']}"
    status, body = await desk.browser.post(f"{path}/archive")
    assert (status, body["code"]) == (409, "journey_status"), "people may come in"
    await desk.browser.post(f"{path}/stop")
    for _ in range(2):
        status, body = await desk.browser.post(f"{path}/archive")
        assert (status, body["archived_at"] is None) == (200, False)
    assert (await desk.get("/api/journeys"))["total"] == 0
    assert [each["id"] for each in (await desk.get("/api/journeys?status=archived"))["items"]] == [journey["id"]]
    await desk.browser.post(f"{path}/unarchive")
    assert (await desk.get("/api/journeys?status=stopped"))["total"] == 1
    await desk.browser.post(f"{path}/archive")
    await desk.work()
    status, body = await desk.browser.post(f"{path}/publish", {"revision": body["revision"]})
    assert (status, body["status"], body["archived_at"]) == (200, "live", None)


async def test_publishing_moves_those_who_are_named_and_leaves_the_others(desk: Desk) -> None:
    journey = await desk.live()
    await desk.enter(journey, await desk.people(2))
    await desk.work()
    path = f"/api/journeys/{journey['id']}"
    draft = {"nodes": [{**DELAY, "id": "later"}, END]}
    await desk.browser.patch(path, {"revision": 1, "draft": draft})
    impact = await desk.get(f"{path}/impact")
    assert impact["inside"] == [
        {"number": 1, "nodes": [{"node": "pause", "type": "delay", "people": 2, "change": "removed"}]}
    ]
    assert (impact["entrants"], impact["sends"], impact["most"]) == (0, [], 0)
    for moves, params in (
        ([{"number": 7, "nodes": {"pause": "later"}}], {"number": 7}),
        ([{"number": 2, "nodes": {"pause": "later"}}], {"number": 2}),
        ([{"number": 1, "nodes": {"pause": "nowhere"}}], {"number": 1, "node": "nowhere"}),
        ([{"number": 1, "nodes": {"gone": "later"}}], {"number": 1, "node": "gone"}),
    ):
        status, body = await desk.browser.post(f"{path}/publish", {"revision": 2, "moves": moves})
        assert (status, body["code"], body["params"]) == (422, "journey_move_invalid", params)
    assert (await desk.get(path))["number"] == 1, "nothing of it was published"
    moves = [{"number": 1, "nodes": {"pause": "later"}}]
    status, body = await desk.browser.post(f"{path}/publish", {"revision": 2, "moves": moves})
    assert (status, body["number"]) == (200, 2)
    await desk.work()
    counts = await desk.get(f"{path}/counts")
    assert (counts["number"], counts["entered"], counts["nodes"][0]["here"]) == (2, 0, 2)
    run_id = (await desk.get(f"{path}/runs"))["items"][0]["id"]
    await desk.pass_time(3600)
    trace = await desk.get(f"/api/journey-runs/{run_id}")
    assert [(step["number"], step["node"], step["result"]) for step in trace["steps"]] == [
        (2, "later", "moved"),
        (2, "later", "elapsed"),
        (2, "end", "finished"),
    ]
    assert trace["steps"][0]["detail"]["node"] == "pause"
    assert (await desk.get(path))["inside"] == 0


async def test_a_trace_shows_each_step_as_it_was_on_its_version(desk: Desk) -> None:
    first = {"id": "first", "type": "goal", "next": "pause"}
    journey = await desk.live({"nodes": [first, DELAY, END]})
    await desk.enter(journey, await desk.people(1))
    await desk.work()
    path = f"/api/journeys/{journey['id']}"
    await desk.browser.patch(path, {"revision": 1, "draft": {"nodes": [DELAY, END]}})
    moves = [{"number": 1, "nodes": {"pause": "pause"}}]
    await desk.browser.post(f"{path}/publish", {"revision": 2, "moves": moves})
    await desk.work()
    run_id = (await desk.get(f"{path}/runs"))["items"][0]["id"]
    trace = await desk.get(f"/api/journey-runs/{run_id}")
    assert [(step["number"], step["node"], step["type"]) for step in trace["steps"]] == [
        (1, "first", "goal"),
        (2, "pause", "delay"),
    ]


async def test_what_publishing_means_is_reckoned_of_a_draft_without_faults_alone(desk: Desk) -> None:
    _, made = await desk.browser.post("/api/journeys", {"name": "草稿", "draft": {"nodes": []}})
    status, body = await desk.browser.get(f"/api/journeys/{made['id']}/impact")
    assert (status, body["code"]) == (422, "journey_invalid")
    status, body = await desk.browser.get("/api/journeys/999/impact")
    assert (status, body["code"]) == (404, "journey_not_found")


async def test_failures_are_told_by_step_and_reason(desk: Desk) -> None:
    journey = await desk.live(BROKEN)
    await desk.enter(journey, await desk.people(3))
    for _ in range(MAX_TRIES):
        await desk.pass_time(100)
    [failure] = await desk.get(f"/api/journeys/{journey['id']}/failures")
    assert [failure[name] for name in ("number", "node", "outcome", "error", "count")] == [
        1,
        "when",
        "failed",
        "date_missing",
        3,
    ]
    assert (await desk.get(f"/api/journey-runs/{failure['run_id']}"))["state"] == "parked"
