"""What may be posted in Moments, what makes two posts the same, and when they are looked at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weloop.consent.rules import read_rules
from weloop.contracts.errors import InvalidInput
from weloop.features.moments.rules import (
    Kind,
    check_content,
    creative_of,
    expires_at,
    is_outside,
    next_job_look,
    per_thousand,
)

NOON = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
PICTURE = {"type": "image", "file_id": 1, "name": "a.png"}
LINK = {"type": "link", "file_id": 1, "title": "案例", "url": "https://example.com"}


@pytest.mark.parametrize(
    ("kind", "text", "attachments", "code"),
    [
        (Kind.VALUE, "字" * 1333, [], None),
        (Kind.VALUE, "字" * 1334, [], "text_long"),
        (Kind.VALUE, "a" * 2001, [], "text_long"),
        (Kind.VALUE, "", [PICTURE], None),
        (Kind.VALUE, " ", [], "moment_empty"),
        (Kind.VALUE, "a", [PICTURE] * 9, None),
        (Kind.VALUE, "a", [LINK], None),
        (Kind.VALUE, "a", [LINK, PICTURE], "moment_attachments"),
        (Kind.VALUE, "a", [LINK, LINK], "moment_attachments"),
        (Kind.VALUE, "a", [{**LINK, "title": "案" * 22}], "text_long"),
        (Kind.AD, "周四直播", [], "advert_unlabelled"),
        (Kind.AD, "周四直播", [LINK], "advert_unlabelled"),
        (Kind.AD, "【广告】周四直播", [], None),
        (Kind.AD, "", [{**LINK, "title": "广告：周四直播"}], None),
    ],
)
def test_what_the_platform_would_not_take_is_refused(
    kind: Kind, text: str, attachments: list[dict[str, Any]], code: str | None
) -> None:
    if code is None:
        check_content(kind, text, attachments)
        return
    with pytest.raises(InvalidInput) as error:
        check_content(kind, text, attachments)
    assert error.value.instance_code == code


def test_the_same_words_and_pictures_are_the_same_creative() -> None:
    first = creative_of("三个方法", [PICTURE])
    assert creative_of("三个方法\n", [{**PICTURE, "name": "b.png"}]) == first
    others = [
        ("三个方法", []),
        ("两个方法", [PICTURE]),
        ("三个方法", [{**PICTURE, "file_id": 2}]),
        ("三个方法", [LINK]),
    ]
    assert first not in {creative_of(*other) for other in others}


@pytest.mark.parametrize(
    ("hour", "minute", "outside"),
    [(6, 59, True), (7, 0, False), (9, 0, True), (11, 29, True), (11, 30, False), (21, 59, False), (22, 0, True)],
)
def test_a_time_outside_of_all_windows_is_known(hour: int, minute: int, outside: bool) -> None:
    moment = datetime(2026, 11, 4, hour, minute, tzinfo=UTC) - timedelta(hours=8)
    assert is_outside(read_rules({}).moment_windows, moment) is outside
    assert not is_outside((), moment), "without windows nothing is outside"


def test_a_job_is_asked_about_ever_more_seldom_and_for_a_day() -> None:
    looks = []
    moment: datetime | None = next_job_look(NOON, NOON)
    while moment is not None:
        looks.append(moment - NOON)
        moment = next_job_look(NOON, moment)
    assert looks[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert timedelta(hours=20) < looks[-1] < timedelta(days=2)
    assert len(looks) < 20


def test_rates_need_enough_customers_and_waiting_has_an_end() -> None:
    assert (per_thousand(3, 19), per_thousand(3, 20), per_thousand(0, 400)) == (None, 150.0, 0.0)
    assert expires_at(NOON) == NOON + timedelta(days=3)
