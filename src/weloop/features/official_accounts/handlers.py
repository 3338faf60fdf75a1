"""What official accounts make of events: outcomes of their commands, replies to followers, and counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from weloop.consent.api import WISHES
from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind, state_of
from weloop.features.official_accounts import repository
from weloop.features.official_accounts.confirmations import confirm_wishes
from weloop.features.official_accounts.menus import handle_menu_outcomes
from weloop.features.official_accounts.messages import send_message
from weloop.features.official_accounts.models import SceneQrRow
from weloop.features.official_accounts.rules import Status, What, choose_reply, load_limits
from weloop.features.official_accounts.scene_qrs import TOPIC
from weloop.features.official_accounts.windows import OPENINGS, follow_windows, use_windows
from weloop.inbox.api import EventHandler
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork

_OUTCOMES = (EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN)
_ARRIVALS = {EventKind.FOLLOWER_SUBSCRIBED: What.FOLLOWED, EventKind.FOLLOWER_SCANNED: What.SCANNED}


async def handle_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of the makings of scene codes; an outcome that nobody waits for changes nothing."""
    ours = [
        (event, int(str(event.data["ref"]).split(":")[0]))
        for event in events
        if event.data.get("command") == CommandName.CREATE_SCENE_QR
    ]
    if not ours:
        return
    rows = await repository.lock_scene_qrs(unit.session, {qr_id for _, qr_id in ours})
    for event, qr_id in ours:
        row = rows.get(qr_id)
        if row is not None and row.pending_key == event.data["key"]:
            _take_outcome(row, event, unit.now)
    await unit.session.flush()
    unit.publish(TOPIC)


def _take_outcome(row: SceneQrRow, event: Event, now: datetime) -> None:
    row.pending_key, row.updated_at = None, now
    result = event.data.get("result")
    if event.kind is EventKind.COMMAND_SENT and isinstance(result, Mapping):
        ends = int(str(result.get("expires_at") or 0))
        row.status, row.failure, row.url = Status.READY, None, str(result["url"])
        row.expires_at = datetime.fromtimestamp(ends, UTC) if ends else None
        return
    code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else event.data.get("code")
    params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
    row.status, row.failure = Status.FAILED, {"code": code, "params": params, "key": event.data["key"]}


async def answer_arrivals(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Count follows and scans by their code, and answer each once: the event names the command."""
    codes = await _find_codes(unit, {state_of(event.data) for event in events})
    replies = await repository.find_follow_replies(unit.session, {event.account_id for event in events})
    touched: list[tuple[Event, SceneQrRow, What]] = []
    for event in events:
        row = codes.get(state_of(event.data))
        row = row if row is not None and row.account_id == event.account_id else None
        if row is not None:
            touched.append((event, row, _ARRIVALS[event.kind]))
        of_code = row.reply if row is not None and row.status != Status.DELETED else ""
        reply = choose_reply(event.kind, of_code, replies.get(event.account_id, ""))
        if reply:
            _answer(unit, event, reply)
    await _count(unit, touched)


def _answer(unit: UnitOfWork, event: Event, reply: str) -> None:
    if event.subject is None or event.identity_id is None:
        return
    send_message(
        unit,
        key=f"reply:{event.id}",
        account_id=event.account_id,
        identity_id=event.identity_id,
        openid=event.subject.value,
        text=reply,
        ref=state_of(event.data),
        # Not from the moment the platform names: its clock and ours may differ by more than the window is long.
        expires_at=unit.now + timedelta(seconds=load_limits()["reply"]["seconds"]),
        answers=unit.now,
        trace_id=event.trace_id,
    )


async def answer_taps(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Answer taps on the menu, each once; the other types of buttons open no window."""
    taps = [event for event in events if event.data.get("type") == "click"]
    wanted = {(event.account_id, str(event.data.get("key") or "")) for event in taps}
    replies = await repository.find_menu_replies(unit.connection, wanted) if wanted else {}
    for event in taps:
        reply = replies.get((event.account_id, str(event.data.get("key") or "")))
        if reply:
            _answer(unit, event, reply)


async def count_replies(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Count replies that went out, and those that did not."""
    replies = [
        event
        for event in events
        if event.data.get("command") == CommandName.SEND_SERVICE_MESSAGE
        and str(event.data.get("key")).startswith("reply:")
    ]
    codes = await _find_codes(unit, {str(event.data.get("ref") or "") for event in replies})
    touched = []
    for event in replies:
        row = codes.get(str(event.data.get("ref") or ""))
        if row is not None:
            is_sent = event.kind is EventKind.COMMAND_SENT
            touched.append((event, row, What.REPLY_SENT if is_sent else What.REPLY_FAILED))
    await _count(unit, touched)


async def _find_codes(unit: UnitOfWork, states: set[str]) -> dict[str, SceneQrRow]:
    return {row.state_code: row for row in await repository.find_by_states(unit.session, states - {""})}


async def _count(unit: UnitOfWork, touched: Sequence[tuple[Event, SceneQrRow, What]]) -> None:
    """Each event once, however often it comes: all days of a batch in one statement."""
    if not touched:
        return
    rows = [(event.id, row.id, event.identity_id or 0, str(what)) for event, row, what in touched]
    new = await repository.insert_touches(unit.connection, rows)
    deltas: Counter[tuple[int, date, str]] = Counter()
    for event, row, what in touched:
        if event.id in new:
            deltas[row.id, beijing_date(event.occurred_at), str(what)] += 1
    if deltas:
        await repository.add_to_days(unit.connection, deltas)
        unit.publish(TOPIC)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    (_OUTCOMES, handle_outcomes),
    (_OUTCOMES, count_replies),
    (_OUTCOMES, handle_menu_outcomes),
    ((*_OUTCOMES, EventKind.COMMAND_REFUSED), use_windows),
    ((EventKind.MENU_CLICKED,), answer_taps),
    (tuple(OPENINGS), follow_windows),
    (tuple(_ARRIVALS), answer_arrivals),
    (WISHES, confirm_wishes),
)
"""To be registered with the inbox."""
