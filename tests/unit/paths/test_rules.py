"""Progress is a function of the set of touches; durations keep their promised precision; definitions are checked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import EventKind
from weloop.paths.rules import (
    Touch,
    bucket_of,
    fold_progress,
    quantile,
    read_definition,
    seconds_of,
    stages_of,
    write_definition,
)
from weloop.paths.templates import KEYS, load_templates, read_yaml

START = datetime(2026, 11, 1, tzinfo=UTC)
PATH = read_definition(
    {
        "qualified": "c",
        "stages": [
            {"key": key, "name": key, "module": "wecom", "events": [{"kind": kind}]}
            for key, kind in (("a", "PageViewed"), ("b", "ContactAdded"), ("c", "LeadAdvanced"))
        ],
        "hops": [{"key": "ab", "from": "a", "to": "b"}, {"key": "bc", "from": "b", "to": "c"}],
    }
)
touches = st.lists(
    st.builds(
        Touch,
        at=st.integers(0, 50).map(lambda n: START + timedelta(hours=n)),
        event_id=st.integers(1, 30),
        stage=st.integers(0, 2),
        state=st.sampled_from(["", "expo", "case"]),
        staff=st.sampled_from(["", "lina"]),
    ),
    max_size=12,
)


def touch(hour: int, stage: int, state: str = "") -> Touch:
    return Touch(START + timedelta(hours=hour), hour, stage, state, "")


@given(touches, st.randoms())
def test_order_and_repetition_change_nothing(found: list[Touch], random: Any) -> None:
    twice = [*found, *found]
    random.shuffle(twice)
    assert fold_progress(PATH, twice) == fold_progress(PATH, found)


@given(touches)
def test_nobody_passes_a_hop_before_entering_it(found: list[Touch]) -> None:
    progress = fold_progress(PATH, found)
    for hop, passed in zip(PATH.hops, progress.passed, strict=True):
        source, target = PATH.ends_of(hop)
        if passed is not None:
            assert progress.reached[source] is not None
            assert passed >= progress.reached[source]
            assert any(item.stage == target and item.at == passed for item in found)


def test_a_later_second_visit_passes_the_hop_that_the_first_came_too_early_for() -> None:
    progress = fold_progress(PATH, [touch(1, 1), touch(2, 0), touch(3, 1)])
    assert progress.reached[1] == START + timedelta(hours=1)
    assert progress.passed == (START + timedelta(hours=3), None)


def test_who_enters_in_the_middle_counts_from_there() -> None:
    progress = fold_progress(PATH, [touch(5, 1, "expo"), touch(6, 2)])
    assert progress.reached[0] is None
    assert progress.passed == (None, START + timedelta(hours=6))
    assert progress.state == "expo"


@given(st.floats(1, 3.2e7))
def test_a_bucket_tells_a_duration_within_five_percent(seconds: float) -> None:
    assert seconds_of(bucket_of(seconds)) == pytest.approx(seconds, rel=0.05)


def test_quantiles_come_from_the_buckets() -> None:
    counts = {bucket_of(10): 5, bucket_of(1000): 4, bucket_of(86_400): 1}
    assert quantile(counts, 0.5) == pytest.approx(10, rel=0.05)
    assert quantile(counts, 0.9) == pytest.approx(1000, rel=0.05)
    assert quantile({}, 0.5) is None


def test_conditions_look_at_state_scene_and_properties() -> None:
    definition = read_definition(
        {
            "qualified": "b",
            "stages": [
                stage("a", events=[{"kind": "FollowerScanned", "where": {"state": "s"}}]),
                stage("b", events=[{"kind": "Tracked", "where": {"properties.plan": ["pro", "max"]}}]),
            ],
            "hops": [{"key": "ab", "from": "a", "to": "b"}],
        }
    )
    assert stages_of(definition, EventKind.FOLLOWER_SCANNED, {"scene": "qrscene_s"}) == [0]
    assert stages_of(definition, EventKind.FOLLOWER_SCANNED, {"scene": "other"}) == []
    assert stages_of(definition, EventKind.TRACKED, {"name": "x", "properties": {"plan": "max"}}) == [1]
    assert stages_of(definition, EventKind.TRACKED, {"name": "x", "properties": "max"}) == []


@pytest.mark.parametrize("key", KEYS)
def test_templates_survive_writing_and_reading(key: str) -> None:
    definition = load_templates()[key].definition
    assert read_definition(write_definition(definition)) == definition


def stage(key: str, **changes: Any) -> dict[str, Any]:
    return {"key": key, "name": key, "module": "x", "events": [{"kind": "ContactAdded"}], **changes}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"stages": [stage("a")], "hops": [], "qualified": "a"},
        {"stages": [stage("a"), stage("a")], "hops": [{"key": "h", "from": "a", "to": "a"}], "qualified": "a"},
        {"stages": [stage("a"), stage("b")], "hops": [{"key": "h", "from": "b", "to": "a"}], "qualified": "a"},
        {"stages": [stage("a"), stage("b")], "hops": [{"key": "h", "from": "a", "to": "b"}], "qualified": "z"},
        {"stages": [stage("a"), stage("b", events=[])], "hops": [], "qualified": "a"},
        {"stages": [stage("a"), stage("b", measured="moods")], "hops": [], "qualified": "a"},
        {
            "stages": [stage("a", measured="article_reads"), stage("b")],
            "hops": [{"key": "h", "from": "a", "to": "b"}],
            "qualified": "b",
        },
        {"stages": [stage("a"), stage("b", events=[{"kind": "Nothing"}])], "hops": [], "qualified": "a"},
        {"stages": [stage("a"), stage("b", name="x" * 101)], "hops": [], "qualified": "a"},
        {"stages": [stage("a"), stage("B;--")], "hops": [], "qualified": "a"},
        {
            "stages": [stage("a"), stage("b")],
            "hops": [{"key": "h", "from": "a", "to": "b", "sla": -1}],
            "qualified": "a",
        },
    ],
)
def test_a_definition_that_cannot_be_is_refused(body: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_definition(body)
    assert caught.value.instance_code == "path_definition"


@pytest.mark.parametrize("text", ["a: [", "a: &x [1]\nb: *x", "!!python/object/apply:os.system ['id']", "x" * 70_000])
def test_yaml_that_is_broken_or_hostile_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_yaml(text)
    assert caught.value.instance_code == "path_yaml"


def test_a_measured_stage_needs_no_event_and_goes_out_and_in_again() -> None:
    body = {
        "stages": [stage("read", events=[], measured="article_reads"), stage("friend"), stage("mql")],
        "hops": [{"key": "h", "from": "read", "to": "friend"}, {"key": "i", "from": "friend", "to": "mql"}],
        "qualified": "mql",
    }
    definition = read_definition(body)
    assert definition.stages[0].measured == "article_reads"
    assert read_definition(write_definition(definition)) == definition
