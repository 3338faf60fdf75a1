"""What routes of every module share: the request's unit of work and the types of hostile input."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from weloop.kit.pagination import MAX_SIZE, PageRequest
from weloop.kit.unit import UnitOfWork, Units

MAX_ID = 2**63 - 1
MAX_PAGE = 100_000


def units_of(request: Request) -> Units:
    """The process's units, for routes that call a platform between two short transactions."""
    units: Units = request.app.state.units
    return units


async def open_unit(request: Request) -> AsyncIterator[UnitOfWork]:
    """One unit of work per request: committed before the answer goes out, rolled back when the route raises."""
    async with units_of(request).begin() as unit:
        yield unit


RequestUnit: TypeAlias = Annotated[UnitOfWork, Depends(open_unit, scope="function")]
RequestUnits: TypeAlias = Annotated[Units, Depends(units_of)]


def _plain(text: str) -> str:
    """Refuse control characters: PostgreSQL stores no NUL, and no screen shows the others."""
    if any((ord(sign) < 32 and sign not in "\n\t\r") or ord(sign) == 127 for sign in text):
        raise ValueError("control characters are not allowed")
    return text


def _web_address(address: str) -> str:
    if not address.startswith(("https://", "http://")) or any(sign.isspace() for sign in address):
        raise ValueError("an address begins with https:// or http://")
    return address


def _reckonable(moment: datetime) -> datetime:
    """Refuse moments at the ends of the calendar, to which nothing can be added and which no other zone has."""
    if not datetime(1970, 1, 1, tzinfo=UTC) <= moment < datetime(2200, 1, 1, tzinfo=UTC):
        raise ValueError("the moment must lie between 1970 and 2200")
    return moment


def _reckonable_day(day: date) -> date:
    """The same of days."""
    if not 1970 <= day.year < 2200:
        raise ValueError("the day must lie between 1970 and 2200")
    return day


def _of_64_bits(text: str) -> str:
    if not -MAX_ID <= int(text) <= MAX_ID:
        raise ValueError("no id is that large")
    return text


PlainText: TypeAlias = Annotated[str, AfterValidator(_plain)]
"""Text without control characters but line breaks and tabs."""
Label: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_plain)
]
"""A name of 1 to 100 characters."""
Note: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_plain)
]
"""What somebody writes down: 1 to 1000 characters."""
TextId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,19}$"), AfterValidator(_of_64_bits)]
"""A number of a person or an identity as text: JavaScript would round it."""
Instant: TypeAlias = Annotated[AwareDatetime, AfterValidator(_reckonable)]
"""A moment that somebody gives, with its zone."""
Day: TypeAlias = Annotated[date, AfterValidator(_reckonable_day)]
"""A day in Beijing that somebody gives."""
RowId: TypeAlias = Annotated[int, Path(ge=1, le=MAX_ID)]
WebAddress: TypeAlias = Annotated[PlainText, StringConstraints(max_length=2048), AfterValidator(_web_address)]
"""Of a page: http or https, without blanks."""
Search: TypeAlias = Annotated[str, Query(max_length=100), AfterValidator(_plain)]


def page_request(
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1, size: Annotated[int, Query(ge=1, le=MAX_SIZE)] = 20
) -> PageRequest:
    """The page that the query asks for."""
    return PageRequest(page, size)


PageQuery: TypeAlias = Annotated[PageRequest, Depends(page_request)]


class Schema(BaseModel):
    """Base of every schema of the HTTP API: built from rows as well, and unknown input fields are refused."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


def like_pattern(search: str) -> str:
    r"""The ``LIKE`` pattern of "contains ``search``", with the search's own wildcards escaped by ``\``."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def like_operator(search: str) -> str:
    """What compares with :func:`like_pattern`, whatever the case of letters.

    A search that knows no case, such as Chinese and digits, is compared as it is, which costs less.
    """
    return "LIKE" if search.lower() == search.upper() else "ILIKE"
