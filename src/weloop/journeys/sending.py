"""What the nodes that send do: commands, and what members are asked to confirm."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.conditions import Look
from weloop.contracts.events import Lane
from weloop.contracts.json import JsonObject
from weloop.journeys.acts import CONFIRMED, Act, SendConfirmed
from weloop.journeys.definition import SendServiceMessage, SendWelcome
from weloop.journeys.engine import LATE, Effects, Move, Run, Unsayable, first_letter
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
from weloop.journeys.texts import compile_text, load_limits
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


@dataclass(frozen=True, slots=True)
class Place:
    """What a node must know besides itself. ``webhook_account``: the account of the webhook that it calls;
    ``answering``: whatever wakes a run of its journey is something people do towards us.
    """

    webhook_account: int | None
    answering: bool


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

    return act, None, following


def _send_service_message(node: SendServiceMessage, to: To, place: Place) -> Made:
    words = partial(_say, compile_text(node.text, load_limits()["service_message"]))
    return _send(node, to, place, CommandName.SEND_SERVICE_MESSAGE, _follower, NO_FOLLOWER, words)


def _say(say: Callable[[Look], str], look: Look) -> JsonObject:
    return {"text": say(look)}


def _send_template(node: OnTemplate, to: To, place: Place) -> Made:
    say = compile_values(node.values)

    def words(look: Look) -> JsonObject:
        return {"template_id": node.template_id, "values": say(look), "url": node.url}

    if not isinstance(node, SendNotice):
        return _send(node, to, place, CommandName.SEND_TEMPLATE, _follower, NO_FOLLOWER, words)

    def permitted(run: Run, account_id: int) -> Address | None:
        return _follower(run, account_id) if run.look(f"notice.{account_id}.{node.template_id}") else None

    return _send(node, to, place, CommandName.SEND_NOTICE, permitted, NO_PERMISSION, words)


def _send_kf_message(node: SendKfMessage, to: To, place: Place) -> Made:
    return _send(node, to, place, CommandName.SEND_KF_MESSAGE, _kf_customer, NO_KF_TALK, _kf_words(node))


def _kf_words(node: SendKfMessage) -> Callable[[Look], JsonObject]:
    limits, attachment = load_limits(), node.attachment
    if attachment is None:
        return partial(_say, compile_text(node.text, limits["kf_message"]))
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


def _kf_customer(run: Run, account_id: int) -> Address | None:
    """The person where they wrote to customer service last."""
    found = run.look(f"kf.{account_id}")
    if found is None:
        return None
    identity_id, external_userid, open_kfid = found
    return identity_id, {"external_userid": external_userid, "open_kfid": open_kfid}


@dataclass(frozen=True, slots=True)
class _Message:
    """What the messages of a node have in common. Flat: of a thousand journeys each says something of its own."""

    name: CommandName
    account_id: int
    answering: bool
    campaign_id: int | None
    advert: bool
    template_id: str | None
    """Of subscription notices."""

    def make(self, run: Run, to: Address, words: JsonObject, stale: datetime) -> Command:
        """The message to the person of a run; ``stale``: when it need not leave any more."""
        identity_id, address = to
        answers = run.since_at if self.answering and run.since_id else None
        queue = f"{COMMAND_PREFIX}:{run.journey_id}"
        return Command(
            key=key_of(run.id, run.seq),
            name=self.name,
            account_id=self.account_id,
            body={**address, **words},
            delivery=Delivery.AT_MOST_ONCE,
            lane=Lane.NORMAL if answers is not None else Lane.BULK,
            subject_id=identity_id,
            ref=self.template_id or queue,
            expires_at=stale,
            trace_id=run.trace_id,
            occasion=Occasion(answers, campaign_id=self.campaign_id, advert=self.advert),
            queue=queue,
        )


def _message(
    node: SendServiceMessage | OnTemplate | SendKfMessage | InviteToGroup, place: Place, name: CommandName
) -> _Message:
    template_id = node.template_id if isinstance(node, SendNotice) else None
    advert = getattr(node, "advert", False)
    return _Message(name, node.account_id, place.answering, node.campaign_id, advert, template_id)


@dataclass(frozen=True, slots=True)
class _Send:
    """A message that leaves by itself; ``nobody``: the result where there is no address."""

    message: _Message
    find_address: Callable[[Run, int], Address | None]
    nobody: str
    make_words: Callable[[Look], JsonObject]
    following: int
    life: timedelta

    def act(self, run: Run, now: datetime, effects: Effects) -> Move:
        """See :data:`engine.Act`."""
        message = self.message
        found = self.find_address(run, message.account_id)
        if found is None:
            return self.nobody, self.following, None
        effects.commands.append(message.make(run, found, self.make_words(run.look), now + self.life))
        return ENQUEUED, self.following, None


def _send(
    node: SendServiceMessage | OnTemplate | SendKfMessage,
    to: To,
    place: Place,
    name: CommandName,
    find_address: Callable[[Run, int], Address | None],
    nobody: str,
    make_words: Callable[[Look], JsonObject],
) -> Made:
    following, life = to(node.next), timedelta(seconds=node.valid_seconds)
    send = _Send(_message(node, place, name), find_address, nobody, make_words, following, life)
    return send.act, None, following


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
    message = _message(node, place, CommandName.SEND_SERVICE_MESSAGE)
    say = compile_text(node.text, load_limits()["invitation"])

    def send(run: Run, stale: datetime, effects: Effects) -> str | None:
        found = _follower(run, node.account_id)
        if found is None:
            return NO_FOLLOWER
        body: JsonObject = {"text": say(run.look), "join_way": node.code}
        effects.commands.append(message.make(run, found, body, stale))
        return None

    return send


def _notify_staff(node: NotifyStaff, to: To, _place: Place) -> Made:
    following, say = to(node.next), compile_text(node.text, load_limits()["staff_notice"])
    wanted = wanted_of(node, ("next", "text"))

    def act(run: Run, _now: datetime, effects: Effects) -> Move:
        effects.asks.append((run, run.seq, wanted, {"text": say(run.look)}))
        return ENQUEUED, following, None

    return act, None, following


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

    return act, None, following


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
