"""Who may look at the demo: one console user for each role, between whom its pages switch."""

from weloop.access.api import Passwords, Role, create_user, find_user_id
from weloop.kit.unit import UnitOfWork

ADMIN = "demo"
USERS = {
    Role.ADMIN: (ADMIN, "演示管理员"),
    Role.LEAD: ("fangyuan", "方圆"),
    Role.OPERATOR: ("zhouyan", "周妍"),
    Role.SDR: ("chenyu", "陈屿"),
}
"""Login and name by role; the names are those of the simulated company's staff."""


async def have_users(unit: UnitOfWork, password: str) -> int:
    """Make those who are missing; answers the administrator's id. Only the administrator has a password."""
    for role, (login, name) in USERS.items():
        if await find_user_id(unit, login) is None:
            password_hash = await Passwords().hash(password) if role is Role.ADMIN else None
            await create_user(unit, login, name, role, password_hash)
    found = await find_user_id(unit, ADMIN)
    if found is None:
        raise LookupError(ADMIN)
    return found
