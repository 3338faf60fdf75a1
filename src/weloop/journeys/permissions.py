"""Whom subscription notices (订阅通知) may reach: a fold of what followers answered, and of what was sent to them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from weloop.content.api import find_templates
from weloop.contracts.commands import CommandName
from weloop.contracts.events import EventKind
from weloop.inbox.api import BEGINNING, read_events_of
from weloop.kit.unit import UnitOfWork

What: TypeAlias = Literal["accepted", "declined", "withdrawn", "sent"]
KINDS = (EventKind.NOTICE_ANSWERED, EventKind.COMMAND_SENT, EventKind.COMMAND_UNCERTAIN)


def is_permitted(story: Iterable[tuple[datetime, int, What]], *, long: bool) -> bool:
    """Whether one more may come, after what happened (moment, event id, what) with one follower and template.

    An acceptance has no end; a withdrawal takes all of before back. A popup that was declined changes nothing.
    """
    left = 0
    for _, _, what in sorted(story):
        if what == "accepted":
            left += 1
        elif what == "withdrawn":
            left = 0
        elif what == "sent" and not long:
            left = max(left - 1, 0)
    return left > 0


async def find_permitted(
    unit: UnitOfWork, identities: Collection[int], notices: Collection[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Followers (identity, template) whom these templates (account, template) may reach now."""
    templates = await find_templates(unit, {account for account, _ in notices})
    long = {template for (_, template), each in templates.items() if each.kind == "long"}
    stories: defaultdict[tuple[int, str], list[tuple[datetime, int, What]]] = defaultdict(list)
    for row in await read_events_of(unit.connection, identities, KINDS, BEGINNING[0]):
        if row.kind == EventKind.NOTICE_ANSWERED:
            stories[row.identity_id, row.data["template_id"]].append((row.occurred_at, row.id, row.data["answer"]))
        elif row.data.get("command") == CommandName.SEND_NOTICE:
            stories[row.identity_id, row.data["ref"]].append((row.occurred_at, row.id, "sent"))
    wanted = {template for _, template in notices}
    return {
        place for place, story in stories.items() if place[1] in wanted and is_permitted(story, long=place[1] in long)
    }
