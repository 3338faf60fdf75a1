"""One attempt at a command: whatever goes wrong becomes its outcome."""

from collections.abc import Awaitable
from datetime import datetime

import structlog

from weloop.connectors.errors import map_error
from weloop.contracts.commands import Command, Done, Outcome
from weloop.contracts.errors import PlatformError, Rejected, WeLoopError
from wxapi.errors import ApiError

log = structlog.get_logger(__name__)


class BodyError(Exception):
    """A command's body is not of its form: a bug on our side, final."""


async def attempt(command: Command, work: Awaitable[Done], now: datetime, *, reads_only: bool = False) -> Outcome:
    """Await the work and give its outcome. Unforeseen errors are left to the caller: nobody knows what was sent."""
    try:
        return await work
    except ApiError as error:
        outcome = map_error(error, now, reads_only=reads_only)
        log.info(
            "platform.call_failed",
            command=command.name,
            path=error.path,
            errcode=error.errcode,
            errmsg=error.errmsg,
            outcome=outcome.code,
            trace_id=command.trace_id,
        )
        return outcome
    except PlatformError as error:
        return error
    except (WeLoopError, BodyError) as error:
        return Rejected(str(error))


def text(command: Command, name: str) -> str:
    """A text of the body that must be there."""
    value = command.body.get(name)
    if not isinstance(value, str) or not value:
        raise BodyError(f"the command has no {name}")
    return value


def texts(command: Command, name: str) -> list[str]:
    """A list of texts of the body that must be there."""
    value = command.body.get(name)
    if not isinstance(value, list | tuple) or not value:
        raise BodyError(f"the command has no {name}")
    return [str(item) for item in value]
