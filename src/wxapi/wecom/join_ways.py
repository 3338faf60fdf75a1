"""加入群聊 join ways: codes by which a customer comes into one of several group chats (path 92229)."""

from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, object_of, text, texts

_ROOT = "/cgi-bin/externalcontact/groupchat"
SCENE_BUTTON, SCENE_QR = 1, 2


@dataclass(frozen=True, slots=True)
class JoinWayPlan:
    """What a join way shall be. With ``auto_create`` the platform makes ``base_name`` + number once all are full.

    ``chats``: 1 to 5 chat ids. ``state``, at most 30 characters, is told of every member who came by it.
    """

    chats: tuple[str, ...]
    state: str
    remark: str = ""
    auto_create: bool = True
    base_name: str = ""
    base_id: int = 1
    scene: int = SCENE_QR


@dataclass(frozen=True, slots=True)
class JoinWay:
    """A join way as the platform holds it; ``qr_code`` is the address of its picture."""

    config_id: str
    qr_code: str
    plan: JoinWayPlan


class JoinWays:
    """``/cgi-bin/externalcontact/groupchat/*_join_way``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def add(self, plan: JoinWayPlan) -> str:
        """Make one; its config id. The address of the picture is told by :meth:`get` alone."""
        return text(await self._caller.post(f"{_ROOT}/add_join_way", _body(plan)), "config_id")

    async def get(self, config_id: str) -> JoinWay:
        """One join way."""
        reply = await self._caller.post(f"{_ROOT}/get_join_way", {"config_id": config_id})
        return _read(object_of(reply, "join_way"))

    async def update(self, config_id: str, plan: JoinWayPlan) -> None:
        """Overwrite all of it."""
        await self._caller.post(f"{_ROOT}/update_join_way", {"config_id": config_id, **_body(plan)})

    async def delete(self, config_id: str) -> None:
        """Remove one; its picture no longer works. The group chats stay."""
        await self._caller.post(f"{_ROOT}/del_join_way", {"config_id": config_id})


def _body(plan: JoinWayPlan) -> dict[str, object]:
    body: dict[str, object] = {
        "scene": plan.scene,
        "remark": plan.remark,
        "auto_create_room": int(plan.auto_create),
        "chat_id_list": list(plan.chats),
        "state": plan.state,
    }
    return body | ({"room_base_name": plan.base_name, "room_base_id": plan.base_id} if plan.auto_create else {})


def _read(item: Object) -> JoinWay:
    plan = JoinWayPlan(
        chats=texts(item, "chat_id_list"),
        state=text(item, "state"),
        remark=text(item, "remark"),
        auto_create=flag(item, "auto_create_room"),
        base_name=text(item, "room_base_name"),
        base_id=number(item, "room_base_id"),
        scene=number(item, "scene"),
    )
    return JoinWay(text(item, "config_id"), text(item, "qr_code"), plan)
