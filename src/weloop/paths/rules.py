"""Pure rules of paths: what a definition must be, which stage an event reaches, how far a person has come."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import EventKind, state_of
from weloop.contracts.json import JsonObject

MAX_STAGES = 12
MAX_PATTERNS = 8
MAX_VALUES = 200
MAX_TEXT = 100
MAX_SLA = 366 * 86_400
MEASURES = ("article_reads",)
"""Official totals that may feed a stage beside events: how many, never who."""
BUCKET_RATIO = 1.1
"""Durations are counted in buckets that each reach a tenth further: the middle of one is within 5 % of all in it."""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Events of a kind whose ``data`` has one of the given values under each name. ``state`` means the state code."""

    kind: EventKind
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage is reached by the first event that fits one of its patterns. ``module`` names a WeChat module.

    ``measured``: an official total of what happens there, which no person stands behind; empty: none.
    """

    key: str
    name: str
    module: str
    events: tuple[Pattern, ...]
    measured: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """From one stage to another. ``sla``: seconds it should take at most; ``benchmark``: key of a dated prior.

    ``owner``: who answers for it. ``states``: state codes by which alone it is passed; none: any event passes it.
    """

    key: str
    source: str
    target: str
    mechanism: str
    sla: int | None
    benchmark: str
    owner: str = ""
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole path. ``qualified`` is the stage that counts as a qualified lead (有效线索)."""

    stages: tuple[Stage, ...]
    hops: tuple[Hop, ...]
    qualified: str

    @property
    def kinds(self) -> frozenset[EventKind]:
        """All kinds of events that some stage looks at."""
        return frozenset(pattern.kind for stage in self.stages for pattern in stage.events)

    def ends_of(self, hop: Hop) -> tuple[int, int]:
        """Numbers of the stages that a hop joins."""
        keys = [stage.key for stage in self.stages]
        return keys.index(hop.source), keys.index(hop.target)


def read_definition(given: Any) -> Definition:
    """Check and read the plain form that YAML and JSON give; InvalidInput names the place of the first fault."""
    body = _mapping(given, "path")
    stages = tuple(_stage(item, f"stages[{n}]") for n, item in enumerate(_list(body, "stages", MAX_STAGES)))
    keys = [stage.key for stage in stages]
    if len(stages) < 2 or len(set(keys)) != len(keys):
        raise _refused("stages", "a path needs two stages or more, with different keys")
    hops = tuple(_hop(item, f"hops[{n}]", keys) for n, item in enumerate(_list(body, "hops", MAX_STAGES * 2)))
    if not hops or len({hop.key for hop in hops}) != len(hops):
        raise _refused("hops", "a path needs a hop or more, with different keys")
    _check_measured(stages, hops)
    qualified = str(body.get("qualified", ""))
    if qualified not in keys:
        raise _refused("qualified", "one of the stages must be the qualified lead")
    return Definition(stages, hops, qualified)


def _check_measured(stages: Sequence[Stage], hops: Sequence[Hop]) -> None:
    """Who arrives from a measured stage is told by the next hop, since nobody is known before."""
    measured = {stage.key for stage in stages if stage.measured}
    left = {hop.source for hop in hops}
    for number, hop in enumerate(hops):
        if hop.source in measured and hop.target not in left:
            raise _refused(f"hops[{number}]", "a hop from a measured stage leads to a stage that another hop leaves")


def write_definition(definition: Definition) -> JsonObject:
    """The plain form, as it is stored and exported."""
    return {
        "qualified": definition.qualified,
        "stages": [
            {
                "key": stage.key,
                "name": stage.name,
                "module": stage.module,
                "events": [
                    {"kind": str(item.kind), "where": {name: list(values) for name, values in item.where.items()}}
                    for item in stage.events
                ],
                **({"measured": stage.measured} if stage.measured else {}),
            }
            for stage in definition.stages
        ],
        "hops": [
            {
                "key": hop.key,
                "from": hop.source,
                "to": hop.target,
                "mechanism": hop.mechanism,
                "sla": hop.sla,
                "benchmark": hop.benchmark,
                **({"owner": hop.owner} if hop.owner else {}),
                **({"states": list(hop.states)} if hop.states else {}),
            }
            for hop in definition.hops
        ],
    }


