"""Members come and go with what happens, and with time; the log hears of each once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from weloop.access.api import CurrentUser, Role
from weloop.audience import repository
from weloop.audience.attributes import create_attribute, set_attributes
from weloop.audience.companies import fold, join_companies
from weloop.audience.errors import SegmentInvalid
from weloop.audience.rule import Terms
from weloop.audience.rule_closure import compile_rule, load_facts, needs_of
from weloop.audience.rule_sql import Query, write_passed
from weloop.audience.segments import SegmentEdit, change_segment
from weloop.audience.tags import take_list
from weloop.codes.api import CodeInfo, CodeKind, put_code
from weloop.consent.rules import Act
from weloop.consent.service import note_wish
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.identity.forgetting import forget
from weloop.kit.claims import NextDue
from weloop.kit.clock import beijing_date, midnight
from weloop.leads.scoring import load_scoring

from .conftest import AUTHOR, Stage

VIEWED = {"op": "event", "kind": "PageViewed"}
TWICE = {**VIEWED, "n": 2}
LATELY = {"op": "within", "field": "person.last_seen_at", "seconds": 3_600}
SILENT = {"op": "none", "terms": [VIEWED]}
HOUR = 3_600
ENTERED, LEFT = "SegmentEntered", "SegmentLeft"


async def test_an_event_lets_its_person_in_once(stage: Stage) -> None:
    segment = await stage.segment(TWICE)
    ref = stage.ref(1)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert await stage.members(segment) == set()
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert await stage.members(segment) == {ref.id}
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert await stage.told(segment) == [(ENTERED, ref.id)]


async def test_who_is_new_is_in_where_something_has_not_happened(stage: Stage) -> None:
    segment = await stage.segment(SILENT)
    ref = stage.ref(1)
    await stage.happen(EventKind.TRACKED, ref, name="signed_up")
    await stage.keep()
    assert await stage.members(segment) == {ref.id}
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert await stage.members(segment) == set()
    assert await stage.told(segment) == [(ENTERED, ref.id), (LEFT, ref.id)]


async def test_the_first_filling_is_told_to_nobody_and_a_new_rule_is(stage: Stage) -> None:
    one, other = stage.ref(1), stage.ref(2)
    await stage.happen(EventKind.PAGE_VIEWED, one)
    await stage.happen(EventKind.TRACKED, other, name="signed_up")
    segment = await stage.segment(VIEWED)
    assert await stage.members(segment) == {one.id}
    assert await stage.told(segment) == []
    await stage.change(segment, {"op": "event", "kind": "Tracked"})
    assert await stage.members(segment) == {other.id}
    assert sorted(await stage.told(segment)) == sorted([(LEFT, one.id), (ENTERED, other.id)])


async def test_time_alone_lets_members_go(stage: Stage) -> None:
    ref = stage.ref(1)
    segment = await stage.segment({**VIEWED, "within_seconds": HOUR})
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert await stage.members(segment) == {ref.id}
    await stage.keep(HOUR + 15 * 60)
    assert await stage.members(segment) == set()
    assert await stage.told(segment) == [(ENTERED, ref.id), (LEFT, ref.id)]
    drift = await stage.ask("SELECT drift FROM segment WHERE id = $1", segment)
    assert drift[0].drift == 0, "time is no drift"


@pytest.mark.parametrize(
    ("rule", "came"),
    [
        ({**VIEWED, "within_seconds": HOUR}, False),
        ({"op": "none", "terms": [{**VIEWED, "within_seconds": HOUR}]}, True),
        ({"op": "longer_ago", "field": "person.last_seen_at", "seconds": HOUR}, True),
        ({"op": "all", "terms": [VIEWED, {"op": "within", "field": "person.last_seen_at", "seconds": HOUR}]}, False),
    ],
)
async def test_who_comes_or_goes_by_time_does_so_within_a_minute(
    stage: Stage, rule: dict[str, Any], came: bool
) -> None:
    ref = stage.ref(1)
    segment = await stage.segment(rule)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep(HOUR - 60)
    inside = {ref.id}
    before = await stage.ask("SELECT refreshed_at FROM segment WHERE id = $1", segment)
    assert await stage.members(segment) == (set() if came else inside)
    due = (await stage.keeper.next_due()).world
    assert due is not None
    assert due <= stage.clock.at + timedelta(minutes=1)
    await stage.keep(61)
    assert await stage.members(segment) == (inside if came else set())
    assert await stage.ask("SELECT refreshed_at FROM segment WHERE id = $1", segment) == before, "not everybody"


@pytest.mark.parametrize("rule", [VIEWED, {**VIEWED, "within_seconds": HOUR}, LATELY])
async def test_what_is_told_ahead_of_time_counts_once_it_has_happened(stage: Stage, rule: dict[str, Any]) -> None:
    """The platform's clock is two seconds ahead of ours."""
    ref = stage.ref(1)
    segment = await stage.segment(rule)
    await stage.happen(EventKind.PAGE_VIEWED, ref, at=stage.clock.at + timedelta(seconds=2))
    await stage.keep()
    assert await stage.members(segment) == set()
    assert await stage.keeper.next_due() == NextDue(stage.clock.at + timedelta(seconds=2))
    await stage.keep(2)
    assert await stage.members(segment) == {ref.id}


