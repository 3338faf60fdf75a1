"""What one person is told by a broadcast: whole, or not at all; and how fast a broadcast goes."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from weloop.features.broadcasts.rules import WATCH, Why, chunk_of, fill_in, load_limits, next_step
from weloop.features.broadcasts.schemas import BroadcastInput, ListAudience

MOST = load_limits()["service"]["text"]
TEXT = "{{name}}" + "a" * (MOST - 8)
LINK = {"title": "{{company}}的公开课", "desc": "", "url": "https://a.cn/", "picurl": None}


@pytest.mark.parametrize(
    ("content", "values", "told"),
    [
        ({"text": "{{ name }}，好"}, {"name": "李林"}, {"text": "李林，好"}),
        ({"text": "{{name}}，好"}, {"name": "{{company}}"}, {"text": "{{company}}，好"}),
        ({"text": "{{name}}，好"}, {"name": None}, Why.VARIABLE_MISSING),
        ({"text": "{{name}}，好"}, {}, Why.VARIABLE_MISSING),
        ({"text": TEXT}, {"name": "b" * 8}, {"text": "b" * 8 + TEXT[8:]}),
        ({"text": TEXT}, {"name": "李林林"}, Why.TEXT_TOO_LONG),
        ({"text": "", "link": LINK}, {"company": "山屿云"}, {"link": {**LINK, "title": "山屿云的公开课"}}),
        ({"text": "", "link": LINK}, {"name": "李林"}, Why.VARIABLE_MISSING),
    ],
)
def test_a_message_is_filled_in_whole_or_not_sent(
    content: dict[str, object], values: dict[str, str | None], told: object
) -> None:
    assert fill_in(content, values) == told


@pytest.mark.parametrize("per_minute", [1, 5, 10, 100, 6_000, 100_000])
def test_a_throttled_broadcast_goes_as_fast_as_was_asked_for(per_minute: int) -> None:
    begun = now = datetime(2026, 11, 4, tzinfo=UTC)
    handed_on = 0
    while now < begun + timedelta(minutes=10):
        chunk = chunk_of(per_minute, ahead=0)
        handed_on, now = handed_on + chunk, next_step(now, per_minute, chunk, chunk)
    assert 10 * per_minute <= handed_on < 10 * per_minute + chunk_of(per_minute, ahead=0)


@pytest.mark.parametrize("per_minute", [None, 100])
def test_a_broadcast_that_finds_no_room_looks_again_before_one_that_has_handed_on_all(per_minute: int | None) -> None:
    now = datetime(2026, 11, 4, tzinfo=UTC)
    assert chunk_of(per_minute, load_limits()["sender"]["ahead"]) == 0
    assert now < next_step(now, per_minute, 0, 0) < next_step(now, per_minute, 10, 0) == now + WATCH


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+08:00", "2026-12-01T09:00:00"])
def test_a_moment_that_nothing_can_be_added_to_is_refused(moment: str) -> None:
    given = {"name": "公开课", "kind": "service", "account_id": 1, "content": {"text": "早"}}
    audience = {"kind": "list", "persons": ["1"]}
    assert BroadcastInput.model_validate({**given, "audience": audience, "start_at": "2026-12-01T09:00:00Z"})
    with pytest.raises(ValidationError, match="start_at"):
        BroadcastInput.model_validate({**given, "audience": audience, "start_at": moment})


@pytest.mark.parametrize("person", ["9223372036854775808", "-9999999999999999999", "1e3", "", "1\n"])
def test_a_list_names_persons_by_numbers_that_there_can_be(person: str) -> None:
    """What no column holds would be found out while the list is made, long after it was confirmed."""
    assert ListAudience(kind="list", persons=["-9223372036854775807"])
    with pytest.raises(ValidationError):
        ListAudience(kind="list", persons=[person])
