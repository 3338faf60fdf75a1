"""联系我 contact ways: codes by which a customer adds one of several members (paths 92228, 96348)."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, numbers, object_of, objects, text, texts, without_none

_ROOT = "/cgi-bin/externalcontact"
TYPE_SINGLE, TYPE_MULTI = 1, 2
SCENE_BUTTON, SCENE_QR = 1, 2


@dataclass(frozen=True, slots=True)
class NewContactWay:
    """What ``add`` gives. ``qr_code`` is the address of a picture and comes for scene 2 only."""

    config_id: str
    qr_code: str


@dataclass(frozen=True, slots=True)
class ContactWay:
    """A contact way as the platform holds it."""

    config_id: str
    type: int
    scene: int
    remark: str
    skip_verify: bool
    state: str
    qr_code: str
    users: tuple[str, ...]
    parties: tuple[int, ...]


class ContactWays:
    """``/cgi-bin/externalcontact/*_contact_way``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def add(
        self,
        *,
        users: Sequence[str],
        state: str,
        remark: str,
        skip_verify: bool,
        type: int = TYPE_MULTI,
        scene: int = SCENE_QR,
        parties: Sequence[int] = (),
    ) -> NewContactWay:
        """Make one. Type and scene can never be changed; ``state`` comes back in callbacks."""
        body = {
            "type": type,
            "scene": scene,
            "remark": remark,
            "skip_verify": skip_verify,
            "state": state,
            "user": list(users),
            "party": list(parties) or None,
        }
        reply = await self._caller.post(f"{_ROOT}/add_contact_way", without_none(body))
        return NewContactWay(text(reply, "config_id"), text(reply, "qr_code"))

    async def get(self, config_id: str) -> ContactWay:
        """One contact way."""
        reply = await self._caller.post(f"{_ROOT}/get_contact_way", {"config_id": config_id})
        return _read(object_of(reply, "contact_way"))

    async def list(
        self, cursor: str = "", limit: int = 100, start: int | None = None, end: int | None = None
    ) -> tuple[tuple[str, ...], str]:
        """Config ids of those made between two Unix times, and the next cursor; ``limit`` is at most 1000.

        Without ``start`` and ``end`` the platform takes the last 90 days.
        """
        body = {"cursor": cursor or None, "limit": limit, "start_time": start, "end_time": end}
        reply = await self._caller.post(f"{_ROOT}/list_contact_way", without_none(body))
        return tuple(text(item, "config_id") for item in objects(reply, "contact_way")), text(reply, "next_cursor")

    async def update(
        self,
        config_id: str,
        *,
        users: Sequence[str] | None = None,
        remark: str | None = None,
        skip_verify: bool | None = None,
        state: str | None = None,
    ) -> None:
        """Change what is given; ``users`` replaces all."""
        body = {
            "config_id": config_id,
            "user": None if users is None else list(users),
            "remark": remark,
            "skip_verify": skip_verify,
            "state": state,
        }
        await self._caller.post(f"{_ROOT}/update_contact_way", without_none(body))

    async def delete(self, config_id: str) -> None:
        """Remove one; its picture no longer works."""
        await self._caller.post(f"{_ROOT}/del_contact_way", {"config_id": config_id})


def _read(item: Object) -> ContactWay:
    return ContactWay(
        config_id=text(item, "config_id"),
        type=number(item, "type"),
        scene=number(item, "scene"),
        remark=text(item, "remark"),
        skip_verify=flag(item, "skip_verify"),
        state=text(item, "state"),
        qr_code=text(item, "qr_code"),
        users=texts(item, "user"),
        parties=numbers(item, "party"),
    )
