"""What each node does: a definition becomes a program of closures."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from weloop.contracts.chance import bucket
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.conditions import Predicate, compile_condition, fields_of, needs_of
from weloop.contracts.json import JsonObject
from weloop.journeys.acts import (
    TASK_ENDS,
    Act,
    AssignOwner,
    EnterJourney,
    LeadScore,
    LeadStage,
    LeaveJourney,
    SetAttribute,
    StaffTask,
    TagPerson,
)
from weloop.journeys.definition import (
    ADDRESSING_US,
    BLOCKING,
    FINISHED,
    HELD_OUT,
    PASSABLE,
    AnyNode,
    Branch,
    Definition,
    Delay,
    End,
    Holdout,
    ReachGoal,
    SendWelcome,
    Split,
    UntilDate,
    UntilTime,
    Wait,
    WaitUntil,
    Webhook,
    triggers_of,
)
from weloop.journeys.engine import END, LATE, Effects, Move, Program, Run, Step, StepFailed, Unsayable
from weloop.journeys.forms import Node
from weloop.journeys.moments import at_time, next_time, read_moment
from weloop.journeys.sending import ENQUEUED, SENDERS, Made, Place, To, address_needs, hear, key_of, wanted_of
from weloop.journeys.texts import compile_text, load_limits
from weloop.journeys.validation import fields_read

ASKED = "asked"
TASK_LIFE = timedelta(days=120)
"""A task expires in its member's working time; a run waits no longer than this for it, whatever holidays there are."""
HOPS = "journey.hops"
"""Field of the context: how many journeys led to this one."""


def compile_program(
    definition: Definition, *, journey_id: int, version_id: int, webhooks: Mapping[int, int] | None = None
) -> Program:
    """Make a definition ready. ``webhooks``: the account of each webhook it calls."""
    places = {node.id: number for number, node in enumerate(definition.nodes)}

    def to(target: str | None) -> int:
        return END if target is None else places[target]

    webhooks, needs = webhooks or {}, _needs(definition)
    answering = all(trigger.kind in ADDRESSING_US for what, trigger in triggers_of(definition) if what != "goal")
    steps = []
    for node in definition.nodes:
        account_id = webhooks.get(node.webhook_id) if isinstance(node, Webhook) else None
        exits = tuple(to(target) for _, target in node.exits())
        key = (node.model_dump_json(), exits, needs[node.id], account_id, answering)
        step = _STEPS.get(key)
        if step is None:
            step = _STEPS[key] = _make_step(node, to, Place(account_id, answering), needs[node.id])
        steps.append(step)
    return Program(version_id, journey_id, tuple(steps), definition.max_steps)


_STEPS: WeakValueDictionary[tuple[Any, ...], Step] = WeakValueDictionary()
"""Of this process: journeys made from one template have most nodes in common, and what a thousand journeys each had for
themselves would fit into no cache of the machine."""


def _make_step(node: AnyNode, to: To, place: Place, needs: frozenset[str]) -> Step:
    act, arrive, skip_to = _MAKERS[type(node)](node, to, place)
    rests = isinstance(node, Delay) and timedelta(seconds=node.for_seconds) > LATE
    return Step(node.id, node.type, act, arrive, skip_to, needs, rests)


def _needs(definition: Definition) -> dict[str, frozenset[str]]:
    """What must be known before a run is advanced from a node: of it and of all that it reaches without a wait."""
    by_id = {node.id: node for node in definition.nodes}
    own = {node.id: _own_needs(node) for node in definition.nodes}
    found: dict[str, frozenset[str]] = {}
    for node in definition.nodes:
        seen, todo, needs = {node.id}, [node.id], set(own[node.id])
        while todo:
            for _, target in by_id[todo.pop()].exits():
                if target is None or target in seen:
                    continue
                seen.add(target)
                needs |= own[target]
                # A date may have passed, a condition hold: then a run goes on behind it at once.
                if not isinstance(by_id[target], BLOCKING) or isinstance(by_id[target], PASSABLE):
                    todo.append(target)
        found[node.id] = frozenset(needs)
    return found


def _own_needs(node: Node) -> set[str]:
    return needs_of(fields_read(node)) | address_needs(node)


