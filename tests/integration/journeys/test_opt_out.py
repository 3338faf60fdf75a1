"""Who wants no more marketing leaves the journeys that say so."""

from datetime import timedelta

import pytest

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef

from .conftest import START, Stage
from .test_runs import LADDER, SUBSCRIBED, ladder


async def test_who_opts_out_leaves_by_whatever_identity_unless_the_journey_keeps_them(stage: Stage) -> None:
    leaving = await stage.publish(LADDER)
    keeping = await stage.publish({**LADDER, "exit": {"opt_out": False}})
    one, other = await stage.person(
        IdentityRef(IdentityKind.FOLLOWER, "wx1", "oA"), IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wmA")
    )
    [stays] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, one), stage.event(SUBSCRIBED, stays))
    await stage.go(10)
    withdrawn = stage.event(EventKind.CONSENT_WITHDRAWN, other)
    await stage.hear(withdrawn, withdrawn)
    await stage.hear(withdrawn)
    rows = await stage.ask("SELECT journey_id, identity_id FROM journey_position ORDER BY 1, 2")
    expected = [(leaving, stays), *sorted((keeping, each) for each in (one, stays))]
    assert [tuple(row) for row in rows] == expected
    assert (await stage.counts(leaving))[-1, "ended_opted_out"] == 1


async def test_an_old_opt_out_that_comes_again_ends_no_new_run(stage: Stage) -> None:
    await stage.publish(ladder(again="after_end"))
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(10)
    withdrawn = stage.event(EventKind.CONSENT_WITHDRAWN, person)
    await stage.hear(withdrawn)
    await stage.go(10)
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.hear(withdrawn)
    assert await stage.number("SELECT count(*) FROM journey_position") == 1


async def test_the_message_that_opts_out_lets_nobody_stay_in(stage: Stage) -> None:
    """It enters by being a message; the opt-out is told in the next batch, with the whole second of the message."""
    message = EventKind.FOLLOWER_MESSAGE_RECEIVED
    await stage.publish({**LADDER, "entry": {"events": [{"kind": str(message)}]}})
    [person] = await stage.person()
    written = START - timedelta(seconds=2)
    await stage.hear(stage.event(message, person, at=written))
    await stage.hear(stage.event(EventKind.CONSENT_WITHDRAWN, person, at=written))
    assert await stage.number("SELECT count(*) FROM journey_position") == 0
    assert await stage.number("SELECT count(*) FROM journey_run WHERE outcome = 'opted_out'") == 1


@pytest.mark.parametrize("together", [False, True])
async def test_an_opt_out_counts_by_when_it_was_said_and_not_by_when_workers_came_back(
    stage: Stage, together: bool
) -> None:
    await stage.publish(LADDER)
    [leaving], [coming_back] = await stage.person(), await stage.person()
    told = [
        stage.event(SUBSCRIBED, leaving, at=START - timedelta(minutes=11)),
        stage.event(EventKind.CONSENT_WITHDRAWN, leaving, at=START - timedelta(minutes=10)),
        stage.event(EventKind.CONSENT_WITHDRAWN, coming_back, at=START - timedelta(minutes=11)),
        stage.event(SUBSCRIBED, coming_back, at=START - timedelta(minutes=10)),
    ]
    for batch in [told] if together else [[event] for event in told]:
        await stage.hear(*batch)
    assert [row.identity_id for row in await stage.ask("SELECT identity_id FROM journey_position")] == [coming_back]


async def test_a_journey_of_those_who_opted_out_is_not_ended_by_what_begins_it(stage: Stage) -> None:
    await stage.publish({**LADDER, "entry": {"events": [{"kind": "ConsentWithdrawn"}]}})
    [person] = await stage.person()
    withdrawn = stage.event(EventKind.CONSENT_WITHDRAWN, person)
    await stage.hear(withdrawn)
    await stage.hear(withdrawn)
    assert await stage.number("SELECT count(*) FROM journey_position") == 1
