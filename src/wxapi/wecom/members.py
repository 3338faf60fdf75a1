"""成员 members the app may see."""

from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, number, numbers, objects, text


@dataclass(frozen=True, slots=True)
class Member:
    """One member. ``status``: 1 active, 2 disabled, 4 not activated, 5 left, 0 not told (simple list)."""

    userid: str
    name: str
    departments: tuple[int, ...]
    main_department: int = 0
    position: str = ""
    alias: str = ""
    status: int = 0


class Members:
    """``/cgi-bin/user``. Names and texts only: phone, mail and picture are not given to apps made since 2022-06-20."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def get(self, userid: str) -> Member:
        """One member."""
        return _read(await self._caller.get("/cgi-bin/user/get", userid=userid))

    async def list(self, department_id: int) -> tuple[Member, ...]:
        """The members right in a department, not in those below it."""
        reply = await self._caller.get("/cgi-bin/user/list", department_id=str(department_id))
        return tuple(_read(item) for item in objects(reply, "userlist"))

    async def list_simple(self, department_id: int) -> tuple[Member, ...]:
        """The same with userid, name and departments only."""
        reply = await self._caller.get("/cgi-bin/user/simplelist", department_id=str(department_id))
        return tuple(_read(item) for item in objects(reply, "userlist"))


def _read(item: Object) -> Member:
    return Member(
        userid=text(item, "userid"),
        name=text(item, "name"),
        departments=numbers(item, "department"),
        main_department=number(item, "main_department"),
        position=text(item, "position"),
        alias=text(item, "alias"),
        status=number(item, "status"),
    )