def context_fields(definition: Definition) -> frozenset[str]:
    """Fields of events that nodes read later: what a run keeps of its entry, and of the event it waited for."""
    read = {name for node in definition.nodes for name in fields_read(node)}
    names = {name for name in read if name.startswith(("event.", "answer."))}
    if any(isinstance(node, SendWelcome) for node in definition.nodes):
        names |= {"event.state"}
    return frozenset(names)


def _delay(node: Delay, to: To, _place: Place) -> Made:
    length = timedelta(seconds=node.for_seconds)

    def arrive(run: Run, _effects: Effects) -> None:
        run.due = run.base + length

    return partial(_elapsed, to(node.next)), arrive, to(node.next)


def _until_time(node: UntilTime, to: To, _place: Place) -> Made:
    weekdays = frozenset(node.weekdays)

    def arrive(run: Run, _effects: Effects) -> None:
        run.due = next_time(run.base, node.at, weekdays)

    return partial(_elapsed, to(node.next)), arrive, to(node.next)


def _until_date(node: UntilDate, to: To, _place: Place) -> Made:
    past = to(node.past) if node.past is not None else to(node.next)

    def arrive(run: Run, _effects: Effects) -> Move | None:
        moment = read_moment(run.look(node.field))
        if moment is None:
            if node.missing is None:
                raise StepFailed("date_missing")
            return "missing", to(node.missing), None
        due = at_time(moment + timedelta(seconds=node.offset_seconds), node.at)
        if due <= run.base:
            return "past", past, {"date": due.isoformat()}
        run.due = due
        return None

    return partial(_elapsed, to(node.next)), arrive, to(node.next)


def _elapsed(to: int, run: Run, now: datetime, _effects: Effects) -> Move:
    run.since_at, run.since_id = run.due, 0
    run.base = run.due if now - run.due <= LATE else now
    return "elapsed", to, None


def _wait(node: Wait, to: To, _place: Place) -> Made:
    length = timedelta(seconds=node.timeout_seconds)
    cases = tuple(to(case.next) for case in node.cases)
    otherwise = to(node.otherwise)

    def arrive(run: Run, _effects: Effects) -> None:
        run.until = run.base + length
        # With mail it looks at once.
        run.due = run.base if run.mail else run.until

    results = tuple(f"event_{number}" for number in range(len(cases)))
    return partial(hear, results, cases, "timeout", otherwise), arrive, otherwise


def _wait_until(node: WaitUntil, to: To, _place: Place) -> Made:
    length, holds = timedelta(seconds=node.timeout_seconds), compile_condition(node.when)
    following, otherwise = to(node.next), to(node.otherwise)

    def arrive(run: Run, _effects: Effects) -> None:
        run.until, run.due = run.base + length, run.base

    def act(run: Run, now: datetime, _effects: Effects) -> Move | None:
        until = run.until or now
        if holds(run.look):
            if run.base > until - length:  # it did not hold at once: what came meanwhile was not for the next wait
                run.since_at, run.since_id = run.base, 0
            return "held", following, None
        if now >= until:
            run.since_at, run.since_id = until, 0
            run.base = until if now - until <= LATE else now
            return "timeout", otherwise, None
        run.due = until
        return None

    return act, arrive, otherwise


def _branch(node: Branch, to: To, _place: Place) -> Made:
    cases: Sequence[tuple[Predicate, int, tuple[str, ...]]] = tuple(
        (compile_condition(case.when), to(case.next), tuple(dict.fromkeys(fields_of(case.when)))) for case in node.cases
    )
    otherwise = to(node.otherwise)
    # What is personal decides, and is not written down.
    read = dict.fromkeys(name for case in cases for name in case[2])
    shown = tuple(name for name in read if not name.startswith(("person.", "attribute.")))

    def act(run: Run, _now: datetime, _effects: Effects) -> Move:
        look = run.look
        seen = {name: look(name) for name in shown} if shown else None
        for number, (holds, target, _) in enumerate(cases):
            if holds(look):
                return f"case_{number}", target, seen
        return "otherwise", otherwise, seen

    return act, None, otherwise