async def test_where_the_periods_of_many_run_out_everybody_is_judged_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weloop.audience.membership.CROWD", 1)
    segment = await stage.segment({**VIEWED, "within_seconds": HOUR})
    for number in (1, 2):
        await stage.happen(EventKind.PAGE_VIEWED, stage.ref(number))
    await stage.keep(HOUR)
    await stage.keep(61)
    assert await stage.members(segment) == set()
    rows = await stage.ask("SELECT refreshed_at FROM segment WHERE id = $1", segment)
    assert rows[0].refreshed_at >= stage.clock.at - timedelta(seconds=61)


async def test_a_look_that_fails_keeps_no_other_segment_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = stage.ref(1)
    bad = await stage.segment({"op": "none", "terms": [{**VIEWED, "within_seconds": HOUR}]})
    good = await stage.segment({**VIEWED, "within_seconds": HOUR})
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep(HOUR - 60)
    assert (await stage.members(bad), await stage.members(good)) == (set(), {ref.id})

    def fail_for_none(terms: Terms, rule: Any, query: Query, since: datetime) -> str | None:
        return "SELECT 1 / 0 AS person_id" if rule.op == "none" else write_passed(terms, rule, query, since)

    monkeypatch.setattr("weloop.audience.membership.write_passed", fail_for_none)
    await stage.keep(61)
    assert await stage.members(good) == set()
    assert await stage.members(bad) == {ref.id}, "judged with everybody"


async def test_time_that_cannot_be_followed_is_a_refresh_every_15_minutes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weloop.audience.terms.EventTerm.passed_sql", lambda *_: None)
    segment = await stage.segment({**VIEWED, "within_seconds": HOUR})
    rows = await stage.ask("SELECT follow_at, refresh_at - refreshed_at AS pause FROM segment WHERE id = $1", segment)
    assert tuple(rows[0]) == (None, timedelta(minutes=15))


FAR_OFF = "UPDATE segment SET refresh_at = $1"
LEAD = """
INSERT INTO lead (account_id, person_id, identity_id, origin, origin_key, stage, created_at, stage_at, is_friend, fit,
                  engagement, scored_at)
VALUES (1, $1, $1, 'manual', 'x', 'lead', $2, $2, false, 20, 20, $2)
"""


async def refreshed(stage: Stage, segment: int) -> datetime:
    [row] = await stage.ask("SELECT refreshed_at, drift FROM segment WHERE id = $1", segment)
    assert row.drift == 0
    at: datetime = row.refreshed_at
    return at


async def test_what_was_said_of_marketing_and_complaints_by_hand_counts_at_once(stage: Stage) -> None:
    ref = stage.ref(1)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    states = ("opted_out", "opted_in", "complaint")
    segments = {state: await stage.segment({"op": "consent", "state": state}, state) for state in states}
    before = {state: await refreshed(stage, segment) for state, segment in segments.items()}
    for act, inside in (
        (Act.OPTED_OUT, {"opted_out"}),
        (Act.COMPLAINT_OPENED, {"opted_out", "complaint"}),
        (Act.OPTED_IN, {"opted_in", "complaint"}),
        (Act.COMPLAINT_CLOSED, {"opted_in"}),
    ):
        stage.clock.at += timedelta(seconds=1)
        async with stage.units.begin() as unit:
            await note_wish(unit, AUTHOR, ref.id, act, "电话")
        await stage.handle()
        await stage.keep()
        assert {state for state, segment in segments.items() if await stage.members(segment)} == inside
    assert {state: await refreshed(stage, segment) for state, segment in segments.items()} == before


