"""What one person is told by a broadcast: whole, or not at all."""

import pytest

from weloop.features.broadcasts.rules import Why, fill_in, load_limits

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
