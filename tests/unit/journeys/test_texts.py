"""Texts with variables: said whole or not at all."""

from typing import Any

import pytest

from weloop.journeys.engine import Unsayable
from weloop.journeys.texts import compile_text, fields_in, fixed_bytes, parse
from weloop.journeys.validation import read

from .test_engine import a_run, go, program, results

FACTS: dict[str, Any] = {
    "person.name": "赵建国",
    "person.company": "",
    "person.kinds": ["follower", "external_contact"],
    "person.first_seen_at": "2026-11-01T16:30:00+00:00",
    "event.title": "轴承\x07直播",
    "event.price": 12.0,
    "event.paid": True,
    "event.deep": {"a": 1},
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("您好", "您好"),
        ("{{person.name}}您好", "赵建国您好"),
        ("{{ person.name | 朋友 }}，您好", "赵建国，您好"),
        ("{{person.company|贵公司}}", "贵公司"),
        ("{{person.company|}}!", "!"),
        ("《{{event.title}}》{{event.price}} 元", "《轴承直播》12 元"),
        ("{{person.kinds}}", "follower、external_contact"),
        ("{{person.first_seen_at}}", "2026-11-02 00:30"),
        ("a { b } c", "a { b } c"),
    ],
)
def test_what_is_said(text: str, said: str) -> None:
    assert compile_text(text)(FACTS.get) == said


@pytest.mark.parametrize("text", ["{{person.company}}", "{{event.nothing}}", "{{event.paid}}", "{{event.deep}}"])
def test_what_is_missing_is_named_and_nothing_is_said(text: str) -> None:
    with pytest.raises(Unsayable) as caught:
        compile_text("您好 {{person.name}} " + text)(FACTS.get)
    assert (caught.value.reason, caught.value.detail) == ("variable_missing", {"missing": fields_in(text)})


def test_length_counts_in_bytes_of_what_is_said() -> None:
    assert compile_text("{{person.name}}", 9)(FACTS.get) == "赵建国"
    with pytest.raises(Unsayable) as caught:
        compile_text("{{person.name}}", 8)(FACTS.get)
    assert (caught.value.reason, caught.value.detail) == ("text_too_long", {"bytes": 9, "most": 8})
    assert fixed_bytes("您好{{person.name}}!") == 7


@pytest.mark.parametrize(
    "text", ["{{person.x.y.z.a.b}}", "{{name}}", "{{}}", "{{person.name", "person.name}}", "{{{{a}}}}", "{{segment.3}}"]
)
def test_what_is_no_variable_is_refused_before_anybody_gets_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"a (field|variable|segment) "):
        parse(text)
    say = {"id": "say", "type": "send_service_message", "account_id": 1, "text": text, "next": "end"}
    _, faults = read({"nodes": [say, {"id": "end", "type": "end"}]})
    assert [(fault.node, fault.field) for fault in faults] == [("say", "text")]


def test_a_fixed_text_that_is_too_long_is_a_fault() -> None:
    def faults(text: str) -> list[tuple[str, str, str]]:
        _, found = read({"nodes": [{"id": "say", "type": "send_service_message", "account_id": 1, "text": text}]})
        return [(fault.node, fault.field, fault.code) for fault in found]

    assert faults("好" * 682) == []
    assert faults("好" * 683) == [("say", "text", "text_too_long")]
    assert faults("好" * 682 + "{{person.name}}") == []


def test_a_message_is_made_for_its_reader_or_not_sent_and_the_run_goes_on() -> None:
    say = {"id": "say", "type": "send_service_message", "account_id": 1, "text": "{{person.name}}：{{event.title}}"}
    of = program({**say, "next": "end"}, {"id": "end", "type": "end"})
    assert of.steps[0].needs == {"person", "openid:1"}
    run = a_run({"event.title": "直播"})
    run.facts = {"person.name": "赵建国", "openid.1": (42, "oA")}.get
    done = go(run, of)
    assert [command.body["text"] for command in done.commands] == ["赵建国：直播"]
    run = a_run()
    run.facts = {"person.name": "赵建国", "openid.1": (42, "oA")}.get
    done = go(run, of)
    assert (done.commands, results(done)) == ([], ["variable_missing", "finished"])
    assert done.steps[0][4] == {"missing": ["event.title"]}


def test_a_welcome_with_a_missing_name_is_not_sent() -> None:
    welcome = {"id": "hi", "type": "send_welcome", "text": "{{person.name}}您好"}
    of = program(welcome, entry={"events": [{"kind": "ContactAdded"}]})
    run = a_run({"welcome_code": "code"})
    run.facts = {}.get
    done = go(run, of)
    assert (done.commands, results(done)) == ([], ["variable_missing"])


def test_a_task_whose_title_cannot_be_said_is_not_put_up() -> None:
    task = {
        "id": "call", "type": "staff_task", "account_id": 1, "title": "联系{{person.name}}", "within_hours": 1,
        "nobody": "end",
    }  # fmt: skip
    of = program(task, {"id": "end", "type": "end", "outcome": "unnamed"})
    run = a_run()
    run.facts = {}.get
    done = go(run, of)
    assert (done.asks, results(done), run.outcome) == ([], ["variable_missing", "finished"], "unnamed")
    run = a_run()
    run.facts = {"person.name": "赵建国"}.get
    asked = go(run, of).asks
    assert [(wanted["act"], "title" in wanted, personal) for _, _, wanted, personal in asked] == [
        ("staff_task", False, {"title": "联系赵建国", "note": ""})
    ]
