"""Storing and taking away verification files."""

from weloop.contracts.errors import Conflict, NotFound
from weloop.features.verify_files import repository
from weloop.features.verify_files.rules import MAX_FILES
from weloop.kit.unit import UnitOfWork

TOPIC = "verify_files"


async def put_file(unit: UnitOfWork, user_id: int, name: str, content: str) -> None:
    """Store a file; Conflict when there are as many as there may be."""
    count = await repository.lock_files(unit.connection)
    if count >= MAX_FILES and await repository.find_content(unit.connection, name) is None:
        raise Conflict("too many verification files", code="verify_file_many", max=MAX_FILES)
    await repository.put_file(unit.connection, name, content, unit.now, user_id)
    unit.publish(TOPIC)


async def delete_file(unit: UnitOfWork, name: str) -> None:
    """Take a file away; NotFound without one."""
    if not await repository.delete_file(unit.connection, name):
        raise NotFound("there is no such verification file", code="verify_file_not_found")
    unit.publish(TOPIC)


async def read_files(unit: UnitOfWork) -> dict[str, str]:
    """Contents by name."""
    return {row.name: row.content for row in await repository.list_files(unit.session)}


async def find_content(unit: UnitOfWork, name: str) -> str | None:
    """What stands in the file of that name; None without one."""
    return await repository.find_content(unit.connection, name)
