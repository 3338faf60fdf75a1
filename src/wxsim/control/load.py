"""Start, watch and stop a load."""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.control.answers import read, reply, simulator_of
from wxsim.load import BadPlan, Plan, Share
from wxsim.simulator import Simulator
from wxsim.wire.fields import Body


async def start(request: Request) -> Response:
    """Begin a plan; 400 when it cannot run. ``"wait": true`` answers at its end."""
    simulator, body = simulator_of(request), await read(request)
    try:
        simulator.load.start(_read_plan(body))
    except BadPlan as error:
        raise HTTPException(400, str(error)) from error
    if body.flag("wait", False):
        await simulator.load.finished()
    return reply(_show(simulator), 202)


async def watch(request: Request) -> Response:
    """How far it has come."""
    return reply(_show(simulator_of(request)))


async def stop(request: Request) -> Response:
    """End it."""
    simulator = simulator_of(request)
    await simulator.load.stop()
    return reply(_show(simulator))


def _read_plan(body: Body) -> Plan:
    shares = tuple(
        Share(
            each.text("act"),
            _number(each, "share") or 1.0,
            each.text("code"),
            each.text("appid"),
            each.text("corpid"),
        )
        for each in body.bodies("mix")
    )
    count = body.number("count") if "count" in body else None
    return Plan(shares, count, _number(body, "seconds"), _number(body, "rate"), body.number("concurrency", 64))


def _number(body: Body, name: str) -> float | None:
    value = body.raw().get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or value <= 0:
        raise HTTPException(400, f"{name} must be a positive number")
    return float(value)


def _show(simulator: Simulator) -> dict[str, object]:
    return {**asdict(simulator.load.progress), "unanswered": simulator.deliveries.unanswered}


ROUTES = [
    Route("/sim/load", start, methods=["POST"]),
    Route("/sim/load", watch),
    Route("/sim/load", stop, methods=["DELETE"]),
]
