"""What is wrong with a definition is said with the node's id, all at once."""

from typing import Any

import pytest

from weloop.contracts.conditions import compile_condition
from weloop.journeys.definition import Definition, only_mark, triggers_of
from weloop.journeys.validation import read

END = {"id": "end", "type": "end"}
DELAY = {"id": "d", "type": "delay", "for_seconds": 60, "next": "end"}
GOAL = {"id": "g", "type": "goal", "next": "end"}


def faults(*nodes: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    """(node, field, code) of what is wrong."""
    definition, found = read({"nodes": list(nodes), **more})
    assert (definition is None) == bool(found)
    return [(fault.node, fault.field, fault.code) for fault in found]


def test_a_sound_definition_has_no_faults() -> None:
    assert faults(DELAY, END) == []


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([{**DELAY, "for_seconds": 0}, END], ("d", "for_seconds", "form_greater_than_equal")),
        ([{**DELAY, "for_seconds": "soon"}, END], ("d", "for_seconds", "form_int_parsing")),
        ([{**DELAY, "extra": 1}, END], ("d", "extra", "form_extra_forbidden")),
        ([{"id": "t", "type": "teleport"}], ("t", "", "node_type_unknown")),
        ([{"id": "t"}], ("t", "", "node_type_unknown")),
        ([{"type": "end"}], ("#1", "id", "form_missing")),
        ([{**DELAY, "next": "nowhere"}], ("d", "next", "next_unknown")),
        ([DELAY, END, END], ("end", "id", "node_twice")),
        ([END, GOAL], ("g", "", "node_unreachable")),
        ([{**GOAL, "next": "g"}], ("g", "next", "loop_without_wait")),
        ([{"id": "w", "type": "send_welcome", "text": "您好"}], ("w", "type", "welcome_without_code")),
        (
            [{"id": "b", "type": "until_date", "field": "person.shoe_size"}],
            ("b", "field", "form_field_unfit"),
        ),
        ([{"id": "b", "type": "until_date", "field": "segment.old"}], ("b", "field", "form_field_unfit")),
        ([{"id": "w", "type": "send_welcome"}], ("w", "", "form_nothing_to_send")),
        (
            [{"id": "w", "type": "send_welcome", "attachments": [{"type": "link", "title": "册", "url": "ftp://a"}]}],
            ("w", "attachments.0.link.url", "form_value_error"),
        ),
        ([{"id": "l", "type": "lead_stage", "to": "lost"}], ("l", "", "form_reason_unfit")),
        ([{"id": "w", "type": "send_welcome", "text": "{{"}], ("w", "text", "form_variable_unfit")),
        ([{"id": "b", "type": "until_date", "field": "answer.at"}], ("b", "field", "answer_without_wait")),
    ],
)
def test_faults_name_their_node(nodes: list[dict[str, Any]], expected: tuple[str, str, str]) -> None:
    assert expected in faults(*nodes)


def test_events_of_segments_are_heard_of_one_that_is_named() -> None:
    left = {"kind": "SegmentLeft"}
    named = {**left, "where": {"op": "is", "field": "event.segment_id", "value": 3}}
    wait = {"id": "w", "type": "wait", "cases": [named, left], "timeout_seconds": 60, "otherwise": "end"}
    entry = {"events": [{"kind": "SegmentEntered", "where": {"op": "known", "field": "person.name"}}, named]}
    goal = {"events": [named, left], "within_seconds": 60}
    assert faults(wait, END, entry=entry, goal=goal) == [
        ("", "entry.events.0", "segment_missing"),
        ("w", "cases.1", "segment_missing"),
        ("", "goal.events.1", "segment_missing"),
    ]


def test_a_welcome_behind_a_wait_comes_too_late() -> None:
    entry = {"events": [{"kind": "ContactAdded"}]}
    found = faults({**DELAY, "next": "w"}, {"id": "w", "type": "send_welcome", "text": "您好"}, entry=entry)
    assert found == [("w", "type", "welcome_after_wait")]


def test_sends_do_not_start_journeys() -> None:
    assert faults(END, entry={"events": [{"kind": "CommandSent"}]}) == [
        ("", "entry.events.0.kind", "form_starts_nothing")
    ]


def test_a_list_whose_only_part_is_wrong_has_one_fault() -> None:
    wrong = {"id": "b", "type": "branch", "cases": [{"when": {"op": "all", "terms": [{"op": "known", "field": ""}]}}]}
    assert [code for _, _, code in faults(wrong)] == ["form_field_unfit"]
    assert [code for _, _, code in faults({**wrong, "cases": []})] == ["form_too_short"]


def test_deep_conditions_are_refused() -> None:
    condition: dict[str, Any] = {"op": "known", "field": "event.a"}
    for _ in range(9):
        condition = {"op": "all", "terms": [condition]}
    case = {"when": condition, "next": "end"}
    assert faults({"id": "b", "type": "branch", "cases": [case], "otherwise": "end"}, END)[0][0] == "b"


@pytest.mark.parametrize("document", [{}, {"nodes": []}, {"nodes": 3}, {"nodes": [7]}, {"nodes": [None]}])
def test_what_is_no_definition_is_refused_not_raised(document: dict[str, Any]) -> None:
    definition, found = read(document)
    assert definition is None
    assert found


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"op": "is", "field": "event.n", "value": "3"}, True),
        ({"op": "is", "field": "event.n", "value": 3.0}, True),
        ({"op": "is_not", "field": "event.missing", "value": "3"}, True),
        ({"op": "more", "field": "event.n", "value": 2}, True),
        ({"op": "less", "field": "event.n", "value": "10"}, True),
        ({"op": "more", "field": "event.missing", "value": 0}, False),
        ({"op": "one_of", "field": "event.flag", "value": ["true", "x"]}, True),
        ({"op": "contains", "field": "event.tags", "value": "b"}, True),
        ({"op": "contains", "field": "event.text", "value": "报名"}, True),
        ({"op": "known", "field": "event.empty"}, False),
        ({"op": "unknown", "field": "event.missing"}, True),
    ],
)
def test_conditions(condition: dict[str, Any], holds: bool) -> None:
    values = {"event.n": 3, "event.flag": True, "event.tags": ["a", "b"], "event.text": "我要报名", "event.empty": ""}
    parsed = _parse(condition)
    assert compile_condition(parsed)(values.get) is holds
    for op, expected in (("all", holds), ("any", holds), ("none", not holds)):
        assert compile_condition(_parse({"op": op, "terms": [condition]}))(values.get) is expected


def _parse(condition: dict[str, Any]) -> Any:
    definition = Definition.model_validate(
        {"entry": {"events": [{"kind": "Tracked", "where": condition}]}, "nodes": [END]}
    )
    return definition.entry.events[0].where


@pytest.mark.parametrize(
    ("where", "mark"),
    [
        (None, None),
        ({"op": "is", "field": "event.name", "value": "signed_up"}, "signed_up"),
        ({"op": "is", "field": "event.state", "value": "x"}, None),
        (
            {
                "op": "all",
                "terms": [
                    {"op": "known", "field": "event.a"},
                    {"op": "is", "field": "event.name", "value": "signed_up"},
                ],
            },
            "signed_up",
        ),
        ({"op": "any", "terms": [{"op": "is", "field": "event.name", "value": "signed_up"}]}, None),
    ],
)
def test_only_a_mark_that_must_be_is_looked_up_by(where: Any, mark: str | None) -> None:
    definition = Definition.model_validate({"entry": {"events": [{"kind": "Tracked", "where": where}]}, "nodes": [END]})
    assert [only_mark(trigger) for _, trigger in triggers_of(definition)] == [mark]
