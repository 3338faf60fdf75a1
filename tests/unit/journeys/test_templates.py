"""Every shipped journey can be published, and a dry run goes through all of its nodes and ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.commands import CommandName
from weloop.journeys.definition import Definition, triggers_of
from weloop.journeys.errors import TemplateValue
from weloop.journeys.rehearsal import Passage, Sample, rehearse
from weloop.journeys.scripts import ScriptedEvent, write_events
from weloop.journeys.shelf import make_version
from weloop.journeys.templates import KEYS, Template, load_templates
from weloop.journeys.validation import read
from weloop.paths.templates import KEYS as PATHS

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
LIVE = {"properties": {"live_id": "7", "starts_at": "2026-12-04T20:00:00+08:00"}}
NO_DATE = {"properties": {"live_id": "8"}}
MESSAGES = {CommandName.SEND_WELCOME, CommandName.SEND_SERVICE_MESSAGE}


def knows(score: int, units: int) -> Any:
    """What is known of a follower with a lead of this score."""

    def look(name: str) -> Any:
        if name.startswith("openid."):
            return (units, "oABC")
        return {"lead.score": score, "lead.stage": "lead"}.get(name)

    return look


def play(definition: Definition) -> list[Passage]:
    """Each of its events after the entry, a few hours or days later, for people who differ."""
    version = make_version(1, 1, definition.model_dump(mode="json"), {})
    triggers = triggers_of(definition)
    enter = [] if not definition.entry.events else [ScriptedEvent(0, trigger=0, data=LIVE)]
    others = [number for number, (what, _) in enumerate(triggers) if what == "wait"]
    first_wait = 4 * 86_400 if any("starts_at" in str(node) for node in definition.nodes) else 7_200
    scripts = [enter, [ScriptedEvent(0, trigger=0, data=NO_DATE)] if enter else enter]
    for after in (first_wait, first_wait - 86_400 + 12 * 3600, 100_000, 200_000):
        scripts += [[*enter, ScriptedEvent(after, trigger=number)] for number in others]
        scripts += [
            [*enter, ScriptedEvent(after, trigger=one), ScriptedEvent(after + 3600 * 3, trigger=other)]
            for one in others
            for other in others
        ]
    samples = [
        Sample(
            number,
            number,
            knows(80 if number % 2 else 0, number),
            write_events(definition, script, number, START),
            None if enter else START,
        )
        for number, script in enumerate([script for script in scripts for _ in range(2)], 1)
    ]
    played = rehearse(version, samples, START + timedelta(days=400))
    return [passage for each in played for passage in each.passages]


@pytest.mark.parametrize("key", KEYS)
def test_it_can_be_published_and_runs_dry_to_its_ends(key: str) -> None:
    definition, faults = read(load_templates()[key].preview)
    assert definition is not None, faults
    assert definition.goal is not None
    passages = play(definition)
    assert passages
    assert {passage.error for passage in passages} == {""}
    assert all(passage.run.outcome for passage in passages)
    seen = {definition.nodes[step.node].id for passage in passages for step in passage.steps}
    assert {node.id for node in definition.nodes} - seen == set()
    texts = [
        command.body["text"]
        for passage in passages
        for step in passage.steps
        for command in step.commands
        if command.name in MESSAGES
    ]
    shipped = {each.value for each in load_templates()[key].parameters}
    assert set(texts) <= shipped


def test_every_path_has_one() -> None:
    assert {each.path for each in load_templates().values()} == {None, *PATHS}


def template() -> Template:
    """The one with accounts, a code and words."""
    return load_templates()["group_handover"]


def test_what_is_filled_in_stands_in_the_draft() -> None:
    draft = template().fill({"wecom": 3, "group": "g1", "hello": "您好"})
    assert draft["entry"]["events"] == [{"kind": "ContactAdded", "account_id": 3}]
    hello = draft["nodes"][0]
    assert (hello["text"], hello["attachments"]) == ("您好", [{"type": "join_way", "code": "g1"}])
    assert template().preview["nodes"][0]["text"] == "您好，扫码进群，每周分享行业资料和答疑。"


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"group": "g1"}, "wecom"),
        ({"wecom": 1}, "group"),
        ({"wecom": "1", "group": "g1"}, "wecom"),
        ({"wecom": True, "group": "g1"}, "wecom"),
        ({"wecom": 2**31, "group": "g1"}, "wecom"),
        ({"wecom": 1, "group": 7}, "group"),
        ({"wecom": 1, "group": "g1", "hello": " "}, "hello"),
        ({"wecom": 1, "group": "g1", "hello": "x" * 4001}, "hello"),
        ({"wecom": 1, "group": "g1", "x": "y"}, "x"),
    ],
)
def test_what_does_not_fit_is_named(values: dict[str, Any], parameter: str) -> None:
    with pytest.raises(TemplateValue) as raised:
        template().fill(values)
    assert raised.value.params["parameter"] == parameter
