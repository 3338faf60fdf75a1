"""部门 departments the app may see."""

from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, number, objects, text, texts


@dataclass(frozen=True, slots=True)
class Department:
    """One department. ``name`` and ``leaders`` are empty in the simple list."""

    id: int
    parent_id: int
    order: int
    name: str = ""
    leaders: tuple[str, ...] = ()


class Departments:
    """``/cgi-bin/department``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self, root: int | None = None) -> tuple[Department, ...]:
        """All departments below ``root``, itself included; None: below everything visible."""
        reply = await self._caller.get("/cgi-bin/department/list", **_query(root))
        return tuple(_read(item) for item in objects(reply, "department"))

    async def list_simple(self, root: int | None = None) -> tuple[Department, ...]:
        """The same without names."""
        reply = await self._caller.get("/cgi-bin/department/simplelist", **_query(root))
        return tuple(_read(item) for item in objects(reply, "department_id"))


def _query(root: int | None) -> dict[str, str]:
    return {} if root is None else {"id": str(root)}


def _read(item: Object) -> Department:
    return Department(
        id=number(item, "id"),
        parent_id=number(item, "parentid"),
        order=number(item, "order"),
        name=text(item, "name"),
        leaders=texts(item, "department_leader"),
    )