def _stage(given: Any, place: str) -> Stage:
    body = _mapping(given, place)
    patterns = [_pattern(item, f"{place}.events[{n}]") for n, item in enumerate(_list(body, "events", MAX_PATTERNS))]
    measured = str(body.get("measured") or "")
    if measured and measured not in MEASURES:
        raise _refused(f"{place}.measured", f"one of {', '.join(MEASURES)}")
    if not patterns and not measured:
        raise _refused(f"{place}.events", "a stage needs an event")
    names = (_key(body, place), _text(body, "name", place), _text(body, "module", place))
    return Stage(*names, tuple(patterns), measured)


def _pattern(given: Any, place: str) -> Pattern:
    body = _mapping(given, place)
    try:
        kind = EventKind(str(body.get("kind")))
    except ValueError:
        raise _refused(f"{place}.kind", "there is no such kind of event") from None
    where = {}
    for name, values in _mapping(body.get("where") or {}, f"{place}.where").items():
        listed = values if isinstance(values, list) else [values]
        if not listed or len(listed) > MAX_VALUES or any(isinstance(each, dict | list) for each in listed):
            raise _refused(f"{place}.where.{name}", "give one value or a list of values")
        where[str(name)[:MAX_TEXT]] = tuple(_plain(each) for each in listed)
    return Pattern(kind, where)


def _hop(given: Any, place: str, keys: Sequence[str]) -> Hop:
    body = _mapping(given, place)
    source, target = str(body.get("from")), str(body.get("to"))
    if source not in keys or target not in keys or keys.index(source) >= keys.index(target):
        raise _refused(place, "a hop leads from a stage to a later one")
    sla = body.get("sla")
    if sla is not None and (not isinstance(sla, int) or isinstance(sla, bool) or not 0 < sla <= MAX_SLA):
        raise _refused(f"{place}.sla", "seconds, at most a year")
    return Hop(
        _key(body, place),
        source,
        target,
        _text(body, "mechanism", place, empty=True),
        sla,
        _text(body, "benchmark", place, empty=True),
        _text(body, "owner", place, empty=True),
        _states(body.get("states") or [], f"{place}.states"),
    )


def _states(given: Any, place: str) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > MAX_VALUES:
        raise _refused(place, f"expected a list of at most {MAX_VALUES}")
    if any(not isinstance(each, str) or not 0 < len(each) <= MAX_TEXT for each in given):
        raise _refused(place, f"state codes, texts of at most {MAX_TEXT} characters")
    return tuple(sorted(set(given)))


