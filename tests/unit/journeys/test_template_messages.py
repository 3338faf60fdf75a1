"""Values of template messages: what a place takes, what is found out before publishing, and what only for somebody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.content.template_rules import fill, find_misfit, is_too_long, places_of
from weloop.journeys.engine import Unsayable
from weloop.journeys.messages import compile_values
from weloop.journeys.validation import read

CONTENT = "活动名称:{{thing1.DATA}}\n开始时间：{{time2.DATA}}\n{{remark.DATA}}"


@pytest.mark.parametrize(
    ("place", "value", "misfit"),
    [
        ("thing1", "十" * 20, None),
        ("thing1", "十" * 21, "text_too_long"),
        ("number2", "12.50", None),
        ("number2", "十二", "value_unfit"),
        ("time3", "20:00~21:30", None),
        ("time3", "2026年10月9日 20:00", None),
        ("time3", "明晚", "value_unfit"),
        ("date4", "2026-10-09 20:00", None),
        ("date4", "下周", "value_unfit"),
        ("amount5", "¥12800.5", None),
        ("amount5", "12800元", None),
        ("amount5", "面议", "value_unfit"),
        ("name6", "林" * 10, None),
        ("name6", "林" * 11, "text_too_long"),
        ("name6", "Alexander Hamilton", None),
        ("name6", "A" * 21, "text_too_long"),
        ("phrase7", "已确认", None),
        ("phrase7", "OK", "value_unfit"),
        ("phone_number8", "+86 138-0000-0000", None),
        ("character_string9", "SN-2026/01", None),
        ("character_string9", "订单1", "value_unfit"),
        ("const10", "任何值", None),
        ("keyword1", "老模板" * 40, None),
    ],
)
def test_what_a_place_takes(place: str, value: str, misfit: str | None) -> None:
    assert find_misfit(place, value) == misfit


@given(st.text(max_size=60), st.sampled_from(["thing1", "name2", "letter3", "phrase4"]))
def test_what_is_too_long_stays_so_however_it_goes_on(value: str, place: str) -> None:
    if is_too_long(place, value):
        assert is_too_long(place, value + "x")
        assert find_misfit(place, value) == "text_too_long"


def test_places_with_what_stands_before_them() -> None:
    found = [(each.key, each.label) for each in places_of(CONTENT)]
    assert found == [("thing1", "活动名称"), ("time2", "开始时间"), ("remark", "remark")]
    assert fill(CONTENT, {"thing1": "公开课", "time2": "20:00"}) == "活动名称:公开课\n开始时间：20:00"


def faults_of(**changes: Any) -> list[tuple[str, str]]:
    node = {"id": "say", "type": "send_template", "account_id": 1, "template_id": "tplA", "values": {"thing1": "课"}}
    _, faults = read({"nodes": [node | changes]})
    return [(fault.field, fault.code) for fault in faults]


def test_faults_of_values_name_their_place() -> None:
    assert not faults_of()
    assert faults_of(values={"thing1": "十" * 21}) == [("values.thing1", "text_too_long")]
    assert faults_of(values={"thing1": "十" * 20 + "{{person.name}}"}) == []
    assert faults_of(values={"thing1": "十" * 21 + "{{person.name}}"}) == [("values.thing1", "text_too_long")]
    assert faults_of(values={"time2": "明晚"}) == [("values.time2", "value_unfit")]
    assert faults_of(values={"time2": "{{event.at}}"}) == []
    assert [field for field, _ in faults_of(url="javascript:alert(1)")] == ["url"]
    assert [code for _, code in faults_of(advert=True)] == ["form_extra_forbidden"]
    assert [field for field, _ in faults_of(values={"thing1": "{{segment.3}}"})] == ["values.thing1"]


def test_what_does_not_fit_for_somebody_says_which_place() -> None:
    make = compile_values({"thing1": "{{person.company}}", "time2": "{{event.at|20:00}}"})
    assert make({"person.company": "山屿云"}.get) == {"thing1": "山屿云", "time2": "20:00"}
    with pytest.raises(Unsayable) as missing:
        make({}.get)
    assert (missing.value.reason, missing.value.detail) == ("variable_missing", {"missing": ["person.company"]})
    with pytest.raises(Unsayable) as unfit:
        make({"person.company": "山屿云", "event.at": "明晚"}.get)
    assert (unfit.value.reason, unfit.value.detail) == ("value_unfit", {"place": "time2"})
    with pytest.raises(Unsayable) as long:
        make({"person.company": "公司" * 11}.get)
    assert (long.value.reason, long.value.detail) == ("text_too_long", {"place": "thing1"})
