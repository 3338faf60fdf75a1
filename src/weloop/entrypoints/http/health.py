"""For supervisors and monitors: is it alive, can it work, and its figures."""

import asyncio
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from weloop.kit.db import run
from weloop.kit.unit import Units

HEALTH_PATHS = ("/healthz", "/readyz", "/metrics")
READY_SECONDS = 2.0


async def healthz(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> Response:
    """The database answers too."""
    units: Units = request.app.state.units
    try:
        async with asyncio.timeout(READY_SECONDS), units.engine.connect() as connection:
            await run(connection, "SELECT 1")
    except (TimeoutError, OSError, SQLAlchemyError):
        return PlainTextResponse("the database does not answer", 503)
    return PlainTextResponse("ok")


async def metrics(request: Request) -> Response:
    """Prometheus figures, for the operator's own network only."""
    if not _is_near(request.client.host if request.client else ""):
        return PlainTextResponse("not found", 404)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_near(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def health_routes() -> list[Route]:
    """The three routes."""
    return [Route(path, answer) for path, answer in zip(HEALTH_PATHS, (healthz, readyz, metrics), strict=True)]
