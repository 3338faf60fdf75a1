"""Whether notices arrived, in any order of the platform's answers; invitations, with who comes in time or late."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef

from .conftest import START, Stage
from .test_runs import SUBSCRIBED

NOTICE: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}], "again": "always"},
    "nodes": [
        {"id": "say", "type": "send_template", "account_id": 1, "template_id": "tplA", "values": {"thing1": "课"}},
    ],
}
INVITE: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}], "again": "always"},
    "nodes": [
        {
            "id": "invite",
            "type": "invite_to_group",
            "by": "service_message",
            "account_id": 1,
            "code": "abc",
            "text": "{{event.city|本地}}群",
            "within_seconds": 3600,
            "joined": "in",
            "otherwise": "out",
        },
        {"id": "in", "type": "end", "outcome": "in"},
        {"id": "out", "type": "end", "outcome": "out"},
    ],
}


async def follower(stage: Stage, name: str = "oABC") -> int:
    """Somebody who follows account 1."""
    if not await stage.number("SELECT count(*) FROM account"):
        await stage.ask(
            "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
            " VALUES ('official_account', '号', 'wx1', 'http://localhost', 'k', 'ready', $1, $1)",
            START,
        )
    [identity] = await stage.person(IdentityRef(IdentityKind.FOLLOWER, "wx1", name))
    return identity


def answers(stage: Stage, person: int, outcome: str = "undelivered") -> list[Event]:
    """What the platform says of the first send of run 1: to the call, and later by a callback."""
    at = stage.clock.now()
    result = {"message_id": "401"}
    sent = stage.event(EventKind.COMMAND_SENT, person, at, command="SendTemplate", key="journey:1:0", result=result)
    data = {"message_id": "401", "outcome": outcome, "status": "failed:user block"}
    # Callbacks carry whole seconds: it may look older than the answer.
    return [sent, stage.event(EventKind.NOTICE_ENDED, person, at - timedelta(seconds=1), **data)]


@pytest.mark.parametrize("order", list(permutations((0, 1))))
async def test_either_answer_may_be_handled_first_and_twice(stage: Stage, order: tuple[int, int]) -> None:
    journey, person = await stage.publish(NOTICE), await follower(stage)
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go()
    both = answers(stage, person)
    first, second = (both[number] for number in order)
    await stage.log(first)
    await stage.log(second)
    await stage.hear(first, second)
    counts = await stage.counts(journey)
    assert (counts[0, "undelivered"], counts.get((0, "sent"))) == (1, None)
    [step] = await stage.ask("SELECT outcome, detail FROM journey_step WHERE node = 0")
    assert (step.outcome, step.detail["error"]) == ("undelivered", "failed:user block")


async def test_the_answer_of_another_account_or_message_is_not_meant(stage: Stage) -> None:
    journey, person = await stage.publish(NOTICE), await follower(stage)
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go()
    sent, ended = answers(stage, person, "delivered")
    other = stage.event(EventKind.NOTICE_ENDED, person, message_id="402", outcome="delivered", status="success")
    await stage.log(sent, other)
    assert (await stage.counts(journey))[0, "sent"] == 1
    await stage.log(ended)
    assert (await stage.counts(journey))[0, "delivered"] == 1


@pytest.mark.parametrize(("after", "state", "result"), [(600, "abc", "joined"), (600, "xyz", "not_joined")])
async def test_who_comes_in_by_the_code_goes_on(stage: Stage, after: int, state: str, result: str) -> None:
    journey, person = await stage.publish(INVITE), await follower(stage)
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(after)
    sent = stage.event(EventKind.COMMAND_SENT, person, command="SendServiceMessage", key="journey:1:0")
    joined = stage.event(EventKind.GROUP_JOINED, person, state=state, chat_id="c")
    await stage.log(sent, joined)
    await stage.hear(joined)
    await stage.go(3600)
    assert await stage.results() == ["enqueued", result, "finished"]
    counts = await stage.counts(journey)
    assert (counts[0, "sent"], counts[0, result]) == (1, 1)
    assert await stage.number("SELECT count(*) FROM command WHERE name = 'SendServiceMessage'") == 1


async def test_who_comes_in_late_has_gone_on_already(stage: Stage) -> None:
    await stage.publish(INVITE)
    person = await follower(stage)
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(3700)
    await stage.hear(stage.event(EventKind.GROUP_JOINED, person, state="abc", chat_id="c"))
    await stage.go()
    assert await stage.results() == ["enqueued", "not_joined", "finished"]
