"""Console users made from the command line: the first administrator has nobody to make them."""

import asyncio

from weloop.access.api import AccessPolicy, Passwords, Role, check_password_shape, create_one_time_link, create_user
from weloop.entrypoints.database import open_unit


def add_user(dsn: str, login: str, name: str, role: Role, password: str | None) -> str | None:
    """Make a user; without a password the answer is the token of a one-time link.

    Raises InvalidInput or Conflict.
    """
    return asyncio.run(_add(dsn, login, name, role, password))


async def _add(dsn: str, login: str, name: str, role: Role, password: str | None) -> str | None:
    if password is not None:
        check_password_shape(password, login, AccessPolicy())
    password_hash = None if password is None else await Passwords().hash(password)
    async with open_unit(dsn) as unit:
        user_id = await create_user(unit, login, name, role, password_hash)
        return None if password is not None else await create_one_time_link(unit, user_id)