@pytest.mark.parametrize(
    ("test", "inside"), [("next_days", [False, True, True, False]), ("last_days", [False, False, True, True])]
)
async def test_a_day_comes_and_goes_at_midnight(stage: Stage, test: str, inside: list[bool]) -> None:
    ref = stage.ref(1)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    async with stage.units.begin() as unit:
        await create_attribute(unit, AUTHOR, {"key": "renewal", "name": "续费日", "type": "date", "choices": []})
        await set_attributes(unit, [ref.id], {"renewal": "2026-11-04"}, "hand")
    await stage.handle()
    segment = await stage.segment({"op": "attribute", "key": "renewal", "test": test, "value": 1})
    await stage.ask(FAR_OFF, stage.clock.at + timedelta(days=30))
    before, found = await refreshed(stage, segment), []
    for _ in range(4):
        found.append(bool(await stage.members(segment)))
        stage.clock.at = midnight(beijing_date(stage.clock.at) + timedelta(days=1))
        await stage.keep(31)
    assert found == inside, "from the second until the fifth"
    assert await refreshed(stage, segment) == before, "not everybody"


async def test_a_score_that_fades_lets_its_person_go(stage: Stage) -> None:
    ref = stage.ref(1)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.ask(LEAD, ref.id, stage.clock.at)
    segment = await stage.segment({"op": "at_least", "field": "lead.score", "value": 35})
    assert await stage.members(segment) == {ref.id}
    before = await refreshed(stage, segment)
    half = load_scoring().half_life
    await stage.keep(60)
    assert await stage.members(segment) == {ref.id}
    stage.clock.at += half / 2
    await stage.ask(FAR_OFF, stage.clock.at + half)
    await stage.keep(31)
    assert await stage.members(segment) == set(), "it has 34 by then"
    assert await refreshed(stage, segment) == before, "not everybody"


async def test_a_segment_of_another_release_listens_anew_with_its_refresh(stage: Stage) -> None:
    segment = await stage.segment({"op": "consent", "state": "opted_out"})
    await stage.ask("DELETE FROM segment_mark RETURNING 1")
    await stage.ask("UPDATE segment SET refresh_at = $1 RETURNING 1", stage.clock.at)
    await stage.keep()
    rows = await stage.ask("SELECT mark FROM segment_mark WHERE segment_id = $1 ORDER BY mark", segment)
    assert [row.mark for row in rows] == ["ConsentGiven", "ConsentWithdrawn"]


async def test_an_event_touches_only_segments_that_listen_for_it(stage: Stage) -> None:
    await stage.segment(VIEWED)
    await stage.happen(EventKind.TRACKED, stage.ref(1), name="first")
    await stage.keep()
    await stage.happen(EventKind.TRACKED, stage.ref(1), name="again")
    assert await stage.ask("SELECT * FROM segment_touch") == []
    await stage.happen(EventKind.PAGE_VIEWED, stage.ref(1))
    assert [row.mark for row in await stage.ask("SELECT mark FROM segment_touch")] == ["PageViewed"]


async def test_a_profile_touches_rules_on_profiles(stage: Stage) -> None:
    segment = await stage.segment({"op": "contains", "field": "person.company", "value": "风电"})
    ref = stage.ref(1)
    profile = Profile(name="王工", company="远景风电")
    await stage.happen(EventKind.PROFILE_FETCHED, ref, profile=profile, found=True)
    await stage.keep()
    assert await stage.members(segment) == {ref.id}


async def test_who_belongs_to_a_company_belongs_to_what_it_becomes(stage: Stage) -> None:
    one, other = stage.ref(1), stage.ref(2)
    for ref, name in ((one, "海风"), (other, "远景风电")):
        await stage.happen(EventKind.PROFILE_FETCHED, ref, profile=Profile(name="王工", company=name), found=True)
        async with stage.units.begin() as unit:
            await fold(unit, [ref.id])
    segment = await stage.segment({"op": "company", "key": "海风"})
    assert await stage.members(segment) == {one.id}
    [far, near] = await stage.ask("SELECT id FROM company ORDER BY name = '海风'")
    async with stage.units.begin() as unit:
        await join_companies(unit, CurrentUser(1, "a", "a", Role.ADMIN, "zh-CN", "light", "c", b""), far.id, near.id)
    await stage.keep()
    assert await stage.members(segment) == {one.id, other.id}


