"""Clock, limits, switches, faults, quotas, ledger, callbacks, codes."""

from collections.abc import Iterator
from dataclasses import asdict, fields

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from wxsim.clock import NotStepped
from wxsim.control.answers import read, reply, simulator_of, whole_number
from wxsim.faults import read_rule
from wxsim.limits import DAILY_QUOTAS, Limits, Switches, describe_limits
from wxsim.simulator import Simulator
from wxsim.wire.deliveries import Delivery
from wxsim.world.codes import Code, ContactCode, GroupCode, KfCode

PATIENCE = 30
CHUNK = 1000


async def get_clock(request: Request) -> Response:
    """World time, pace, and whether the world is quiescent."""
    return reply(_show_clock(simulator_of(request)))


async def change_clock(request: Request) -> Response:
    """Set ``speed`` (× real) and ``stepped``."""
    simulator, body = simulator_of(request), (await read(request)).raw()
    speed, stepped = body.get("speed"), body.get("stepped")
    if isinstance(speed, int | float) and speed < 0:
        raise HTTPException(400, "speed must not be negative")
    simulator.world.clock.change(
        speed=float(speed) if isinstance(speed, int | float) else None,
        stepped=stepped if isinstance(stepped, bool) else None,
    )
    return reply(_show_clock(simulator))


async def advance_clock(request: Request) -> Response:
    """Move a stepped clock by ``seconds``; waits ``patience`` seconds for quiescence, else 409."""
    simulator, body = simulator_of(request), (await read(request)).raw()
    seconds, patience = body.get("seconds", 0), body.get("patience", 0)
    if not isinstance(seconds, int | float) or not isinstance(patience, int | float) or seconds < 0:
        raise HTTPException(400, "seconds and patience must be numbers, not negative")
    if not await simulator.deliveries.idle(patience):
        return reply({"error": "not_quiescent", "unanswered": simulator.deliveries.unanswered}, 409)
    try:
        simulator.world.clock.advance(seconds)
    except NotStepped:
        return reply({"error": "not_stepped"}, 409)
    simulator.world.ledger.write("clock.advanced", seconds=seconds)
    return reply(_show_clock(simulator))


async def wait_idle(request: Request) -> Response:
    """Return once no callback is unanswered; 409 after ``patience`` seconds (30)."""
    simulator, body = simulator_of(request), await read(request)
    if await simulator.deliveries.idle(body.number("patience", PATIENCE)):
        return reply({"unanswered": 0})
    return reply({"error": "not_quiescent", "unanswered": simulator.deliveries.unanswered}, 409)


async def get_limits(request: Request) -> Response:
    """Every figure with source and date."""
    return reply(describe_limits(simulator_of(request).world.limits))


async def change_limits(request: Request) -> Response:
    """Set figures by name; null switches one off."""
    limits, values = simulator_of(request).world.limits, (await read(request)).raw()
    names = {each.name for each in fields(Limits)}
    for name, value in values.items():
        if name not in names or not isinstance(value, int | float | list | None):
            raise HTTPException(400, f"no limit {name!r}, or a wrong value for it")
    for name, value in values.items():
        setattr(limits, name, tuple(value) if isinstance(value, list) else value)
    return reply(describe_limits(limits))


async def get_switches(request: Request) -> Response:
    """Every switch."""
    return reply(asdict(simulator_of(request).world.switches))


async def change_switches(request: Request) -> Response:
    """Set switches by name."""
    switches, values = simulator_of(request).world.switches, (await read(request)).raw()
    names = {each.name for each in fields(Switches)}
    for name, value in values.items():
        if name not in names or not isinstance(value, bool):
            raise HTTPException(400, f"no switch {name!r}, or not a boolean")
    for name, value in values.items():
        setattr(switches, name, value)
    return reply(asdict(switches))


async def get_faults(request: Request) -> Response:
    """The rules in force, with how often each struck."""
    return reply({"rules": [asdict(rule) for rule in simulator_of(request).faults.rules]})


async def put_faults(request: Request) -> Response:
    """Replace all rules."""
    faults, body = simulator_of(request).faults, await read(request)
    try:
        rules = [read_rule(each.raw()) for each in body.bodies("rules")]
    except (ValueError, TypeError) as error:
        raise HTTPException(400, str(error)) from error
    faults.rules[:] = rules
    return reply({"rules": [asdict(rule) for rule in rules]})


