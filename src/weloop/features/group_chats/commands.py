"""Commands of this feature. A join way has one on its way at a time, so that changes reach the platform in order."""

from weloop.contracts.commands import Command, CommandName, Delivery, read_all
from weloop.contracts.events import Event, Lane
from weloop.contracts.json import JsonValue
from weloop.features.group_chats.models import JoinWayRow
from weloop.features.group_chats.rules import Status, Step, clip_remark, next_step
from weloop.kit.unit import UnitOfWork

NAMES = {
    Step.CREATE: CommandName.CREATE_JOIN_WAY,
    Step.UPDATE: CommandName.UPDATE_JOIN_WAY,
    Step.DELETE: CommandName.DELETE_JOIN_WAY,
}
_DELIVERY = {
    # A second join way would stay on the platform unknown to us; a second update or deletion does no harm.
    Step.CREATE: Delivery.AT_MOST_ONCE,
    Step.UPDATE: Delivery.AT_LEAST_ONCE,
    Step.DELETE: Delivery.AT_LEAST_ONCE,
}


def send_next(unit: UnitOfWork, way: JoinWayRow) -> None:
    """Enqueue what brings the platform nearer to this join way, unless a command is on its way already.

    One that shall go and was never made is deleted at once.
    """
    if way.pending_key is not None:
        return
    step = next_step(Status(way.status), way.config_id)
    if step is None:
        way.status = Status.DELETED
        return
    way.pending_key = f"join_way:{way.id}:{step}:{way.version}"
    unit.enqueue(
        Command(
            key=way.pending_key,
            name=NAMES[step],
            account_id=way.account_id,
            body=_body(way, step),
            delivery=_DELIVERY[step],
            ref=f"{way.id}:{way.version}",
        )
    )


def _body(way: JoinWayRow, step: Step) -> dict[str, JsonValue]:
    body: dict[str, JsonValue] = {"join_way_id": way.id}
    if step is not Step.CREATE:
        body["config_id"] = way.config_id
    if step is Step.DELETE:
        return body
    return body | {
        "remark": clip_remark(way.name),
        "chats": list(way.chats),
        "auto_create": way.auto_create,
        "base_name": way.base_name,
        "base_id": way.base_id,
        "state": way.state_code,
    }


def fetch_chat(unit: UnitOfWork, event: Event, account_id: int, corp: str) -> None:
    """Read a group chat again after an event; however many events ask, it waits once."""
    chat_id = str(event.data["chat_id"])
    unit.enqueue(
        Command(
            key=f"group_chat:{event.id}",
            name=CommandName.FETCH_GROUP_CHAT,
            account_id=account_id,
            body={"chat_id": chat_id, "scope": corp},
            delivery=Delivery.AT_LEAST_ONCE,
            ref=chat_id,
            coalesce=f"group_chat:{account_id}:{chat_id}",
            trace_id=event.trace_id,
        )
    )


def list_chats(unit: UnitOfWork, account_id: int) -> None:
    """Look for all group chats of an account; a second wish while the first waits is the same."""
    unit.enqueue(read_all(CommandName.LIST_GROUP_CHATS, account_id, Lane.BULK))
