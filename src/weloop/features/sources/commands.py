"""The contact-way commands of a source: one on its way at a time, so that changes reach the platform in order."""

from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.features.sources.models import Source
from weloop.features.sources.rules import Status, Step, clip_remark, next_step
from weloop.kit.unit import UnitOfWork

NAMES = {
    Step.CREATE: CommandName.CREATE_CONTACT_WAY,
    Step.UPDATE: CommandName.UPDATE_CONTACT_WAY,
    Step.DELETE: CommandName.DELETE_CONTACT_WAY,
}
_DELIVERY = {
    # A second contact way would stay on the platform unknown to us; a second update or deletion does no harm.
    Step.CREATE: Delivery.AT_MOST_ONCE,
    Step.UPDATE: Delivery.AT_LEAST_ONCE,
    Step.DELETE: Delivery.AT_LEAST_ONCE,
}


def send_next(unit: UnitOfWork, source: Source) -> None:
    """Enqueue what brings the platform nearer to this source, unless a command is on its way already.

    A source that shall go and was never made is deleted at once.
    """
    if source.pending_key is not None:
        return
    step = next_step(Status(source.status), source.config_id)
    if step is None:
        source.status = Status.DELETED
        return
    source.pending_key = f"source:{source.id}:{step}:{source.version}"
    unit.enqueue(
        Command(
            key=source.pending_key,
            name=NAMES[step],
            account_id=source.account_id,
            body=_body(source, step),
            delivery=_DELIVERY[step],
            ref=f"{source.id}:{source.version}",
        )
    )


def begin(unit: UnitOfWork, source: Source, status: Status) -> None:
    """Bring the platform to what is wanted now; an earlier failure counts no more."""
    source.status, source.failure = status, None
    send_next(unit, source)


def _body(source: Source, step: Step) -> dict[str, str | int | bool | list[str] | None]:
    body: dict[str, str | int | bool | list[str] | None] = {"source_id": source.id}
    if step is not Step.CREATE:
        body["config_id"] = source.config_id
    if step is Step.CREATE:
        body["state"] = source.state_code
    if step is not Step.DELETE:
        users = [userid for userid in source.users if userid not in source.spared]
        body |= {"remark": clip_remark(source.name), "users": users, "skip_verify": source.skip_verify}
    return body
