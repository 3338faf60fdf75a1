"""Journeys whose steps cause their own entries do not go round for ever."""

import pytest

from weloop.contracts.events import EventKind
from weloop.journeys.entries import MOST_CAUSED

from .conftest import Stage
from .test_runs import HOOK, TRACKED

TAGGED = EventKind.PERSON_TAGGED


def circle(kind: EventKind, **entry: str) -> dict[str, object]:
    """Whoever comes in is through at once."""
    return {"entry": {"events": [{"kind": str(kind)}], **entry}, "nodes": [{**HOOK, "id": "hi"}]}


async def entries(stage: Stage) -> int:
    """How often people came in."""
    return await stage.number("SELECT count(*) FROM journey_run")


@pytest.mark.parametrize("entry", [{"again": "always"}, {"again": "after_end"}, {"per": "event"}])
async def test_a_circle_ends_and_goes_on_after_an_hour(stage: Stage, entry: dict[str, str]) -> None:
    await stage.publish(circle(TAGGED, **entry))
    [person], [other] = await stage.person(), await stage.person()
    for _ in range(MOST_CAUSED + 5):
        await stage.hear(stage.event(TAGGED, person, tag_id=5))
        await stage.go(1)
    assert await entries(stage) == MOST_CAUSED
    await stage.hear(stage.event(TAGGED, other, tag_id=5))
    await stage.go(1)
    assert await entries(stage) == MOST_CAUSED + 1
    await stage.go(3600)
    await stage.hear(stage.event(TAGGED, person, tag_id=5))
    assert await entries(stage) == MOST_CAUSED + 2


async def test_all_at_once_are_bound_too_and_by_whatever_identity(stage: Stage) -> None:
    await stage.publish(circle(TAGGED, per="event"))
    [one], [other] = await stage.person(), await stage.person()
    await stage.ask("UPDATE identity SET person_id = $1", one)
    await stage.hear(*(stage.event(TAGGED, each, tag_id=5) for each in (one, other) * MOST_CAUSED))
    assert await entries(stage) == MOST_CAUSED


async def test_what_people_do_is_not_bound(stage: Stage) -> None:
    await stage.publish(circle(TRACKED, per="event"))
    [person] = await stage.person()
    await stage.hear(*(stage.event(TRACKED, person, name="order") for _ in range(MOST_CAUSED + 5)))
    assert await entries(stage) == MOST_CAUSED + 5