def _split(node: Split, to: To, _place: Place) -> Made:
    node_id, total = node.id, sum(arm.weight for arm in node.arms)
    bounds: list[tuple[float, str, int]] = []
    reached = 0
    for arm in node.arms:
        reached += arm.weight
        bounds.append((reached / total, f"arm_{arm.name}", to(arm.next)))

    def act(run: Run, _now: datetime, _effects: Effects) -> Move:
        where = bucket(f"{run.journey_id}:{node_id}", run.unit)
        for bound, result, target in bounds:
            if where < bound:
                return result, target, None
        raise AssertionError("the last bound is 1")

    return act, None, bounds[0][2]


def _holdout(node: Holdout, to: To, _place: Place) -> Made:
    node_id, share, following = node.id, node.percent / 100, to(node.next)

    def act(run: Run, _now: datetime, _effects: Effects) -> Move:
        if bucket(f"{run.journey_id}:{node_id}", run.unit) < share:
            run.outcome = HELD_OUT
            return HELD_OUT, END, None
        return "let_in", following, None

    return act, None, following


def _webhook(node: Webhook, to: To, place: Place) -> Made:
    following, account_id = to(node.next), place.webhook_account
    details = dict(node.details)

    def act(run: Run, now: datetime, effects: Effects) -> Move:
        if account_id is None:
            raise StepFailed("webhook_gone")
        effects.commands.append(
            Command(
                key=key_of(run.id, run.seq),
                name=CommandName.DELIVER_WEBHOOK,
                account_id=account_id,
                body={
                    "webhook_id": node.webhook_id,
                    "made_at": int(now.timestamp()),
                    "type": "JourneyStep",
                    "data": {"journey_id": run.journey_id, "node": node.id, "run_id": str(run.id), **details},
                },
                delivery=Delivery.AT_LEAST_ONCE,
                subject_id=run.identity_id,
                ref=str(node.webhook_id),
                trace_id=run.trace_id,
            )
        )
        return ENQUEUED, following, None

    return act, None, following


def _staff_task(node: StaffTask, to: To, _place: Place) -> Made:
    exits = tuple(to(getattr(node, end)) for end in TASK_ENDS)
    expired, nobody = to(node.expired), to(node.nobody)
    wanted, limits = wanted_of(node, (*TASK_ENDS, "title", "note")), load_limits()
    title, note = compile_text(node.title, limits["task_title"]), compile_text(node.note, limits["task_note"])

    def arrive(run: Run, effects: Effects) -> Move | None:
        try:
            personal: JsonObject = {"title": title(run.look), "note": note(run.look)}
        except Unsayable as error:
            return error.reason, nobody, error.detail
        run.due = run.until = run.base + TASK_LIFE
        effects.asks.append((run, run.seq, wanted, personal))
        return None

    return partial(hear, TASK_ENDS, exits, "expired", expired), arrive, expired


def _ask(node: Act, to: To, _place: Place) -> Made:
    following = to(getattr(node, "next", None))
    wanted = wanted_of(node, ("next",))

    def act(run: Run, _now: datetime, effects: Effects) -> Move:
        effects.asks.append((run, run.seq, {**wanted, "hops": run.look(HOPS)}, {}))
        return ASKED, following, None

    return act, None, following


def _goal(node: ReachGoal, to: To, _place: Place) -> Made:
    following = to(node.next)

    def act(run: Run, now: datetime, effects: Effects) -> Move:
        effects.goals.append((run, now))
        return "reached", following, None

    return act, None, following


def _end(node: End, _to: To, _place: Place) -> Made:
    def act(run: Run, _now: datetime, _effects: Effects) -> Move:
        run.outcome = node.outcome
        return FINISHED, END, None

    return act, None, END


_MAKERS: Mapping[type, Callable[..., Made]] = {
    Delay: _delay,
    UntilTime: _until_time,
    UntilDate: _until_date,
    Wait: _wait,
    WaitUntil: _wait_until,
    Branch: _branch,
    Split: _split,
    Holdout: _holdout,
    **SENDERS,
    Webhook: _webhook,
    StaffTask: _staff_task,
    **dict.fromkeys((TagPerson, SetAttribute, LeadStage, LeadScore, AssignOwner, EnterJourney, LeaveJourney), _ask),
    ReachGoal: _goal,
    End: _end,
}
