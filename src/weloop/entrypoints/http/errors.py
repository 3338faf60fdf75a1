"""HTTP errors as problem details (RFC 9457): ``{type, title, status, code, params, trace_id, detail?, errors?}``."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from weloop.contracts.errors import WeLoopError
from weloop.kit.ids import trace

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"

_CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    429: "too_many_tries",
    503: "overloaded",
}


class FieldError(BaseModel):
    """One field that does not fit: its path in the body such as ``welcome.text``, and the rule it breaks."""

    path: str
    code: str
    params: dict[str, Any]


class Problem(BaseModel):
    """What every error answers. The UI translates ``error.<code>`` with ``params``."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    params: dict[str, Any]
    trace_id: str
    detail: str | None = None
    errors: list[FieldError] | None = None


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    detail: str = "",
    errors: Sequence[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render a problem."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        params=dict(params or {}),
        trace_id=trace.get(),
        detail=detail or None,
        errors=list(errors) if errors else None,
    )
    content = orjson.dumps(body.model_dump(exclude_none=True))
    return Response(content, status, headers, MEDIA_TYPE)


def install_error_handlers(app: FastAPI) -> None:
    """Render every error of the app as a problem."""
    app.add_exception_handler(WeLoopError, _on_weloop_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(PoolTimeout, _on_pool_timeout)
    app.add_exception_handler(Exception, on_bug)


async def _on_weloop_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, WeLoopError):
        raise error
    headers = {}
    if "seconds" in error.params:
        headers["Retry-After"] = str(error.params["seconds"])
    elif error.status == 503:
        headers["Retry-After"] = "1"
    return problem(error.status, error.instance_code, error.params, error.detail, headers=headers)


async def _on_http_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, _CODES.get(error.status_code, "http_error"), headers=error.headers)


async def _on_validation_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem(422, "invalid_input", errors=[_field_error(item) for item in error.errors()[:50]])


def _field_error(item: Mapping[str, Any]) -> FieldError:
    """Name the field and the rule; never what was given, which may be a password."""
    loc = item["loc"][1:] if item["loc"] and item["loc"][0] in ("body", "query", "path") else item["loc"]
    limits = {key: value for key, value in (item.get("ctx") or {}).items() if isinstance(value, int | float)}
    return FieldError(path=".".join(str(part) for part in loc), code=item["type"], params=limits)


async def _on_database_error(request: Request, error: Exception) -> Response:
    """Data PostgreSQL cannot hold is the caller's mistake, a lost connection passes; the rest is a bug of ours."""
    sqlstate = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    if sqlstate.startswith("22"):
        return problem(422, "invalid_input")
    if sqlstate == "23505":
        return problem(409, "conflict")
    if sqlstate.startswith(("08", "57P")) or getattr(error, "connection_invalidated", False):
        log.warning("http.database_lost", sqlstate=sqlstate)
        return problem(503, "overloaded", headers={"Retry-After": "1"})
    return await on_bug(request, error)


async def _on_pool_timeout(_: Request, __: Exception) -> Response:
    return problem(503, "overloaded", headers={"Retry-After": "1"})


async def on_bug(_: Request, error: Exception) -> Response:
    """Answer 500 without a word about the inside; the traceback goes to the log."""
    log.error("http.bug", exc_info=error)
    return problem(500, "internal")
