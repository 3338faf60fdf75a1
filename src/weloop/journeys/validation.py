"""What is wrong with a definition: each fault names its node and field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from weloop.content.api import find_misfit, is_too_long
from weloop.contracts.conditions import Compare, Condition, Group, OneOf, fields_of, form_errors, segments_of
from weloop.contracts.events import EventKind
from weloop.journeys.acts import SendConfirmed, StaffTask
from weloop.journeys.definition import (
    BLOCKING,
    Branch,
    Definition,
    Delay,
    SendServiceMessage,
    SendWelcome,
    Trigger,
    UntilDate,
    UntilTime,
    Wait,
    WaitUntil,
    cases_of,
    triggers_of,
)
from weloop.journeys.forms import Node
from weloop.journeys.messages import InviteToGroup, KfLink, NotifyStaff, OnTemplate, SendKfMessage
from weloop.journeys.texts import fields_in, fixed_bytes, fixed_part, load_limits
from weloop.mass_tasks.api import load_limits as load_task_limits

MAX_FAULTS = 100
_OF_SEGMENTS = frozenset({EventKind.SEGMENT_ENTERED, EventKind.SEGMENT_LEFT})
NO_TYPE = "node_type_unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """``node`` is empty for faults of the whole. ``code`` is stable; ``text`` says it in English."""

    node: str
    field: str
    code: str
    text: str


def read(document: Mapping[str, Any]) -> tuple[Definition | None, list[Fault]]:
    """The definition, if it can be published; else its faults, all at once."""
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        faults = [_form_fault(document, each) for each in form_errors(error)]
        return None, faults[:MAX_FAULTS]
    faults = list(_faults(definition))[:MAX_FAULTS]
    return (None if faults else definition), faults


def _form_fault(document: Mapping[str, Any], error: Any) -> Fault:
    """A fault of form: pydantic tells the number of the node, we its id."""
    loc = [str(part) for part in error["loc"]]
    node = ""
    if len(loc) > 1 and loc[0] == "nodes" and loc[1].isdigit():
        given = document.get("nodes")
        number = int(loc[1])
        found = given[number] if isinstance(given, list | tuple) and number < len(given) else None
        name = found.get("id") if isinstance(found, dict) else None
        node = name if isinstance(name, str) and name else f"#{number + 1}"
        # The next part names the type of the node, which chose the form it is held against.
        loc = loc[3:] if len(loc) > 2 else []
    is_unknown = error["type"].startswith("union_tag") and not loc
    return Fault(node, ".".join(loc), NO_TYPE if is_unknown else f"form_{error['type']}", str(error["msg"]))


def _faults(definition: Definition) -> Iterator[Fault]:
    by_id: dict[str, Node] = {}
    for node in definition.nodes:
        if node.id in by_id:
            yield Fault(node.id, "id", "node_twice", "two nodes have this id")
        by_id[node.id] = node
    broken = False
    for node in definition.nodes:
        for field, target in node.exits():
            if target is not None and target not in by_id:
                broken = True
                yield Fault(node.id, field, "next_unknown", f"there is no node {target}")
    if not broken:
        yield from _graph_faults(definition, by_id)
    yield from _field_faults(definition)
    yield from _text_faults(definition)


def _graph_faults(definition: Definition, by_id: Mapping[str, Node]) -> Iterator[Fault]:
    start = definition.nodes[0].id
    reached = _reach(by_id, [start])
    for node in definition.nodes:
        if node.id not in reached:
            yield Fault(node.id, "", "node_unreachable", "no way leads here")
    for node_id in _loops(by_id):
        yield Fault(node_id, "next", "loop_without_wait", "this loop waits nowhere")
    waited = _reach(by_id, [each for node in definition.nodes if isinstance(node, BLOCKING) for each in _next(node)])
    for node in definition.nodes:
        if isinstance(node, SendWelcome):
            entry = definition.entry
            kinds = {each.kind for each in entry.events}
            if entry.schedule is not None or kinds != {EventKind.CONTACT_ADDED}:
                yield Fault(node.id, "type", "welcome_without_code", "only ContactAdded brings a welcome code")
            elif node.id in waited:
                yield Fault(node.id, "type", "welcome_after_wait", "a welcome code does not live through a wait")


def _next(node: Node) -> Iterator[str]:
    return (target for _, target in node.exits() if target is not None)


def _reach(by_id: Mapping[str, Node], start: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    todo = list(start)
    while todo:
        node_id = todo.pop()
        if node_id not in reached:
            reached.add(node_id)
            todo.extend(_next(by_id[node_id]))
    return reached


def can_return(definition: Definition, node: Node) -> bool:
    """Whether a run can come to a node a second time."""
    return node.id in _reach({each.id: each for each in definition.nodes}, _next(node))


def _loops(by_id: Mapping[str, Node]) -> list[str]:
    """Nodes of loops in which nothing waits: what is left when ends are taken away again and again."""
    sure = (Delay, UntilTime, Wait, StaffTask)  # a date may have passed already
    out = {node.id: set() if isinstance(node, sure) else set(_next(node)) for node in by_id.values()}
    ends = [node_id for node_id, targets in out.items() if not targets]
    before: dict[str, list[str]] = {node_id: [] for node_id in out}
    for node_id, targets in out.items():
        for target in targets:
            before[target].append(node_id)
    while ends:
        end = ends.pop()
        for node_id in before[end]:
            out[node_id].discard(end)
            if not out[node_id]:
                ends.append(node_id)
    return [node_id for node_id, targets in out.items() if targets]


def _field_faults(definition: Definition) -> Iterator[Fault]:
    """Only nodes know an answer; events of segments are heard of one that is named."""
    for node_id, field, trigger in _placed_triggers(definition):
        if trigger.kind in _OF_SEGMENTS and not _meant(trigger.where):
            yield Fault(node_id, field, "segment_missing", "it says of which segment by event.segment_id")
    for what, trigger in triggers_of(definition):
        if any(field.startswith("answer.") for field in fields_of(trigger.where)):
            yield Fault("", what, "answer_too_early", "the event itself is event.…")
    waits = any(cases_of(node) for node in definition.nodes)
    for node in definition.nodes:
        if not waits and any(field.startswith("answer.") for field in fields_read(node)):
            yield Fault(node.id, "field", "answer_without_wait", "no wait brings an answer")


def _placed_triggers(definition: Definition) -> Iterator[tuple[str, str, Trigger]]:
    """All triggers, each with its node and field."""
    goals = definition.goal.events if definition.goal is not None else ()
    yield from (("", f"entry.events.{number}", each) for number, each in enumerate(definition.entry.events))
    for node in definition.nodes:
        yield from ((node.id, f"cases.{number}", each) for number, each in enumerate(cases_of(node)))
    yield from (("", f"goal.events.{number}", each) for number, each in enumerate(goals))


def _text_faults(definition: Definition) -> Iterator[Fault]:
    """What is too long whoever reads it."""
    for node in definition.nodes:
        for field, text, limit in texts_of(node):
            if limit is not None and fixed_bytes(text) > limit:
                yield Fault(node.id, field, "text_too_long", f"at most {limit} bytes")
        if isinstance(node, OnTemplate):
            yield from _value_faults(node)


def _value_faults(node: OnTemplate) -> Iterator[Fault]:
    """What no place of a template takes, whatever its variables are."""
    for place, text in node.values.items():
        field, fixed = f"values.{place}", fixed_part(text)
        if is_too_long(place, fixed):
            yield Fault(node.id, field, "text_too_long", "the place takes fewer characters")
        elif fixed == text and find_misfit(place, text) is not None:
            yield Fault(node.id, field, "value_unfit", "the place takes values of another form")


def texts_of(node: Node) -> Iterator[tuple[str, str, int | None]]:
    """(field, text, its limit in bytes) of all that a node says; places of templates count in their own ways."""
    limits = load_limits()
    if isinstance(node, SendWelcome):
        yield "text", node.text, limits["welcome"]
    elif isinstance(node, SendServiceMessage):
        yield "text", node.text, limits["service_message"]
    elif isinstance(node, OnTemplate):
        yield from ((f"values.{place}", text, None) for place, text in node.values.items())
    elif isinstance(node, SendKfMessage):
        yield "text", node.text, limits["kf_message"]
        if isinstance(node.attachment, KfLink):
            yield "attachment.title", node.attachment.title, limits["kf_title"]
            yield "attachment.desc", node.attachment.desc, limits["kf_desc"]
    elif isinstance(node, InviteToGroup):
        yield "text", node.text, load_task_limits().text if node.by == "confirmed" else limits["invitation"]
    elif isinstance(node, NotifyStaff):
        yield "text", node.text, limits["staff_notice"]
    elif isinstance(node, SendConfirmed):
        yield "text", node.text, load_task_limits().text
    elif isinstance(node, StaffTask):
        yield "title", node.title, limits["task_title"]
        yield "note", node.note, limits["task_note"]


def segments_in(definition: Definition) -> Iterator[tuple[str, str, int]]:
    """(node, field, segment) of every segment that a journey names."""
    if definition.exit.segment is not None:
        yield "", "exit.segment", definition.exit.segment
    if definition.entry.schedule is not None:
        yield "", "entry.schedule.segment_id", definition.entry.schedule.segment_id
    for what, trigger in triggers_of(definition):
        named = segments_of(fields_of(trigger.where))
        if trigger.kind in _OF_SEGMENTS:
            named |= _meant(trigger.where)
        yield from (("", what, segment) for segment in sorted(named))
    for node in definition.nodes:
        yield from ((node.id, "field", segment) for segment in sorted(segments_of(fields_read(node))))


def _meant(where: Condition | None) -> set[int]:
    """Segments whose events a trigger hears."""
    if isinstance(where, Group):
        return set[int]().union(*map(_meant, where.terms))
    if not isinstance(where, Compare | OneOf) or where.field != "event.segment_id":
        return set()
    given = where.value if isinstance(where.value, tuple) else (where.value,)
    return {int(each) for each in given if str(each).isascii() and str(each).isdigit() and len(str(each)) < 10}


def fields_read(node: Node) -> Iterator[str]:
    """Fields that a node looks at when a run passes it."""
    if isinstance(node, Branch):
        for case in node.cases:
            yield from fields_of(case.when)
    elif isinstance(node, WaitUntil):
        yield from fields_of(node.when)
    elif isinstance(node, UntilDate):
        yield node.field
    for _, text, _ in texts_of(node):
        yield from fields_in(text)
