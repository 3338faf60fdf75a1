"""Whether messages of runs arrived, where the platform tells it later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy.engine import Row

from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.contracts.json import JsonObject
from weloop.inbox.api import read_events_of
from weloop.journeys.handlers import note_sends
from weloop.kit.unit import UnitOfWork

NUMBERED = frozenset({CommandName.SEND_TEMPLATE, CommandName.SEND_KF_MESSAGE})
"""Commands whose answer has the number under which the platform tells later whether they arrived."""
LIFE = timedelta(days=1)
"""The platform tells what became of a message within seconds; after this nobody looks for the call."""
NEAR = timedelta(minutes=10)
"""How far apart the two answers about a message without a number may be: the same template, the same follower."""
Place: TypeAlias = tuple[int, int, str]
"""(account, identity, number or template)."""


async def follow_arrivals(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note whether messages arrived. The platform's word may come before its answer to the call: whichever is handled
    later finds the other in the log.
    """
    events = [event for event in events if event.kind is EventKind.NOTICE_ENDED or _is_told_later(event.data)]
    if not events:
        return
    identities = {event.identity_id for event in events if event.identity_id is not None}
    since = min(event.occurred_at for event in events) - LIFE
    kinds = (EventKind.COMMAND_SENT, EventKind.NOTICE_ENDED)
    ends = match(await read_events_of(unit.connection, identities, kinds, since))
    await note_sends(
        unit,
        [(key, str(end["outcome"]), end["status"] if end["outcome"] == "undelivered" else None) for key, end in ends],
    )


def match(rows: Iterable[Row[Any]]) -> list[tuple[str, JsonObject]]:
    """(key of the command, what the platform said of it) for every message of which both answers are there: pure."""
    sent: defaultdict[Place, list[Row[Any]]] = defaultdict(list)
    told: defaultdict[Place, list[Row[Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: (each.occurred_at, each.id)):
        if row.kind == EventKind.NOTICE_ENDED:
            name = row.data.get("template_id") or row.data["message_id"]
            told[row.account_id, row.identity_id, str(name)].append(row)
        elif _is_told_later(row.data):
            name = (
                row.data["ref"] if row.data["command"] == CommandName.SEND_NOTICE else row.data["result"]["message_id"]
            )
            sent[row.account_id, row.identity_id, str(name)].append(row)
    found = []
    for place, ends in told.items():
        waiting = list(sent[place])
        for end in ends:
            # Of a number there is one; of a template the nearest.
            near = min(waiting, key=lambda each: abs(each.occurred_at - end.occurred_at), default=None)
            if near is None or ("template_id" in end.data and abs(near.occurred_at - end.occurred_at) > NEAR):
                continue
            waiting.remove(near)
            found.append((str(near.data["key"]), end.data))
    return found


def _is_told_later(data: JsonObject) -> bool:
    """Whether a command is one of these, and went."""
    if data.get("command") == CommandName.SEND_NOTICE:
        return True
    result = data.get("result") if data.get("command") in NUMBERED else None
    return isinstance(result, Mapping) and bool(result.get("message_id"))
