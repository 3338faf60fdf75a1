"""A call and its answer, stripped to what the platforms look at."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import orjson

from wxsim.wire.fields import Body

CallT = TypeVar("CallT")
ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(slots=True)
class Request:
    """One HTTP call; ``host`` is the platform's host, ``path`` begins with a slash."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    raw: bytes = b""
    content_type: str = ""
    caller_ip: str = ""
    wrong_json: bool = False

    def has_escapes(self) -> bool:
        """Whether characters came as escapes instead of UTF-8."""
        return ESCAPE.search(self.raw) is not None

    def json(self, code: int) -> Body:
        """The JSON object in the body; an unreadable one counts as empty and is remembered. ``code``: of bad fields."""
        try:
            values = orjson.loads(self.raw) if self.raw else {}
        except orjson.JSONDecodeError:
            values = None
        if not isinstance(values, dict):
            self.wrong_json = True
            values = {}
        return Body(values, code)


@dataclass(slots=True)
class Response:
    """One HTTP answer."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


def json_response(values: Mapping[str, object]) -> Response:
    """HTTP 200 with JSON, errors too."""
    return Response(orjson.dumps(values))


Answer = dict[str, object] | Response
Handler = Callable[[CallT], Answer]


@dataclass(frozen=True, slots=True)
class Route(Generic[CallT]):
    """How a path is called, and who answers."""

    method: str
    handler: Handler[CallT]


def get(handler: Handler[CallT]) -> Route[CallT]:
    """A path to be read with GET."""
    return Route("GET", handler)


def post(handler: Handler[CallT]) -> Route[CallT]:
    """A path to be called with POST."""
    return Route("POST", handler)
