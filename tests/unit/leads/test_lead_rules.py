"""Stages, owners and waves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.errors import Conflict, InvalidInput
from weloop.leads.rules import (
    OPEN,
    ORDER,
    Candidate,
    Stage,
    check_closing,
    choose_owner,
    furthest,
    load_policy,
    next_step,
    steps,
    wave_start,
)

AT = datetime(2026, 11, 25, 6, tzinfo=UTC)


def test_each_stage_on_the_way_is_told() -> None:
    assert [to for _, to in steps(Stage.LEAD, Stage.SQL)] == [Stage.MQL, Stage.ACCEPTED, Stage.SQL]
    assert steps(Stage.SQL, Stage.LOST) == [(Stage.SQL, Stage.LOST)]
    assert steps(Stage.WON, Stage.OPPORTUNITY) == [(Stage.WON, Stage.OPPORTUNITY)]
    assert steps(Stage.SQL, Stage.SQL) == []


@pytest.mark.parametrize(("current", "to"), [(Stage.SQL, Stage.MQL), (Stage.WON, Stage.LOST), (Stage.LOST, Stage.WON)])
def test_a_lead_does_not_go_back(current: Stage, to: Stage) -> None:
    with pytest.raises(Conflict):
        steps(current, to)


@given(st.sampled_from(ORDER), st.sampled_from(ORDER))
def test_steps_are_a_chain(current: Stage, to: Stage) -> None:
    try:
        way = steps(current, to)
    except Conflict:
        assert current not in OPEN or ORDER.index(to) < ORDER.index(current)
        return
    here = current
    for before, after in way:
        assert before is here
        here = after
    assert here is to


def test_closing_says_why_and_sales_how_much() -> None:
    check_closing(Stage.WON, None, 86_000)
    with pytest.raises(InvalidInput):
        check_closing(Stage.LOST, None, None)
    with pytest.raises(InvalidInput):
        check_closing(Stage.SQL, None, 5)


def member(userid: str, *, weight: int = 1, today: int = 0, cap: int | None = None, on: bool = True) -> Candidate:
    return Candidate(userid, weight, today, cap, on, full=False)


def test_leads_go_by_weight_to_who_works_now() -> None:
    both = [member("a", today=2), member("b", weight=2, today=2)]
    assert choose_owner(both) == "b"
    assert choose_owner([member("a", on=False), member("b", today=9)]) == "b"
    assert choose_owner([member("a", on=False)]) == "a"
    assert choose_owner(both, prefer=["a"]) == "a"
    assert choose_owner(both, prefer=["b"], avoid=["b"]) == "a"


def test_nobody_gets_more_than_they_may() -> None:
    full = Candidate("a", 1, 0, None, working=True, full=True)
    assert choose_owner([full, member("b", cap=3, today=3), member("c", weight=0)]) is None
    assert choose_owner([full], prefer=["a"]) is None


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(1, 200))
def test_many_leads_are_shared_by_weight(weights: list[int], leads: int) -> None:
    given_to = dict.fromkeys(range(len(weights)), 0)
    for _ in range(leads):
        members = [member(str(number), weight=weight, today=given_to[number]) for number, weight in enumerate(weights)]
        given_to[int(choose_owner(members) or "")] += 1
    for number, weight in enumerate(weights):
        assert abs(given_to[number] - leads * weight / sum(weights)) <= len(weights)


def test_waiting_leads_come_in_waves() -> None:
    policy = load_policy()
    starts = [wave_start(policy, AT, before) for before in range(policy.wave_size * 2 + 1)]
    assert starts[: policy.wave_size] == [AT] * policy.wave_size
    assert starts[-1] == AT + 2 * policy.wave


def test_the_ladder_has_six_touches_in_fourteen_days() -> None:
    policy = load_policy()
    assert len([step for step in policy.ladder if step <= timedelta(days=14)]) >= 6
    assert next_step(policy, AT, AT) == AT + timedelta(days=1)
    assert next_step(policy, AT, AT + timedelta(days=1)) == AT + timedelta(days=3)
    assert next_step(policy, AT, AT + timedelta(days=20)) == AT + timedelta(days=27)


def test_of_two_leads_of_one_person_the_furthest_stays() -> None:
    assert furthest({1: ("lead", AT), 2: ("mql", AT + timedelta(days=1))}) == 2
    assert furthest({1: ("mql", AT), 2: ("mql", AT - timedelta(days=1))}) == 2
