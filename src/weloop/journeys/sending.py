"""What the nodes that send do: commands, and what members are asked to confirm."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.conditions import Look
from weloop.contracts.events import Lane
from weloop.contracts.json import JsonObject
from weloop.journeys.acts import CONFIRMED, Act, SendConfirmed
from weloop.journeys.definition import SendServiceMessage, SendWelcome
from weloop.journeys.engine import LATE, Effects, Move, Run, first_letter
from weloop.journeys.engine import Act as DoAct
from weloop.journeys.forms import Node
from weloop.journeys.messages import (
    InviteToGroup,
    KfLink,
    NotifyStaff,
    OnTemplate,
    SendKfMessage,
    SendNotice,
    SendTemplate,
    compile_values,
)
from weloop.journeys.texts import Unsayable, compile_text, load_limits
from weloop.mass_tasks.api import load_limits as load_task_limits

WELCOME_LIFE = timedelta(seconds=20)
"""A welcome code dies 20 s after the event (WeCom 客户联系, send_welcome_msg, path 92137); counted from when we learn
of it."""
ENQUEUED, NO_CODE, NO_FOLLOWER, NO_KF_TALK, NO_PERMISSION = (
    "enqueued",
    "no_welcome_code",
    "no_follower",
    "no_kf_talk",
    "no_permission",
)
JOINED, NOT_JOINED = "joined", "not_joined"
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


def _send_template(node: OnTemplate, to: To, place: Place) -> Made:
    say = compile_values(node.values)

    def address(run: Run) -> Address | None:
        return _follower(run, node.account_id)

    def words(look: Look) -> JsonObject:
        return {"template_id": node.template_id, "values": say(look), "url": node.url}

    if not isinstance(node, SendNotice):
        return _send(node, to, place, CommandName.SEND_TEMPLATE, address, NO_FOLLOWER, words)

    def permitted(run: Run) -> Address | None:
        return address(run) if run.look(f"notice.{node.account_id}.{node.template_id}") else None

    return _send(node, to, place, CommandName.SEND_NOTICE, permitted, NO_PERMISSION, words)


def _send_kf_message(node: SendKfMessage, to: To, place: Place) -> Made:
    def address(run: Run) -> Address | None:
        found = run.look(f"kf.{node.account_id}")
        if found is None:
            return None
        identity_id, external_userid, open_kfid = found
        return identity_id, {"external_userid": external_userid, "open_kfid": open_kfid}

    return _send(node, to, place, CommandName.SEND_KF_MESSAGE, address, NO_KF_TALK, _kf_words(node))


def _kf_words(node: SendKfMessage) -> Callable[[Look], JsonObject]:
    limits, attachment = load_limits(), node.attachment
    if attachment is None:
        say = compile_text(node.text, limits["kf_message"])
        return lambda look: {"text": say(look)}
    given = attachment.model_dump(mode="json")
    if not isinstance(attachment, KfLink):
        return lambda _look: {"attachments": [given]}
    title, desc = compile_text(attachment.title, limits["kf_title"]), compile_text(attachment.desc, limits["kf_desc"])
    return lambda look: {"attachments": [{**given, "title": title(look), "desc": desc(look)}]}


Address: TypeAlias = tuple[int, JsonObject]
"""(identity, what of a command's body says where it goes)."""


def _follower(run: Run, account_id: int) -> Address | None:
    """The person as a follower of an account."""
    found = run.look(f"openid.{account_id}")
    return None if found is None else (found[0], {"openid": found[1]})


def _send(
    node: SendServiceMessage | OnTemplate | SendKfMessage,
    to: To,
    place: Place,
    name: CommandName,
    find_address: Callable[[Run], Address | None],
    nobody: str,
    make_words: Callable[[Look], JsonObject],
) -> Made:
    """A message that leaves by itself; ``nobody``: the result where there is no address."""
    following, life = to(node.next), timedelta(seconds=node.valid_seconds)

    def act(run: Run, now: datetime, effects: Effects) -> Move:
        found = find_address(run)
        if found is None:
            return nobody, following, None
        effects.commands.append(_message(node, place, run, name, found, make_words(run.look), now + life))
        return ENQUEUED, following, None

    return _saying(act, following), None, following


def _message(
    node: SendServiceMessage | OnTemplate | SendKfMessage | InviteToGroup,
    place: Place,
    run: Run,
    name: CommandName,
    to: Address,
    words: JsonObject,
    stale: datetime,
) -> Command:
    """A message to the person of a run; ``stale``: when it need not leave any more."""
    identity_id, address = to
    answers = run.since_at if place.answering and run.since_id else None
    queue = f"{COMMAND_PREFIX}:{place.journey_id}"
    return Command(
        key=key_of(run.id, run.seq),
        name=name,
        account_id=node.account_id,
        body={**address, **words},
        delivery=Delivery.AT_MOST_ONCE,
        lane=Lane.NORMAL if answers is not None else Lane.BULK,
        subject_id=identity_id,
        ref=node.template_id if isinstance(node, SendNotice) else queue,
        expires_at=stale,
        trace_id=run.trace_id,
        occasion=Occasion(answers, campaign_id=node.campaign_id, advert=getattr(node, "advert", False)),
        queue=queue,
    )


def _invite(node: InviteToGroup, to: To, place: Place) -> Made:
    joined, otherwise, life = to(node.joined), to(node.otherwise), timedelta(seconds=node.within_seconds)
    send = (_ask_member if node.by == "confirmed" else _offer_code)(node, place)

    def arrive(run: Run, effects: Effects) -> Move | None:
        if run.look(f"group.{node.code}"):
            return JOINED, joined, None
        try:
            nobody = send(run, run.base + life, effects)
        except Unsayable as error:
            return error.reason, otherwise, error.detail
        if nobody is not None:
            return nobody, otherwise, None
        # A step of its own, beside which stands what becomes of the message.
        effects.steps.append((run.id, run.seq, run.node, ENQUEUED, None))
        run.seq += 1
        run.until = run.base + life
        run.due = run.base if run.mail else run.until
        return None

    return partial(hear, (JOINED,), (joined,), NOT_JOINED, otherwise), arrive, otherwise


Send: TypeAlias = Callable[[Run, datetime, Effects], str | None]
"""(run, when it is stale, effects) → the result where there is nobody to send to."""


def _ask_member(node: InviteToGroup, _place: Place) -> Send:
    say = compile_text(node.text, load_task_limits().text)
    wanted: JsonObject = {
        "act": CONFIRMED,
        "node": node.id,
        **node.model_dump(mode="json", include={"account_id", "campaign_id", "advert", "priority"}),
        "attachments": [{"type": "join_way", "code": node.code}],
    }

    def send(run: Run, stale: datetime, effects: Effects) -> None:
        personal: JsonObject = {"text": say(run.look)}
        effects.asks.append((run, run.seq, {**wanted, "expires_at": stale.isoformat()}, personal))

    return send


def _offer_code(node: InviteToGroup, place: Place) -> Send:
    say = compile_text(node.text, load_limits()["invitation"])

    def send(run: Run, stale: datetime, effects: Effects) -> str | None:
        found = _follower(run, node.account_id)
        if found is None:
            return NO_FOLLOWER
        body: JsonObject = {"text": say(run.look), "join_way": node.code}
        effects.commands.append(_message(node, place, run, CommandName.SEND_SERVICE_MESSAGE, found, body, stale))
        return None

    return send


def _notify_staff(node: NotifyStaff, to: To, _place: Place) -> Made:
    following, say = to(node.next), compile_text(node.text, load_limits()["staff_notice"])
    wanted = wanted_of(node, ("next", "text"))

    def act(run: Run, _now: datetime, effects: Effects) -> Move:
        effects.asks.append((run, run.seq, wanted, {"text": say(run.look)}))
        return ENQUEUED, following, None

    return _saying(act, following), None, following


def hear(
    results: Sequence[str], exits: Sequence[int], over: str, otherwise: int, run: Run, now: datetime, _effects: Effects
) -> Move | None:
    """Look for what is waited for; ``over``: the result when the time is over."""
    found = first_letter(run)
    until = run.until or now
    if found is not None:
        case, letter = found
        _answer(run, letter, now)
        return results[case], exits[case], {"event": str(letter["id"])}
    if now >= until:
        run.since_at, run.since_id = until, 0
        run.base = until if now - until <= LATE else now
        return over, otherwise, None
    run.due = until
    return None


def _answer(run: Run, letter: Mapping[str, Any], now: datetime) -> None:
    at = datetime.fromtimestamp(letter["at"], UTC)
    run.since_at, run.since_id = at, letter["id"]
    run.base = at if timedelta(0) <= now - at <= LATE else now
    data = letter["data"]
    if data or run.context:
        old = {name: value for name, value in (run.context or {}).items() if not name.startswith("answer.")}
        run.context = {**old, **data}


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
    if isinstance(node, SendNotice):
        return {f"openid:{node.account_id}", f"notice:{node.account_id}.{node.template_id}"}
    if isinstance(node, InviteToGroup):
        return {f"openid:{node.account_id}", f"group:{node.code}"}
    if isinstance(node, SendServiceMessage | SendTemplate):
        return {f"openid:{node.account_id}"}
    return {f"kf:{node.account_id}"} if isinstance(node, SendKfMessage) else set()


SENDERS: Mapping[type, Callable[..., Made]] = {
    SendWelcome: _send_welcome,
    SendServiceMessage: _send_service_message,
    SendTemplate: _send_template,
    SendNotice: _send_template,
    SendKfMessage: _send_kf_message,
    InviteToGroup: _invite,
    NotifyStaff: _notify_staff,
    SendConfirmed: _send_confirmed,
}