async def test_members_follow_their_identities_when_persons_are_joined(stage: Stage) -> None:
    """Whoever is joined to a member is one: nobody comes and nobody leaves by that."""
    one, other = stage.ref(1), stage.ref(2)
    union = IdentityRef(IdentityKind.UNIONID, "", "u1")
    segment = await stage.segment(VIEWED)
    for ref in (one, other):
        await stage.happen(EventKind.TRACKED, ref, name="seen")
    await stage.happen(EventKind.PAGE_VIEWED, one)
    await stage.keep()
    await stage.happen(EventKind.PROFILE_FETCHED, one, alias=union, found=True)
    await stage.happen(EventKind.PROFILE_FETCHED, other, alias=union, found=True)
    await stage.keep()
    [person] = {row.person_id for row in await stage.ask("SELECT person_id FROM identity")}
    assert await stage.members(segment) == {person}
    assert await stage.told(segment) == [(ENTERED, one.id)]


async def test_two_members_who_turn_out_to_be_one_are_one_member(stage: Stage) -> None:
    one, other = stage.ref(1), stage.ref(2)
    union = IdentityRef(IdentityKind.UNIONID, "", "u1")
    both, loud = await stage.segment(VIEWED), await stage.segment({**VIEWED, "times": "exactly", "n": 1})
    for ref in (one, other):
        await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert await stage.members(loud) == {one.id, other.id}
    for ref in (one, other):
        await stage.happen(EventKind.PROFILE_FETCHED, ref, alias=union, found=True)
    await stage.keep()
    assert len(await stage.members(both)) == 1
    assert await stage.members(loud) == set(), "together they saw two pages"
    assert [kind for kind, _ in await stage.told(both)] == [ENTERED, ENTERED]
    assert [kind for kind, _ in await stage.told(loud)] == [ENTERED, ENTERED, LEFT]


async def test_who_is_erased_is_no_member_and_nothing_is_said_of_it(stage: Stage) -> None:
    ref = stage.ref(1)
    segment = await stage.segment(VIEWED)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    async with stage.units.begin() as unit:
        await forget(unit, [ref.id], [])
    await stage.keep()
    assert await stage.members(segment) == set()
    assert await stage.told(segment) == [(ENTERED, ref.id)]


async def test_a_segment_of_a_segment_follows_it(stage: Stage) -> None:
    inner = await stage.segment(VIEWED)
    outer = await stage.segment({"op": "none", "terms": [{"op": "segment", "segment_id": inner}]})
    ref = stage.ref(1)
    await stage.happen(EventKind.TRACKED, ref, name="seen")
    await stage.keep()
    assert await stage.members(outer) == {ref.id}
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    await stage.keep()
    assert (await stage.members(inner), await stage.members(outer)) == ({ref.id}, set())
    await stage.change(inner, {"op": "event", "kind": "MenuClicked"})
    assert (await stage.members(inner), await stage.members(outer)) == (set(), {ref.id})


async def test_a_refresh_counts_and_repairs_what_was_missed(stage: Stage) -> None:
    segment = await stage.segment(VIEWED)
    lost, ghost = stage.ref(1), stage.ref(2)
    await stage.happen(EventKind.PAGE_VIEWED, lost)
    await stage.happen(EventKind.TRACKED, ghost, name="seen")
    await stage.ask("DELETE FROM segment_touch RETURNING 1")
    await stage.ask("INSERT INTO segment_member VALUES ($1, $2, $2, $3) RETURNING 1", segment, ghost.id, stage.clock.at)
    await stage.keep(timedelta(days=1).total_seconds())
    assert await stage.members(segment) == {lost.id}
    drift = await stage.ask("SELECT drift FROM segment WHERE id = $1", segment)
    assert drift[0].drift == 2
    assert sorted(await stage.told(segment)) == sorted([(ENTERED, lost.id), (LEFT, ghost.id)])


@pytest.mark.parametrize("times", [2, 3])
async def test_what_is_handled_twice_counts_once(stage: Stage, times: int) -> None:
    """A batch that failed is handled again, and so may be its touches."""
    segment = await stage.segment(VIEWED)
    ref = stage.ref(1)
    await stage.happen(EventKind.PAGE_VIEWED, ref)
    for _ in range(times):
        await stage.ask("INSERT INTO segment_touch (mark, identity_id) VALUES ('PageViewed', $1) RETURNING 1", ref.id)
        await stage.keep()
    assert await stage.members(segment) == {ref.id}
    assert await stage.told(segment) == [(ENTERED, ref.id)]


