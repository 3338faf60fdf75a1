"""What the nodes that send do: commands, and what members are asked to confirm."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.conditions import Look
from weloop.contracts.events import Lane
from weloop.contracts.json import JsonObject
from weloop.journeys.acts import Act, SendConfirmed
from weloop.journeys.definition import SendServiceMessage, SendWelcome
from weloop.journeys.engine import Act as DoAct
from weloop.journeys.engine import Effects, Move, Run
from weloop.journeys.forms import Node
from weloop.journeys.messages import NotifyStaff, SendKfMessage, SendTemplate, compile_values
from weloop.journeys.texts import Unsayable, compile_text, load_limits
from weloop.mass_tasks.api import load_limits as load_task_limits

WELCOME_LIFE = timedelta(seconds=20)
"""A welcome code dies 20 s after the event (WeCom 客户联系, send_welcome_msg, path 92137); counted from when we learn
of it."""
ENQUEUED, NO_CODE, NO_FOLLOWER, NO_KF_TALK = "enqueued", "no_welcome_code", "no_follower", "no_kf_talk"
COMMAND_PREFIX = "journey"
Made: TypeAlias = tuple[Any, ...]
"""(act, arrive, skip_to)."""
To: TypeAlias = Callable[[str | None], int]


def key_of(run_id: int, seq: int) -> str:
    """The key of what a step of a run has done elsewhere: unique for ever."""
    return f"{COMMAND_PREFIX}:{run_id}:{seq}"


class Place:
    """Where a node stands. ``answering``: whatever wakes a run of this journey is something people do towards us."""

    __slots__ = ("answering", "journey_id", "number", "webhooks")

    def __init__(self, journey_id: int, number: int, webhooks: Mapping[int, int], answering: bool) -> None:
        self.answering = answering
        self.journey_id = journey_id
        self.number = number
        self.webhooks = webhooks


def _send_welcome(node: SendWelcome, to: To, _place: Place) -> Made:
    following, say = to(node.next), compile_text(node.text, load_limits()["welcome"])
    attachments = [each.model_dump(exclude_none=True) for each in node.attachments]

    def act(run: Run, _now: datetime, effects: Effects) -> Move:
        code = run.look("welcome_code")
        if not isinstance(code, str) or not code:
            # The console's own welcome message goes first, the two have chatted before, or it is another firm's user.
            effects.skipped.append((run, run.seq, NO_CODE))
            return NO_CODE, following, None
        effects.commands.append(
            Command(
                key=key_of(run.id, run.seq),
                name=CommandName.SEND_WELCOME,
                account_id=run.account_id,
                body={"welcome_code": code, "text": say(run.look), "attachments": attachments},
                delivery=Delivery.IDEMPOTENT,
                lane=Lane.REALTIME,
                subject_id=run.identity_id,
                ref=str(run.look("event.state") or ""),
                expires_at=run.entered_at + WELCOME_LIFE,
                trace_id=run.trace_id,
            )
        )
        return ENQUEUED, following, None

    return _saying(act, following), None, following


def _saying(act: DoAct, following: int) -> DoAct:
    """What cannot be said is not sent, and the run goes on."""

    def try_to(run: Run, now: datetime, effects: Effects) -> Move | None:
        try:
            return act(run, now, effects)
        except Unsayable as error:
            return error.reason, following, error.detail

    return try_to


def _send_service_message(node: SendServiceMessage, to: To, place: Place) -> Made:
    say = compile_text(node.text, load_limits()["service_message"])

    def address(run: Run) -> Address | None:
        return _follower(run, node.account_id)

    return _send(
        node, to, place, CommandName.SEND_SERVICE_MESSAGE, address, NO_FOLLOWER, lambda look: {"text": say(look)}
    )


def _send_template(node: SendTemplate, to: To, place: Place) -> Made:
    say = compile_values(node.values)

    def address(run: Run) -> Address | None:
        return _follower(run, node.account_id)

    def words(look: Look) -> JsonObject:
        return {"template_id": node.template_id, "values": say(look), "url": node.url}

    return _send(node, to, place, CommandName.SEND_TEMPLATE, address, NO_FOLLOWER, words)


def _send_kf_message(node: SendKfMessage, to: To, place: Place) -> Made:
    say = compile_text(node.text, load_limits()["kf_message"])

    def address(run: Run) -> Address | None:
        found = run.look(f"kf.{node.account_id}")
        if found is None:
            return None
        identity_id, external_userid, open_kfid = found
        return identity_id, {"external_userid": external_userid, "open_kfid": open_kfid}

    return _send(node, to, place, CommandName.SEND_KF_MESSAGE, address, NO_KF_TALK, lambda look: {"text": say(look)})


Address: TypeAlias = tuple[int, JsonObject]
"""(identity, what of a command's body says where it goes)."""


def _follower(run: Run, account_id: int) -> Address | None:
    """The person as a follower of an account."""
    found = run.look(f"openid.{account_id}")
    return None if found is None else (found[0], {"openid": found[1]})


def _send(
    node: SendServiceMessage | SendTemplate | SendKfMessage,
    to: To,
    place: Place,
    name: CommandName,
    find_address: Callable[[Run], Address | None],
    nobody: str,
    make_words: Callable[[Look], JsonObject],
) -> Made:
    """A message that leaves by itself; ``nobody``: the result where there is no address."""
    following, life = to(node.next), timedelta(seconds=node.valid_seconds)
    advert, queue = getattr(node, "advert", False), f"{COMMAND_PREFIX}:{place.journey_id}"

    def act(run: Run, now: datetime, effects: Effects) -> Move:
        found = find_address(run)
        if found is None:
            return nobody, following, None
        identity_id, address = found
        answers = run.since_at if place.answering and run.since_id else None
        effects.commands.append(
            Command(
                key=key_of(run.id, run.seq),
                name=name,
                account_id=node.account_id,
                body={**address, **make_words(run.look)},
                delivery=Delivery.AT_MOST_ONCE,
                lane=Lane.NORMAL if answers is not None else Lane.BULK,
                subject_id=identity_id,
                ref=queue,
                expires_at=now + life,
                trace_id=run.trace_id,
                occasion=Occasion(answers, campaign_id=node.campaign_id, advert=advert),
                queue=queue,
            )
        )
        return ENQUEUED, following, None

    return _saying(act, following), None, following


def _notify_staff(node: NotifyStaff, to: To, _place: Place) -> Made:
    following, say = to(node.next), compile_text(node.text, load_limits()["staff_notice"])
    wanted = wanted_of(node, ("next", "text"))

    def act(run: Run, _now: datetime, effects: Effects) -> Move:
        effects.asks.append((run, run.seq, wanted, {"text": say(run.look)}))
        return ENQUEUED, following, None

    return _saying(act, following), None, following


def wanted_of(node: Act | SendConfirmed | NotifyStaff, exits: Collection[str]) -> JsonObject:
    return {"act": node.type, "node": node.id, **node.model_dump(mode="json", exclude={"id", "type", *exits})}


def _send_confirmed(node: SendConfirmed, to: To, _place: Place) -> Made:
    following, say = to(node.next), compile_text(node.text, load_task_limits().text)
    life, wanted = timedelta(seconds=node.valid_seconds), wanted_of(node, ("next", "text", "valid_seconds"))

    def act(run: Run, now: datetime, effects: Effects) -> Move:
        personal: JsonObject = {"text": say(run.look)}
        effects.asks.append((run, run.seq, {**wanted, "expires_at": (now + life).isoformat()}, personal))
        return ENQUEUED, following, None

    return _saying(act, following), None, following


def address_needs(node: Node) -> set[str]:
    """What must be known of a person to find the address that a node sends to."""
    if isinstance(node, SendServiceMessage | SendTemplate):
        return {f"openid:{node.account_id}"}
    return {f"kf:{node.account_id}"} if isinstance(node, SendKfMessage) else set()


SENDERS: Mapping[type, Callable[..., Made]] = {
    SendWelcome: _send_welcome,
    SendServiceMessage: _send_service_message,
    SendTemplate: _send_template,
    SendKfMessage: _send_kf_message,
    NotifyStaff: _notify_staff,
    SendConfirmed: _send_confirmed,
}
