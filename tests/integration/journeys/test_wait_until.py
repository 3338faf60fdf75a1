"""Waiting for a condition: asked when something of the person is handled, and of nobody else."""

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef

from .conftest import START, Stage
from .test_runs import SUBSCRIBED

KNOWN = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}]},
    "nodes": [
        {
            "id": "until", "type": "wait_until", "when": {"op": "known", "field": "person.company"},
            "timeout_seconds": 600, "next": "known", "otherwise": "end",
        },
        {"id": "known", "type": "end", "outcome": "known"},
        {"id": "end", "type": "end"},
    ],
}  # fmt: skip


async def employ(stage: Stage, person: int) -> None:
    """Somebody's company becomes known."""
    await stage.ask(
        """INSERT INTO person (id, company, search, kinds, staff, resolved, conflict, first_seen_at, last_seen_at)
        SELECT person_id, '微环', '', '{}', '{}', true, false, $2, $2 FROM identity WHERE id = $1""",
        person,
        START,
    )


async def test_a_condition_is_asked_again_when_something_of_the_person_is_handled(stage: Stage) -> None:
    await stage.publish(KNOWN)
    one, other = await stage.person(
        IdentityRef(IdentityKind.FOLLOWER, "wx1", "oA"), IdentityRef(IdentityKind.VISITOR, "site", "v1")
    )
    [silent] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, one), stage.event(SUBSCRIBED, silent))
    await stage.go(60)
    await employ(stage, one)
    await employ(stage, silent)
    await stage.go(60)
    assert (await stage.results(1), await stage.results(2)) == ([], [])
    looked = stage.event(EventKind.PAGE_VIEWED, other)
    await stage.hear(looked, looked)
    await stage.hear(looked)
    await stage.go()
    assert (await stage.results(1), await stage.results(2)) == (["held", "finished"], [])
    await stage.go(600)
    assert await stage.results(2) == ["held", "finished"]


async def test_it_runs_out_and_an_event_that_changes_nothing_does_not_lengthen_it(stage: Stage) -> None:
    journey = await stage.publish(KNOWN)
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(300)
    await stage.hear(stage.event(EventKind.PAGE_VIEWED, person))
    await stage.go(299)
    assert await stage.results() == []
    await stage.go(1)
    assert await stage.results() == ["timeout", "finished"]
    assert (await stage.counts(journey))[-1, "ended_finished"] == 1
