"""Who wants no more marketing leaves the journeys that say so."""

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef

from .conftest import Stage
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
