"""What consent makes of events: opt-out words, sign-ups for campaigns, sales talks."""

from collections.abc import Collection, Sequence
from datetime import datetime

from weloop.codes.api import find_codes
from weloop.consent import repository
from weloop.consent.rules import CLOSED, HOLDING, SIGNING_UP, TALKING, TOLD, Act, read_rules
from weloop.consent.stances import load_stances
from weloop.contracts.contact_rules import MAX_WORD, fold_word, is_word
from weloop.contracts.events import Event, EventKind, Lane, NewEvent, state_of
from weloop.contracts.identities import HoldsBegun, IdentitiesForgotten
from weloop.identity.api import find_identities
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork

_WORDS = (EventKind.FOLLOWER_MESSAGE_RECEIVED, EventKind.KF_MESSAGE_RECEIVED)
_ANSWERED_BY = ("open_kfid",)
"""Who of an account of ours can answer a word."""
_TALKS = (
    EventKind.LEAD_ACCEPTED,
    EventKind.LEAD_CONTACTED,
    EventKind.LEAD_ADVANCED,
    EventKind.FOLLOW_UP_WRITTEN,
)


async def follow_words(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Take 退订 and 订阅 at their word: the whole message, on any account. The same event twice is one entry."""
    short = [(event, fold_word(text)) for event in events if (text := _text(event))]
    if not short:
        return
    rules = read_rules(await repository.get_changed(unit.connection))
    found: dict[int, tuple[Event, Act, str]] = {}
    for event, word in short:
        if is_word(word, rules.opt_out_words):
            found[event.id] = event, Act.OPTED_OUT, word
        elif is_word(word, rules.opt_in_words):
            found[event.id] = event, Act.OPTED_IN, word
    if not found:
        return
    rows = [
        (event.identity_id, act, event.occurred_at, event.account_id, event.id, word, None, None)
        for event, act, word in found.values()
    ]
    out = set()
    for event_id in await repository.add_entries(unit.connection, rows):
        event, act, word = found[event_id]
        if act in HOLDING and event.identity_id is not None:
            out.add(event.identity_id)
        unit.append(
            NewEvent(
                account_id=event.account_id,
                kind=TOLD[act],
                dedupe=f"consent:{event.id}",
                occurred_at=event.occurred_at,
                identity_id=event.identity_id,
                data={"word": word, **{name: event.data[name] for name in _ANSWERED_BY if name in event.data}},
                lane=Lane.REALTIME,
                trace_id=event.trace_id,
            )
        )
    if out:
        unit.append(HoldsBegun(frozenset(out)))


def _text(event: Event) -> str:
    """What somebody wrote, if it may be a word at all."""
    text = event.personal.get("text")
    fits = event.identity_id is not None and isinstance(text, str) and len(text) <= 4 * MAX_WORD
    return text if fits and isinstance(text, str) else ""


async def follow_sign_ups(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note who asked for what a campaign offers: by its code, or in its form."""
    coming = [
        (event, state)
        for event in events
        if event.identity_id is not None
        and (state := state_of(event.data))
        and (event.kind is not EventKind.LEAD_CREATED or event.data.get("origin") == "form")
    ]
    if not coming:
        return
    codes = await find_codes(unit, {state for _, state in coming})
    first: dict[tuple[int, int], tuple[datetime, int]] = {}
    for event, state in coming:
        campaign_id = codes[state].campaign_id if state in codes else None
        if campaign_id is not None and event.identity_id is not None:
            key, moment = (event.identity_id, campaign_id), (event.occurred_at, event.id)
            first[key] = min(first.get(key, moment), moment)
    if first:
        await repository.add_sign_ups(unit.connection, [(*key, *moment) for key, moment in first.items()])


async def follow_talks(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note when sales people worked on whose lead, and when it was closed."""
    spoke: dict[int, datetime] = {}
    closed: dict[int, datetime] = {}
    for event in events:
        if event.identity_id is None:
            continue
        to = event.data.get("to") if event.kind is EventKind.LEAD_ADVANCED else "accepted"
        moments = spoke if to in TALKING else closed if to in CLOSED else None
        if moments is not None:
            moments[event.identity_id] = max(event.occurred_at, moments.get(event.identity_id, event.occurred_at))
    rows = [(each, spoke.get(each), closed.get(each)) for each in {*spoke, *closed}]
    if rows:
        await repository.add_talks(unit.connection, rows)
    if spoke:
        unit.append(HoldsBegun(frozenset(spoke)))


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """What holds for one of those who turn out to be one person holds for all of them."""
    stances = await load_stances(unit, (await find_identities(unit, persons)).keys())
    held = frozenset(identity for identity, stance in stances.items() if stance.is_held)
    if held:
        unit.append(HoldsBegun(held))


async def forget_consent(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Forget erased identities, but not that they want no more."""
    await repository.forget(unit.connection, frozenset().union(*(each.identities for each in forgotten)))


HANDLERS: tuple[tuple[Collection[EventKind], EventHandler], ...] = (
    (_WORDS, follow_words),
    (SIGNING_UP, follow_sign_ups),
    (_TALKS, follow_talks),
)
"""To be registered with the inbox."""
