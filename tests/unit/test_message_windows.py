"""The window for messages to a follower: what opens it, what uses it up, what closes it."""

from datetime import UTC, datetime, timedelta

import pytest

from weloop.features.official_accounts.rules import Room, find_room

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = Room(True, None, 0, 0)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("moments", "room"),
    [
        ({}, NONE),
        ({"message": (ago(3600), 2)}, Room(True, NOW + 47 * HOUR, 3, 5)),
        ({"message": (ago(48 * 3600 - 1), 0)}, Room(True, NOW + timedelta(seconds=1), 5, 5)),
        ({"message": (ago(48 * 3600), 0)}, NONE),
        ({"event": (ago(59), 1)}, Room(True, NOW + timedelta(seconds=1), 2, 3)),
        ({"event": (ago(60), 0)}, NONE),
        ({"message": (ago(3600), 5)}, Room(True, NOW + 47 * HOUR, 0, 5)),
        ({"message": (ago(3600), 9)}, Room(True, NOW + 47 * HOUR, 0, 5)),
        ({"message": (ago(3600), 5), "event": (ago(10), 0)}, Room(True, NOW + timedelta(seconds=50), 3, 3)),
        ({"message": (ago(3600), 1), "event": (ago(10), 0)}, Room(True, NOW + 47 * HOUR, 4, 5)),
        ({"message": (ago(3600), 0), "left": (ago(60), 0)}, Room(False, None, 0, 0)),
        ({"left": (ago(60), 0)}, Room(False, None, 0, 0)),
        ({"left": (ago(60), 0), "event": (ago(5), 0)}, Room(True, NOW + timedelta(seconds=55), 3, 3)),
        (
            {"message": (ago(99), 0), "left": (ago(60), 0), "event": (ago(50), 0)},
            Room(True, NOW + timedelta(seconds=10), 3, 3),
        ),
        ({"left": (ago(9999), 0), "event": (ago(500), 0)}, NONE),
    ],
)
def test_room(moments: dict[str, tuple[datetime, int]], room: Room):
    assert find_room(moments, NOW) == room