async def test_one_keeper_at_a_time(stage: Stage) -> None:
    segment = await stage.segment(VIEWED)
    await stage.happen(EventKind.PAGE_VIEWED, stage.ref(1))
    async with stage.units.begin() as unit:
        assert await repository.try_keep(unit.connection)
        assert await stage.keeper.work() == 0
    await stage.keep()
    assert await stage.members(segment) == {stage.ref(1).id}


async def test_two_rules_that_are_changed_at_once_do_not_go_in_a_circle(stage: Stage) -> None:
    one, other = await stage.segment(VIEWED), await stage.segment(VIEWED)

    async def name(whose: int, named: int) -> None:
        await stage.change(whose, {"op": "segment", "segment_id": named})

    async with stage.units.begin() as unit:
        edit = SegmentEdit(revision=1, rule={"op": "segment", "segment_id": other})
        await change_segment(unit, stage.terms, AUTHOR, one, edit)
        meanwhile = asyncio.create_task(name(other, one))
        await asyncio.wait([meanwhile], timeout=0.2)
    with pytest.raises(SegmentInvalid):
        await meanwhile


async def test_of_what_lies_before_a_period_nothing_is_read(stage: Stage) -> None:
    """Judging somebody must not cost more with each year of their history."""
    ref = stage.ref(1)
    for days in (400, 200, 20, 6, 0):
        await stage.happen(EventKind.PAGE_VIEWED, ref, stage.clock.at - timedelta(days=days))
    week, month = ({**TWICE, "within_seconds": days * 24 * HOUR} for days in (7, 30))
    since = {**TWICE, "first_day": str(beijing_date(stage.clock.at) - timedelta(days=6))}
    for rules, read in (([week], 2), ([since], 2), ([week, month, since], 3), ([week, TWICE], 5), ([VIEWED], 5)):
        parsed = [stage.terms.parse(each) for each in rules]
        async with stage.units.begin() as unit:
            facts = await load_facts(unit, stage.terms, [ref.id], needs_of(stage.terms, parsed))
        assert {len(each[ref.id]) for each in facts[ref.id].known.values()} == {read}
        assert all(compile_rule(stage.terms, each)(facts[ref.id]) for each in parsed)


async def test_who_came_by_a_code_follows_it_into_another_campaign(stage: Stage) -> None:
    ref, code = stage.ref(1), CodeInfo("expo", CodeKind.CONTACT_WAY, "展会", 1, None)
    async with stage.units.begin() as unit:
        await put_code(unit, code)
    await stage.happen(EventKind.CONTACT_ADDED, ref, staff="lina", state="expo")
    insert = "INSERT INTO campaign (name, kind, created_at, updated_at) VALUES ('展会', 'live', $1, $1) RETURNING id"
    campaign = (await stage.ask(insert, stage.clock.at))[0].id
    segment = await stage.segment({"op": "source", "campaign_id": campaign})
    for campaign_id, inside in ((campaign, {ref.id}), (campaign + 1, set()), (campaign, {ref.id})):
        async with stage.units.begin() as unit:
            await put_code(unit, replace(code, campaign_id=campaign_id))
        await stage.keep(1)
        assert await stage.members(segment) == inside
    assert await stage.told(segment) == [(ENTERED, ref.id), (LEFT, ref.id), (ENTERED, ref.id)]
    await refreshed(stage, segment)  # and that is no drift


async def test_a_tag_that_its_platform_deletes_is_carried_by_nobody(stage: Stage) -> None:
    ref = stage.ref(1)

    async def listed(*names: str) -> None:
        stage.clock.at += timedelta(seconds=1)
        tags = [{"id": f"et{name}", "group": "意向", "name": name} for name in names]
        async with stage.units.begin() as unit:
            await take_list(unit, 1, {"fetched_at": stage.clock.at.timestamp(), "tags": tags})

    await listed("高", "低")
    await stage.happen(
        EventKind.PROFILE_FETCHED, ref, found=True,
        friends=[{"staff": "lina", "since": stage.clock.at.timestamp(), "tags": ["et高"]}],
    )  # fmt: skip
    rows = await stage.ask("SELECT id FROM tag WHERE name = '高'")
    segment = await stage.segment({"op": "tag", "tag_id": rows[0].id})
    assert await stage.members(segment) == {ref.id}
    await listed("低")
    await stage.keep(1)
    assert await stage.members(segment) == set()
    assert await stage.told(segment) == [(LEFT, ref.id)]
    await refreshed(stage, segment)  # and that is no drift