def _mapping(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _refused(place, "expected names with values")
    return given


def _list(body: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = body.get(name)
    if not isinstance(found, list) or len(found) > most:
        raise _refused(name, f"expected a list of at most {most}")
    return found


def _key(body: Mapping[str, Any], place: str) -> str:
    key = str(body.get("key", ""))
    if not _KEY.fullmatch(key):
        raise _refused(f"{place}.key", "small letters, digits and _")
    return key


def _text(body: Mapping[str, Any], name: str, place: str, *, empty: bool = False) -> str:
    found = str(body.get(name) or "").strip()
    if (not found and not empty) or len(found) > MAX_TEXT or any(ord(sign) < 32 for sign in found):
        raise _refused(f"{place}.{name}", f"a text of at most {MAX_TEXT} characters")
    return found


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)[:MAX_TEXT]


def _refused(place: str, reason: str) -> InvalidInput:
    return InvalidInput(f"{place}: {reason}", code="path_definition", place=place[:200], reason=reason)


def folds_alike(one: Definition, other: Definition) -> bool:
    """Whether both make the same of every log: they differ in words, owners and clocks alone."""
    return _bare(one) == _bare(other)


def _bare(definition: Definition) -> Definition:
    return Definition(
        tuple(replace(stage, name="", module="", measured="") for stage in definition.stages),
        tuple(replace(hop, mechanism="", owner="", sla=None, benchmark="") for hop in definition.hops),
        "",
    )


def stages_of(definition: Definition, kind: EventKind, data: JsonObject) -> list[int]:
    """Numbers of the stages that an event reaches. What a file makes of somebody is none of their steps."""
    if kind is EventKind.PERSON_IMPORTED or (kind is EventKind.LEAD_CREATED and data.get("origin") == "import"):
        return []
    return [
        number
        for number, stage in enumerate(definition.stages)
        if any(pattern.kind is kind and _fits(pattern, data) for pattern in stage.events)
    ]


def _fits(pattern: Pattern, data: JsonObject) -> bool:
    return all((state_of(data) if name == "state" else _value(data, name)) in v for name, v in pattern.where.items())


def _value(data: JsonObject, name: str) -> str | None:
    """A value by its name; ``properties.plan`` looks into the properties of a tracked event."""
    found: Any = data
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return _plain(found)


@dataclass(frozen=True, slots=True, order=True)
class Touch:
    """An event of a person that reaches a stage. ``state`` and ``staff`` are empty where the event tells none."""

    at: datetime
    event_id: int
    stage: int
    state: str
    staff: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has come: when each stage was first reached, and when each hop was passed.

    ``state``: the first state code that any event on the path tells, ``staff``: the first member; empty: unknown.
    """

    reached: tuple[datetime | None, ...]
    passed: tuple[datetime | None, ...]
    state: str
    staff: str


def fold_progress(definition: Definition, touches: Iterable[Touch]) -> Progress:
    """A function of the set of touches: order and repetition change nothing.

    A hop is entered by whoever reached the stage it leaves, and passed at the first event of the stage it leads to
    that is not before that, and that one of the hop's state codes brought, if it names any. People may enter a path
    at any stage.
    """
    ordered = sorted(set(touches))
    at_stage: list[list[Touch]] = [[] for _ in definition.stages]
    for touch in ordered:
        at_stage[touch.stage].append(touch)
    reached = tuple(found[0].at if found else None for found in at_stage)
    return Progress(
        reached,
        tuple(_passed(reached, at_stage, *definition.ends_of(hop), hop.states) for hop in definition.hops),
        next((touch.state for touch in ordered if touch.state), ""),
        next((touch.staff for touch in ordered if touch.staff), ""),
    )


def _passed(
    reached: Sequence[datetime | None],
    at_stage: Sequence[Sequence[Touch]],
    source: int,
    target: int,
    states: Sequence[str],
) -> datetime | None:
    entered = reached[source]
    if entered is None:
        return None
    later = (touch for touch in at_stage[target] if touch.at >= entered)
    return next((touch.at for touch in later if not states or touch.state in states), None)


def path_mark(path_id: int) -> str:
    """What touches segments that ask for progress on a path."""
    return f"path:{path_id}"


def bucket_of(seconds: float) -> int:
    """Number of the duration bucket; 0 holds what is below a second."""
    return 0 if seconds < 1 else 1 + int(math.log(seconds) / math.log(BUCKET_RATIO))


def seconds_of(bucket: int) -> float:
    """The middle of a bucket in seconds, within 5 % of every duration in it."""
    return 0.0 if bucket == 0 else BUCKET_RATIO ** (bucket - 0.5)


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Seconds that ``share`` of the durations do not exceed, from the counts of their buckets; None without any."""
    wanted = max(1, math.ceil(sum(counts.values()) * share))
    seen = 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if counts[bucket] and seen >= wanted:
            return seconds_of(bucket)
    return None