async def get_quotas(request: Request) -> Response:
    """Calls counted today, the daily limits, and all calls by path since the start."""
    simulator = simulator_of(request)
    today = simulator.quotas.today(simulator.world.clock.time())
    return reply({"today": today, "daily_limits": DAILY_QUOTAS, "calls": simulator.gateway.calls})


async def clear_quotas(request: Request) -> Response:
    """Forget all counts."""
    simulator_of(request).quotas.clear()
    return reply({"cleared": True})


async def get_ledger(request: Request) -> Response:
    """JSON lines; ``after`` skips entries up to that number, ``kind`` may repeat and matches beginnings."""
    ledger = simulator_of(request).world.ledger
    after, kinds = whole_number(request, "after", 0), tuple(request.query_params.getlist("kind"))
    return StreamingResponse(_chunks(ledger.lines(after=after, kinds=kinds)), media_type="application/x-ndjson")


async def count_ledger(request: Request) -> Response:
    """How many entries of each kind."""
    ledger = simulator_of(request).world.ledger
    return reply({"total": len(ledger), "kinds": ledger.counts()})


async def list_callbacks(request: Request) -> Response:
    """The newest callbacks with attempts and answers, newest first."""
    return reply({"callbacks": [show_delivery(each) for each in reversed(simulator_of(request).deliveries.recent)]})


async def list_codes(request: Request) -> Response:
    """Everything that can be scanned."""
    return reply({"codes": [show_code(code) for code in simulator_of(request).world.codes.values()]})


def show_delivery(delivery: Delivery) -> dict[str, object]:
    """One callback with its plain text."""
    return {
        "id": delivery.id,
        "account": delivery.account,
        "event": delivery.event,
        "cause": delivery.cause,
        "state": delivery.state,
        "url": delivery.settings.url,
        "plain": delivery.plain,
        "attempts": [asdict(attempt) for attempt in delivery.attempts],
    }


def show_code(code: Code) -> dict[str, object]:
    """One code: where it leads."""
    if isinstance(code, ContactCode):
        named = {"corpid": code.corp.corpid, "config_id": code.way.config_id, "state": code.way.state}
        return {"url": code.url, "kind": "contact_way", **named, "remark": code.way.remark}
    if isinstance(code, GroupCode):
        named = {"corpid": code.corp.corpid, "config_id": code.way.config_id, "state": code.way.state}
        return {"url": code.url, "kind": "join_way", **named, "remark": code.way.remark}
    if isinstance(code, KfCode):
        named = {"corpid": code.corp.corpid, "open_kfid": code.account.open_kfid, "scene": code.scene}
        return {"url": code.url, "kind": "kf", **named}
    scene = code.scene.scene if code.scene else None
    return {"url": code.url, "kind": "official_account", "appid": code.account.appid, "scene": scene}


def _show_clock(simulator: Simulator) -> dict[str, object]:
    clock = simulator.world.clock
    return {
        "now": clock.time(),
        "speed": clock.speed,
        "rate": clock.rate,
        "stepped": clock.stepped,
        "unanswered": simulator.deliveries.unanswered,
    }


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == CHUNK:
            yield b"".join(batch)
            batch.clear()
    yield b"".join(batch)


ROUTES = [
    Route("/sim/clock", get_clock),
    Route("/sim/clock", change_clock, methods=["PUT"]),
    Route("/sim/clock/advance", advance_clock, methods=["POST"]),
    Route("/sim/idle", wait_idle, methods=["POST"]),
    Route("/sim/limits", get_limits),
    Route("/sim/limits", change_limits, methods=["PATCH"]),
    Route("/sim/switches", get_switches),
    Route("/sim/switches", change_switches, methods=["PATCH"]),
    Route("/sim/faults", get_faults),
    Route("/sim/faults", put_faults, methods=["PUT"]),
    Route("/sim/quotas", get_quotas),
    Route("/sim/quotas", clear_quotas, methods=["DELETE"]),
    Route("/sim/ledger", get_ledger),
    Route("/sim/ledger/counts", count_ledger),
    Route("/sim/callbacks", list_callbacks),
    Route("/sim/codes", list_codes),
]
